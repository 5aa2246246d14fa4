package detect

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/names/tls"
)

// tlsRecord is one of TLS (RFC 8446, 5.1).
func tlsRecord(kind byte, n int) string {
	return string([]byte{kind, 3, 3, byte(n >> 8), byte(n)}) + strings.Repeat("x", n)
}

// browse is a whole session within TLS of the n-th port of a source: it says so many bytes and is answered by as many.
func (s *site) browse(from string, n, said, answered int) {
	s.talk(abri.Outside, from, web, uint16(20_000+n), 443, ">"+"\x16\x03\x01\x02\x00\x01"+strings.Repeat("x", 511), "<"+tlsRecord(tls.Handshake, 900),
		">"+tlsRecord(0x14, 1)+tlsRecord(tls.Application, 53)+tlsRecord(tls.Application, said), "<"+tlsRecord(tls.Application, answered), ">"+tlsRecord(tls.Application, 19))
}

// passwords are as many people choose: of these lengths, as often.
var passwords = strings.Fields("123456 password 12345678 qwerty soleil azerty123 marseille doudou mairie2026 iloveyou camille1 bonjour chocolat motdepasse loulou Printemps2026! nicolas1 admin azertyuiop Ete2025")

func word(i int) int { return len(passwords[i*7%len(passwords)]) }

// A try every few minutes for a day, and tries spread over sources, within TLS; and who looks nearly the same.
func TestPatientGuessesWithinTLS(t *testing.T) {
	for name, tt := range map[string]struct {
		traffic func(*site)
		want    abri.Kind
	}{
		"a password every seven minutes": {func(s *site) {
			s.times(200, 7*time.Minute, func(i int) { s.browse(stranger, i, 260+word(i), 3200) })
		}, abri.Bruteforce},
		"the same at pauses drawn by chance, the page being asked for before": {func(s *site) {
			for i := range 150 {
				s.browse(stranger, 2*i, 170, 3100)
				s.wait(time.Second)
				s.browse(stranger, 2*i+1, 260+word(i), 3200+i%9)
				s.wait(time.Duration(2+i*5%7) * time.Minute)
			}
		}, abri.Bruteforce},
		"twelve sources, a password each in turn": {func(s *site) {
			s.times(240, 5*time.Minute, func(i int) { s.browse(machine("203.0.113.0/24", i%12), i, 260+word(i/12*5+i), 3200) })
		}, abri.Bruteforce},
		"a monitor that looks whether the portal is up": {func(s *site) {
			s.times(1000, time.Minute, func(i int) { s.browse(stranger, i, 210, 3200) })
		}, ""},
		"a monitor that asks past every cache, by a number drawn by chance": {func(s *site) {
			s.times(1000, time.Minute, func(i int) {
				s.browse(stranger, i, 210+len(fmt.Sprint(float64(mix(uint64(i))>>11)/(1<<53))), 3200)
			})
		}, ""},
		"thirty places of a watching service": {func(s *site) {
			s.times(1000, time.Minute, func(i int) { s.browse(machine("203.0.113.0/24", i%30), i, 210, 3200) })
		}, ""},
		"a reader of news: nothing new, now and then something": {func(s *site) {
			s.times(300, 5*time.Minute, func(i int) { s.browse(stranger, i, 320+i%97/96*8, 150+i%50/49*9000) })
		}, ""},
		"a telephone with an old password": {func(s *site) {
			s.times(600, 2*time.Minute, func(i int) { s.browse(stranger, i, 700, 640) })
		}, ""},
		"a telephone that fetches mail": {func(s *site) {
			s.times(300, 4*time.Minute, func(i int) {
				s.browse(stranger, i, 600+len(fmt.Sprint(i))+i%4*31, 400+int(mix(uint64(i))%6)*int(mix(uint64(i+1))%2000))
			})
		}, ""},
		"a diary that is looked for by three questions": {func(s *site) {
			s.times(300, 4*time.Minute, func(i int) { s.browse(stranger, i, []int{520, 610, 611}[i%3], []int{900, 410, 410}[i%3]) })
		}, ""},
		"a meter that posts its reading": {func(s *site) {
			s.times(280, 5*time.Minute, func(i int) {
				s.browse(stranger, i, 300+len(fmt.Sprintf("%.1f,%d", 7+float64(i%90)/20, 60+i%50)), 240)
			})
		}, ""},
		"what a shop abroad calls when something was sold": {func(s *site) {
			s.times(300, 4*time.Minute, func(i int) { s.browse(stranger, i, 400+int(mix(uint64(i))%900), 240) })
		}, ""},
		"people of an office, by one address, with one program": {func(s *site) {
			for i := range 400 {
				s.browse(stranger, i, 300+int(mix(uint64(i))%30), 3200)
				s.wait(time.Duration(mix(uint64(i))%40) * time.Duration(mix(uint64(i+7))%20) * time.Second)
			}
		}, ""},
		"programs that look behind each link of a newsletter": {func(s *site) {
			s.times(900, 4*time.Second, func(i int) {
				link := i % 4 // of the letter; each leads somewhere
				s.browse(machine("203.0.113.0/24", i%30), i, 240+link*3+int(mix(uint64(i/4))%28), []int{9000, 4200, 16_000, 700}[link])
			})
		}, ""},
		"a search engine within TLS, for pages that are gone": {func(s *site) {
			s.times(300, time.Minute, func(i int) { s.browse(stranger, i, 240+int(mix(uint64(i))%90), 1200+int(mix(uint64(i))%90)) })
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite()
			tt.traffic(s)
			s.wait(2 * time.Hour)
			var found abri.Kind
			var why string
			for _, f := range s.found {
				if !f.Noise && found == "" {
					found, why = f.Kind, f.Why.Sentence(abri.English)
				}
			}
			if found != tt.want {
				t.Errorf("found %q, want %q: %s", found, tt.want, why)
			}
		})
	}
}

// What is sent again, cut apart, acknowledged, or said for good-bye counts once or not at all.
func TestWhatIsSaidWithinTLS(t *testing.T) {
	whole := tlsRecord(0x14, 1) + tlsRecord(tls.Application, 53) + tlsRecord(tls.Application, 700)
	for _, size := range []int{1400, 500, 64, len(whole)} {
		var u utterance
		hear := func(at int, text string) {
			h := syn(stranger, web, 443)
			h.Seq, h.DataLength, h.Length = uint32(0xffffff00+at), len(text), 52+len(text)
			u.hear(&h, []byte(text))
		}
		for at := 0; at < len(whole); at += size {
			hear(at, whole[at:min(at+size, len(whole))])
			hear(at, whole[at:min(at+size, len(whole))])
		}
		hear(len(whole), tlsRecord(tls.Application, 19))
		if got := u.bytes(&flow.Counter{Packets: 99, Bytes: 90_000}); got != uint64(len(whole)) {
			t.Errorf("in pieces of %d: %d bytes, want %d", size, got, len(whole))
		}
	}
}

// Of a long answer a link shows the beginning, and all such beginnings are alike.
func TestALongAnswerIsMeasuredByTheFlow(t *testing.T) {
	var u utterance
	h := syn(stranger, web, 443)
	h.DataLength, h.Length = flow.ShownFirst, 52+flow.ShownFirst
	u.hear(&h, []byte(tlsRecord(tls.Application, 16_000)))
	if got := u.bytes(&flow.Counter{Packets: 100, Bytes: 90_000}); got != 84_800 {
		t.Errorf("%d bytes, want 84800", got)
	}
}
