package main

import (
	"fmt"
	"net/netip"
)

// callers are programs outside that come to the town's server within TLS by themselves, day and night, all alike: to them its
// answer is most often that there is nothing new. Who tries passwords patiently looks nearly so.
func (t *town) callers() {
	if t.every(30) { // a reader of news; a page came in the meantime once a day
		t.call(far(9600), 320, 180+t.fresh(1440, 12_000))
	}
	if t.every(4) { // the mayor's telephone, by ActiveSync: its old password was changed on Tuesday
		said, answered := 600+len(fmt.Sprint(t.minute))+t.draw(4)*31, 300+t.draw(6)*t.draw(2000)
		if t.day() == 1 {
			said, answered = 700, 640
		}
		t.call(far(9601), said, answered)
	}
	if t.every(15) { // a diary, by CalDAV: three questions in turn
		n := t.minute / 15 % 3
		t.call(far(9602), []int{520, 610, 611}[n], []int{900, 410, 410}[n])
	}
	if t.every(5) { // the meter of the reservoir posts what it reads
		reading := fmt.Sprintf("%.1f,%d", 7+float64(t.minute%900)/200, 60+t.minute/60%50)
		t.call(far(9603), 300+len(reading), 240)
	}
	if t.draw(10) == 0 { // the shop that sells the town's tickets says so
		t.call(far(9604+t.draw(3)), 400+t.draw(900), 240)
	}
	t.call(far(9610+t.minute%30), 210, 3200) // a service that looks from thirty places whether the page is there
	if t.day() == 2 && t.hour() == 10 {      // what providers of mail send behind each link of the newsletter
		for n := range 4 {
			t.call(far(9650+t.draw(30)), 240+t.draw(28), []int{9000, 4200, 16_000, 700}[n])
		}
	}
}

// call is one session at the town's server, of so many bytes of either end within TLS.
func (t *town) call(from netip.Addr, said, answered int) {
	t.talk(t.from(from), end(pages, 443), up(hello("www.mairie.example"), 0), down(welcome, 3500), up(enciphered, said), down(enciphered, answered))
}

// fresh gives so many bytes more once in so many minutes.
func (t *town) fresh(minutes, bytes int) int {
	if t.minute%minutes < 30 {
		return bytes
	}
	return 0
}
