package main

import "fmt"

// updates come on the second Tuesday of the month to all at once, in parts, and to each a little every day.
func (t *town) updates() {
	for n := range mostPCs - 1 {
		if t.minute%1440 == 9*60+n%7 {
			t.fetch(pc(n), far(8000+n%3), "dl.delivery.mp.microsoft.com", "/d/definitions.exe", optimizer, "", program, 900_000)
		}
		if t.patches() && t.minute%60 >= 20 && t.draw(3) == 0 {
			part := t.minute % 60
			t.fetch(pc(n), far(8000+part%3), "dl.delivery.mp.microsoft.com", fmt.Sprintf("/filestreamingservice/files/%d", part), optimizer,
				fmt.Sprintf("Range: bytes=%d-%d\r\n", part<<20, part<<20+1<<20-1), program, 1<<20)
		}
		if t.patches() && t.draw(4) == 0 {
			t.neighbours(n)
		}
	}
}

// optimizer is what Windows says when it fetches updates.
const optimizer = "Microsoft-Delivery-Optimization/10.0"

// patches reports whether it is the hour at which the month's updates come.
func (t *town) patches() bool { return t.day() == 1 && t.hour() == 9 }

// neighbours are asked by a PC for parts of an update: a few other PCs at once, of which one is switched off and one says
// no; and the site's own server of updates (WSUS), where there is one.
func (t *town) neighbours(n int) {
	for i := range 4 {
		other := end(pc((n+1+7*i)%30), 7680)
		switch {
		case i == 2:
			t.knock(t.from(pc(n)), other, 0)
		case i == 3:
			t.knock(t.from(pc(n)), other, refuses)
		default:
			t.talk(t.from(pc(n)), other, up("\x0eSwarm protocol", 200), down("\x0eSwarm protocol", 400_000))
		}
	}
	t.talk(t.from(pc(n)), end(files, 8530), up("HEAD /selfupdate/wuident.cab HTTP/1.1\r\nHost: 192.168.1.12:8530\r\nUser-Agent: Windows-Update-Agent\r\n\r\n", 0), down("HTTP/1.1 200 OK\r\n\r\n", 200),
		up("GET /Content/A1/0A1.cab HTTP/1.1\r\nHost: 192.168.1.12:8530\r\nUser-Agent: Windows-Update-Agent\r\n\r\n", 0), down("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\nMSCF", 900_000))
}
