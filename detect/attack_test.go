package detect

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// Each attack is seen as what it is, and what honest people do that looks like it is not seen.
func TestAttacksAndTheirHonestTwins(t *testing.T) {
	in, out := abri.Outside, abri.Inside
	for name, c := range map[string]struct {
		do   func(s *site)
		want abri.Kind // "" for nothing
	}{
		"ports, fast": {func(s *site) { s.times(10, 0, func(i int) { s.see(in, syn(stranger, mail, uint16(1000+i))) }) }, abri.Scan},
		"ports, slow": {func(s *site) { s.times(10, time.Hour, func(i int) { s.see(in, syn(stranger, mail, uint16(1000+i))) }) }, abri.Scan},
		"machines": {func(s *site) {
			s.times(10, time.Minute, func(i int) { s.see(in, syn(stranger, machine("192.168.1.0/24", i), 445)) })
		}, abri.Scan},
		"pings of many": {func(s *site) {
			s.times(10, time.Minute, func(i int) { s.see(in, icmp(stranger, machine("192.168.1.0/24", i), 8)) })
		}, abri.Scan},
		"what time it is, of many": {func(s *site) {
			s.times(10, time.Minute, func(i int) { s.see(in, icmp(stranger, machine("192.168.1.0/24", i), 13)) })
		}, abri.Scan},
		"the mask, of many": {func(s *site) {
			s.times(10, time.Minute, func(i int) { s.see(in, icmp(stranger, machine("192.168.1.0/24", i), 17)) })
		}, abri.Scan},
		"errors of many": {func(s *site) {
			s.times(10, time.Minute, func(i int) { s.see(in, icmp(stranger, machine("192.168.1.0/24", i), 3)) })
		}, ""},
		"without any flag": {func(s *site) {
			s.times(10, 0, func(i int) { h := syn(stranger, mail, uint16(1000+i)); h.Flags = 0; s.see(in, h) })
		}, abri.Scan},
		"by protocols": {func(s *site) {
			s.times(12, time.Second, func(i int) { h := icmp(stranger, mail, 0); h.Proto = uint8(140 + i); s.see(in, h) })
		}, abri.Scan},
		"a tool looks for pages outside": {func(s *site) {
			s.times(40, time.Second, func(i int) {
				h := syn(desk, machine("203.0.113.0/24", i), 80)
				h.Length = 40
				s.see(out, h)
			})
		}, abri.Scan},
		"names of the directory": {func(s *site) {
			s.times(40, time.Second, func(i int) {
				s.talk(out, desk, mail, uint16(50_000+i), 88, sized(">", 200), "<\x7e\x81\xa6\x03\x02\x01\x18")
			})
		}, abri.Bruteforce},
		"passwords in an address": {func(s *site) {
			s.times(40, 5*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 80, ">GET /in/?username=admin&password=1 HTTP/1.1\r\nHost: a\r\n\r\n", sized("<", 6000))
			})
		}, abri.Bruteforce},
		"by FIN and ACK": {func(s *site) {
			s.times(30, 0, func(i int) {
				h := syn(stranger, mail, uint16(2000+i))
				h.Flags = packet.FIN | packet.ACK
				s.see(in, h)
			})
		}, abri.Scan},
		"a digest that is refused": {func(s *site) { s.proves(40, "Digest username=\"a\", response=\"0\"", "") }, abri.Bruteforce},
		"a digest of an old number": {func(s *site) {
			s.proves(40, "Digest username=\"a\", response=\"0\"", "WWW-Authenticate: Digest nonce=\"1\", stale=true\r\n")
		}, ""},
		"Windows' third message": {func(s *site) { s.proves(40, "NTLM TlRMTVNTUAADAAAA", "") }, abri.Bruteforce},
		"within SPNEGO":          {func(s *site) { s.proves(40, "Negotiate oYIBZDCCAWCg", "") }, abri.Bruteforce},
		"Windows' first message": {func(s *site) { s.proves(40, "NTLM TlRMTVNTUAABAAAA", "") }, ""},
		"a camera's password": {func(s *site) {
			s.times(40, 5*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 554, ">DESCRIBE rtsp://a/1 RTSP/1.0\r\nAuthorization: Basic "+b64(fmt.Sprint("a:", i))+"\r\n\r\n", "<RTSP/1.0 401 Unauthorized\r\n\r\n")
			})
		}, abri.Bruteforce},
		"a screen's password, the result alone": {func(s *site) {
			s.times(12, 5*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 5900, "<RFB 003.008\n", ">RFB 003.007\n", "<\x00\x00\x00\x01")
			})
		}, abri.Bruteforce},
		"a screen without a password": {func(s *site) {
			s.times(12, 5*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 5900, "<RFB 003.008\n", ">RFB 003.008\n", "<\x01\x01", ">\x01", "<\x00\x00\x00\x00")
			})
		}, ""},
		"accounts that are locked, by file sharing": {func(s *site) {
			s.times(12, 5*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 445, sized(">", 300), "<\x00\x00\x00\x49\xfeSMB\x40\x00\x01\x00\x34\x02\x00\xc0\x01\x00"+strings.Repeat("\x00", 40))
			})
		}, abri.Bruteforce},
		"MongoDB": {func(s *site) {
			s.times(12, 5*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 27017, sized(">", 200), "<\x01ok\x00\x00\x02errmsg\x00\x17\x00\x00\x00Authentication failed.\x00\x10code\x00\x12\x00\x00\x00\x00")
			})
		}, abri.Bruteforce},
		"Kerberos by UDP": {func(s *site) {
			s.times(12, 5*time.Second, func(i int) {
				h := says(stranger, mail, 88, true, "\x6a\x81\xb0")
				h.SrcPort = uint16(50_000 + i)
				s.see(in, h)
				back := reply(h, 0)
				back.Payload = []byte("\x7e\x81\x90\x30\xa6\x03\x02\x01\x18")
				s.see(out, back)
			})
		}, abri.Bruteforce},
		"a password of many, at Kerberos": {func(s *site) {
			s.times(8, 2*time.Second, func(i int) { s.signsIn(fmt.Sprint("agent", i), i) })
		}, abri.Bruteforce},
		"an old password of one, at Kerberos": {func(s *site) {
			s.times(8, 2*time.Second, func(i int) { s.signsIn("marie", i) })
		}, ""},
		"communities of SNMP": {func(s *site) { s.communities(12, 12) }, abri.Bruteforce},
		"SNMP with one old community, by a program that does not give up": {func(s *site) { s.communities(400, 2) }, ""},
		"pages that are not there":                                        {func(s *site) { s.times(40, time.Second, func(i int) { s.rummage(i, "", 404) }) }, abri.Scan},
		"pages that are not there, by links of one page":                  {func(s *site) { s.times(40, time.Second, func(i int) { s.rummage(i, "Referer: http://a/\r\n", 404) }) }, ""},
		"a search engine comes back for old pages": {func(s *site) {
			s.times(40, time.Second, func(i int) {
				s.rummage(i, "User-Agent: Mozilla/5.0 (compatible; bot/2.1; +http://bot.example)\r\n", 404)
			})
		}, ""},
		"pages that are there": {func(s *site) { s.times(200, time.Second, func(i int) { s.rummage(i, "", 200) }) }, ""},
		"half of the pages are there": {func(s *site) {
			s.times(40, time.Second, func(i int) { s.rummage(2*i, "", 200); s.rummage(2*i+1, "", 404) })
		}, ""},
		"SSH with newer keys, slowly": {func(s *site) {
			s.times(40, 7*time.Minute, func(i int) { s.talk(in, stranger, mail, uint16(50_000+i), 22, newerSSH(76)...) })
		}, abri.Bruteforce},
		"SSH with newer keys, let in": {func(s *site) {
			s.times(40, 7*time.Minute, func(i int) {
				s.talk(in, stranger, mail, uint16(50_000+i), 22, newerSSH(28, sized(">", 112), sized("<", 116), sized("<", 44), sized(">", 300), sized("<", 124))...)
			})
		}, ""},
		"by bare ACKs": {func(s *site) {
			s.times(30, 0, func(i int) { h := syn(stranger, mail, uint16(2000+i)); h.Flags = packet.ACK; s.see(in, h) })
		}, abri.Scan},
		"from a whole network": {func(s *site) {
			s.times(24, time.Minute, func(i int) { s.see(in, syn(machine("198.51.100.0/24", i%8), mail, uint16(1000+i))) })
		}, abri.Scan},
		"ports that answer": {func(s *site) {
			s.times(40, time.Second, func(i int) { s.talk(in, stranger, mail, 50_000, uint16(2000+i), sized("<", 9000)) })
		}, ""},
		"late answers of a resolver": {func(s *site) {
			s.times(60, time.Second, func(i int) { h := udp("9.9.9.9", desk, uint16(40_000+i)); h.SrcPort = 53; s.see(in, h) })
		}, ""},
		"the line is down": {func(s *site) {
			s.times(90, time.Second/4, func(i int) { s.see(out, syn(desk, machine("203.0.113.0/24", i), 443)) })
		}, ""},
		"a neighbour looks around": {func(s *site) {
			s.times(12, time.Second/4, func(i int) { s.see(out, syn(desk, machine("192.168.1.0/24", 100+i), 445)) })
		}, abri.Scan},
		"a neighbour asks now and then": {func(s *site) {
			s.times(30, time.Minute, func(i int) { s.see(out, syn(desk, machine("192.168.1.0/24", 100+i), 445)) })
		}, ""},
		"a worm goes out": {func(s *site) {
			s.times(40, time.Second, func(i int) { s.see(out, syn(desk, machine("203.0.113.0/24", i), 445)) })
		}, abri.Worm},
		"telephones are looked for": {func(s *site) {
			s.times(10, time.Minute, func(i int) { s.see(in, udp(stranger, machine("192.168.1.0/24", i), 5060)) })
		}, abri.SIPScan},

		"SSH, fast": {func(s *site) {
			s.times(12, 20*time.Second, func(i int) { s.talk(in, stranger, web, uint16(50_000+i), 22, failedSSH...) })
		}, abri.Bruteforce},
		"SSH, six passwords in each of few sessions": {func(s *site) {
			s.times(6, 30*time.Second, func(i int) { s.talk(in, stranger, web, uint16(50_000+i), 22, manyInOne...) })
		}, abri.Bruteforce},
		"SSH, a person with six keys that nobody knows": {func(s *site) {
			s.times(3, 30*time.Second, func(i int) { s.talk(in, stranger, web, uint16(50_000+i), 22, manyInOne...) })
		}, ""},
		"SSH, every quarter of an hour": {func(s *site) {
			s.times(40, 15*time.Minute, func(i int) { s.talk(in, stranger, web, uint16(50_000+i), 22, failedSSH...) })
		}, abri.Bruteforce},
		"SSH by another port": {func(s *site) {
			s.times(12, 20*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 902, append([]string{"<SSH-2.0-OpenSSH_9.6\r\n"}, failedSSH...)...)
			})
		}, abri.Bruteforce},
		"short sessions of something else by that port": {func(s *site) {
			s.times(40, 20*time.Second, func(i int) { s.talk(in, stranger, web, uint16(50_000+i), 902, failedSSH...) })
		}, ""},
		"RDP, one machine after the other, turned away": {func(s *site) {
			s.times(12, time.Hour, func(i int) {
				s.talk(in, stranger, machine("203.0.113.0/24", i), 50_000, 3389, ">\x03\x00\x00\x2b\x26\xe0\x00\x00\x00\x00\x00Cookie: mstshash=a\r\n")
			})
		}, abri.Bruteforce},
		"SSH, spread over sources": {func(s *site) {
			s.times(140, 5*time.Minute, func(i int) {
				s.talk(in, machine("198.51.100.0/24", i%12), web, uint16(50_000+i), 22, failedSSH...)
			})
		}, abri.Bruteforce},
		"SSH at work": {func(s *site) {
			s.times(40, 30*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 22, sized(">", 2500), sized("<", 3000), sized(">", 2500), sized("<", 9000))
			})
		}, ""},
		"FTP": {func(s *site) {
			s.times(12, 20*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 21, "<220 hello\r\n", ">USER a\r\n", "<331 ?\r\n", fmt.Sprintf(">PASS b%d\r\n", i), "<530 Login incorrect.\r\n")
			})
		}, abri.Bruteforce},
		"a camera with an old password, by FTP": {func(s *site) {
			s.times(300, time.Minute, func(i int) {
				s.talk(in, stranger, web, uint16(2000+i), 21, "<220 hello\r\n", ">USER a\r\n", "<331 ?\r\n", ">PASS b\r\n", "<530 Login incorrect.\r\n")
			})
		}, ""},
		"a diary with an old password": {func(s *site) {
			s.times(300, 10*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(2000+i), 80, ">PROPFIND /agenda HTTP/1.1\r\nAuthorization: Basic YTpi\r\n\r\n", "<HTTP/1.1 401 Unauthorized\r\n\r\n")
			})
		}, ""},
		"FTP that succeeds": {func(s *site) {
			s.times(40, 20*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 21, "<220 hello\r\n", ">USER anonymous\r\n", "<331 ?\r\n", ">PASS a@b\r\n", "<230 ok\r\n")
			})
		}, ""},
		"basic authentication": {func(s *site) {
			s.times(40, 5*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 80, ">GET /admin HTTP/1.1\r\nAuthorization: Basic "+b64(fmt.Sprint("a:", i))+"\r\n\r\n", "<HTTP/1.1 401 Unauthorized\r\n\r\n")
			})
		}, abri.Bruteforce},
		"a 401 begins a login": {func(s *site) {
			s.times(60, 5*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 80, ">GET /admin HTTP/1.1\r\nHost: a\r\n\r\n", "<HTTP/1.1 401 Unauthorized\r\n\r\n")
			})
		}, ""},
		"a form": {func(s *site) {
			s.times(40, 5*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 80, ">POST /wp-login.php HTTP/1.1\r\nHost: a\r\n\r\nlog=admin&pwd=1", "<HTTP/1.1 200 OK\r\n\r\n")
			})
		}, abri.Bruteforce},
		"a portal within TLS": {func(s *site) {
			s.times(120, 2*time.Second, func(i int) { s.veiled(stranger, i, 900+i%12, 3200+i%40) })
		}, abri.Bruteforce},
		"a portal within TLS, whose page is looked at first": {func(s *site) {
			s.times(6, time.Second, func(i int) { s.veiled(stranger, i, 700+i*200, 9000*i+1000) })
			s.times(120, 2*time.Second, func(i int) { s.veiled(stranger, 100+i, 900+i%12, 3200+i%40) })
		}, abri.Bruteforce},
		"people read pages within TLS": {func(s *site) {
			s.times(200, 2*time.Second, func(i int) { s.veiled(stranger, i, 700+i*37%2600, 1500+i*7919%60_000) })
		}, ""},
		"a monitor looks at a page within TLS": {func(s *site) {
			s.times(300, 10*time.Second, func(i int) { s.veiled(stranger, i, 900, 3200) })
		}, ""},
		"a program that comes every day": {func(s *site) {
			s.times(60, 30*time.Minute, func(i int) { s.veiled(stranger, i, 900, 3200) })
			s.times(200, 2*time.Second, func(i int) { s.veiled(stranger, 100+i, 900, 3200) })
		}, ""},
		"telephones with an old password, behind one address": {func(s *site) {
			s.times(400, 8*time.Second, func(i int) { s.veiled(stranger, i, 1100+i%5*90, 2900) })
		}, ""},
		"an office logs in": {func(s *site) {
			s.times(20, 10*time.Second, func(i int) {
				s.talk(in, stranger, web, uint16(50_000+i), 80, ">POST /login HTTP/1.1\r\nHost: a\r\n\r\nuser=me", "<HTTP/1.1 302 Found\r\n\r\n", sized("<", 6000))
			})
		}, ""},

		"half-open connections": {func(s *site) {
			s.times(800, time.Millisecond, func(i int) { s.see(in, syn(forged(i).String(), web, 80)) })
		}, abri.Flood},
		"the same opening again and again": {func(s *site) {
			s.times(3000, time.Millisecond, func(int) { s.see(in, syn(stranger, web, 80)) })
		}, abri.Flood},
		"segments of no conversation": {func(s *site) {
			s.times(800, time.Millisecond, func(i int) {
				h := syn(forged(i).String(), web, uint16(1024+i*31%60_000))
				h.Flags = packet.ACK
				s.see(in, h)
			})
		}, abri.Flood},
		"answers of innocent servers": {func(s *site) {
			s.times(800, time.Millisecond, func(i int) {
				h := syn(forged(i).String(), web, uint16(1024+i*31%60_000))
				h.SrcPort, h.Flags = 443, packet.SYN|packet.ACK
				s.see(in, h)
			})
		}, abri.Amplification},
		"one server that accepts without end what nobody asked": {func(s *site) {
			h := reply(syn(web, stranger, 21), packet.SYN|packet.ACK)
			s.times(25, 2*time.Second, func(int) { s.see(in, h) })
		}, abri.Amplification},
		"a server that we hear and our machine does not": {func(s *site) { // Linux gives up after six (tcp_synack_retries)
			s.times(50, time.Minute, func(i int) {
				h := reply(syn(web, machine("203.0.113.0/24", i), 443), packet.SYN|packet.ACK)
				s.times(6, 2*time.Second, func(int) { s.see(in, h) })
			})
		}, ""},
		"large packets to all ports": {func(s *site) {
			s.times(900, time.Millisecond, func(i int) {
				h := udp(stranger, web, uint16(1024+i*31%60_000))
				h.SrcPort, h.Length = 443, 900
				s.see(in, h)
			})
		}, abri.Flood},
		"a tunnel at work": {func(s *site) {
			s.times(2000, time.Millisecond, func(i int) {
				h := syn(stranger, web, 0)
				h.Proto, h.SrcPort, h.Length = 50, 0, 1400
				s.see(in, h)
				s.see(out, reply(h, 0))
			})
		}, ""},
		"many visitors": {func(s *site) {
			s.times(800, time.Millisecond, func(i int) {
				s.talk(in, forged(i).String(), web, 50_000, 80, ">"+browser, sized("<", 5000))
			})
		}, ""},
		"answers that nobody asked for": {func(s *site) {
			s.times(400, time.Millisecond, func(i int) {
				h := udp(forged(i).String(), web, 31_000)
				h.SrcPort = 123
				s.see(in, h)
			})
		}, abri.Amplification},
		"UDP to a port without a stream": {func(s *site) {
			s.times(900, time.Millisecond, func(i int) { s.see(in, udp(stranger, web, 80)) })
		}, abri.Flood},
		"UDP to one door, each from another port": {func(s *site) {
			s.times(900, time.Millisecond, func(i int) {
				h := udp(stranger, web, 9999)
				h.SrcPort = uint16(1024 + i)
				s.see(in, h)
			})
		}, abri.Flood},
		"a scan by UDP, each from another port": {func(s *site) {
			s.times(900, time.Millisecond, func(i int) {
				h := udp(stranger, web, uint16(2000+i))
				h.SrcPort = uint16(1024 + i)
				s.see(in, h)
			})
		}, abri.Scan},
		"a camera's stream": {func(s *site) {
			s.times(900, time.Millisecond, func(i int) { s.see(in, udp(stranger, web, 5004)) })
		}, ""},
		"a group's stream": {func(s *site) {
			s.times(900, time.Millisecond, func(i int) { s.see(in, udp(stranger, "239.1.1.1", 80)) })
		}, ""},
		"large packets of a few to one door": {pours(11, false), abri.Flood},
		"large packets of many to all ports, in fragments": {func(s *site) {
			s.times(1500, time.Millisecond, func(i int) {
				h := udp(machine("203.0.113.0/24", i%41), web, uint16(1024+i*31%60_000))
				h.Length, h.MoreFragments, h.FragmentID = 1500, true, uint32(i)
				s.see(in, h)
			})
		}, abri.Flood},
		"later fragments alone": {pours(41, true), abri.Flood},
		"cameras of the commune, each to a port of its own": {func(s *site) {
			s.times(8000, time.Millisecond, func(i int) {
				h := udp(machine("203.0.113.0/24", i%8), web, uint16(6000+2*(i%8)))
				h.Length = 1300
				s.see(in, h)
			})
		}, ""},
		"errors and answers of a forged flood elsewhere": {func(s *site) {
			s.times(900, time.Millisecond, func(i int) { s.see(in, icmp(forged(i).String(), web, 3)) })
		}, abri.Flood},
		"visit after visit": {func(s *site) {
			s.times(120, 80*time.Millisecond, func(i int) { s.talk(in, stranger, web, uint16(50_000+i), 80, ">"+browser, sized("<", 300)) })
		}, abri.Flood},
		"one page, many browsers": {func(s *site) {
			s.times(30, 10*time.Second, func(i int) {
				agent := fmt.Sprintf("Mozilla/5.0 (%s) v%d", []string{"Windows NT 10.0", "iPhone", "Android 9", "Macintosh"}[i%4], i%12)
				s.talk(in, stranger, web, uint16(50_000+i), 80, ">GET /a.php?x="+fmt.Sprint(i)+" HTTP/1.1\r\nUser-Agent: "+agent+"\r\n\r\n", sized("<", 6000))
			})
		}, abri.Flood},
		"an office reads many pages": {func(s *site) {
			s.times(60, 10*time.Second, func(i int) {
				agent := fmt.Sprintf("Mozilla/5.0 (%s) v%d", []string{"Windows NT 10.0", "iPhone", "Android 9", "Macintosh"}[i%4], i%12)
				s.talk(in, stranger, web, uint16(50_000+i), 80, fmt.Sprintf(">GET /page%d HTTP/1.1\r\nUser-Agent: %s\r\n\r\n", i, agent), sized("<", 6000))
			})
		}, ""},

		"data in names": {func(s *site) {
			s.times(120, time.Second, func(i int) { s.ask(desk, fmt.Sprintf("%030d.%030d.t.evil.example", i, i*i), 1, 0) })
		}, abri.Tunnel},
		"TXT below one domain": {func(s *site) {
			s.times(20, time.Second, func(i int) { s.ask(desk, fmt.Sprintf("c%d.evil.example", i), dnsTXT, 0) })
		}, abri.Tunnel},
		"a list of senders of spam": {func(s *site) {
			s.times(80, time.Second, func(i int) { s.ask(mail, fmt.Sprintf("%d.100.51.198.zen.spamhaus.org", i), dnsTXT, 3) })
		}, ""},
		"a reader of the news": {func(s *site) {
			s.times(80, time.Second, func(i int) { s.ask(desk, fmt.Sprintf("img%d.cdn.example", i), 1, 0) })
		}, ""},
		"names by a machine": {func(s *site) {
			names := []string{"xqcuxrdsfdxf", "kqvzjwhtbxpm", "wfxwgwvfroly", "zkteekqtrutoi", "hjqxvkzpwltr", "bxqjvmtrzkpw", "pqzxkvjwmbtr"}
			s.times(len(names), time.Second, func(i int) { s.ask(desk, names[i]+".com", 1, nxdomain) })
		}, abri.DGA},
		"a few such names among all that a site's own resolver asks for": {func(s *site) {
			names := []string{"xqcuxrdsfdxf", "kqvzjwhtbxpm", "wfxwgwvfroly", "zkteekqtrutoi", "hjqxvkzpwltr", "bxqjvmtrzkpw", "pqzxkvjwmbtr"}
			s.times(700, 800*time.Millisecond, func(i int) {
				s.ask(mail, fmt.Sprintf("boutique%d.example", i), 1, 0)
				if i%100 == 99 {
					s.ask(mail, names[i/100]+".com", 1, nxdomain)
				}
			})
		}, ""},
		"names that are gone": {func(s *site) {
			names := []string{"boulangerie-martin", "mairie-lavieille", "ecoledesarts", "clubdefoot42", "garagedupont", "fleuristerose", "photoscope"}
			s.times(len(names), time.Second, func(i int) { s.ask(desk, names[i]+".fr", 1, nxdomain) })
		}, ""},
		"data in pings": {pings(20, true), abri.Tunnel},
		"pings":         {pings(60, false), ""},

		"a call home, feigning a browser": {func(s *site) {
			s.times(15, time.Minute, func(i int) { s.talk(out, desk, evil, uint16(50_000+i), 80, ">"+feigned, "<HTTP/1.1 200 OK\r\n\r\n") })
		}, abri.Beacon},
		"plain SYNs that are answered": {func(s *site) {
			s.times(60, time.Second, func(i int) {
				h := syn(desk, machine("203.0.113.0/24", i), 80)
				h.Length = 40
				s.see(out, h)
				s.see(in, reply(h, packet.SYN|packet.ACK))
			})
		}, ""},
		"a page that renews itself": {func(s *site) {
			s.times(90, time.Minute, func(i int) {
				s.talk(out, desk, evil, uint16(50_000+i), 80, ">"+browser, "<HTTP/1.1 200 OK\r\n\r\n")
			})
		}, ""},
		"mail is fetched": {func(s *site) {
			s.times(200, 5*time.Minute, func(i int) { s.talk(out, desk, evil, uint16(50_000+i), 993, sized(">", 500), sized("<", 4000)) })
		}, ""},
		"the same few words for hours": {func(s *site) {
			s.times(150, time.Minute, func(i int) {
				s.talk(out, desk, evil, uint16(50_000+i), 443, sized(">", 700), sized("<", 200))
			})
		}, abri.Beacon},
		"a pump tells its maker how it is": {func(s *site) { // whose name it looks up
			s.times(150, time.Minute, func(i int) {
				s.leads(desk, "mqtt.pump.example", evil)
				s.talk(out, desk, evil, uint16(50_000+i), 443, sized(">", 700), sized("<", 200))
			})
		}, ""},
		"an agent of every device": {func(s *site) {
			s.times(150, time.Minute, func(i int) {
				for d := range 4 {
					s.talk(out, machine("192.168.1.0/24", d), evil, uint16(50_000+i), 443, sized(">", 700), sized("<", 5000))
				}
			})
		}, ""},
		"forms to a bare address, feigning a browser":        {posts(6, 1, "203.0.113.66", "Mozilla/4.0 (compatible)", ""), abri.CommandAndControl},
		"one page at two bare addresses":                     {posts(2, 2, "", "Mozilla/4.0 (compatible)", "Accept-Language: en\r\n"), abri.CommandAndControl},
		"any page at two bare addresses":                     {posts(3, 2, "", "Mozilla/4.0 (compatible)", ""), abri.CommandAndControl},
		"forms that say a page led there, which nobody read": {posts(4, 1, "", "Mozilla/4.0 (compatible)", "Accept-Language: en\r\nReferer: http://203.0.113.66/\r\n"), abri.CommandAndControl},
		"forms that a page of a name led to":                 {posts(4, 1, "", "Mozilla/4.0 (compatible)", "Accept-Language: en\r\nReferer: http://www.exemple.fr/\r\n"), ""},
		"one page at three names, by what says nothing":      {errands(3, ""), abri.CommandAndControl},
		"the same, by a program that says what it is":        {errands(9, "User-Agent: Agent/2.0\r\n"), ""},
		"forms to a bare address, each quarter of an hour": {func(s *site) {
			s.times(4, 15*time.Minute, func(int) { posts(1, 1, "", "Mozilla/4.0 (compatible)", "")(s) })
		}, abri.CommandAndControl},
		"forms to a free name":                    {posts(4, 1, "panel.ydns.eu", "Mozilla/5.0 (Windows NT 10.0)", ""), abri.CommandAndControl},
		"the same, by a browser":                  {posts(9, 1, "nas.ydns.eu", "Mozilla/5.0 (Windows NT 10.0)", "Accept-Language: fr\r\n"), ""},
		"forms to a name":                         {posts(6, 2, "www.example.com", "Mozilla/4.0 (compatible)", ""), ""},
		"forms by a program that says what it is": {posts(6, 2, "", "Comptabilite/7.1", ""), ""},
		"records to a bare address":               {posts(6, 2, "", "Mozilla/4.0 (compatible)", "Content-Type: text/xml\r\n"), ""},
		"forms of a page that was read": {func(s *site) {
			s.talk(out, desk, evil, 49_000, 80, ">GET / HTTP/1.1\r\nHost: 203.0.113.66\r\nUser-Agent: Mozilla/5.0\r\nAccept-Language: fr\r\n\r\n", "<HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			posts(6, 1, "", "Mozilla/5.0 (Windows NT 10.0)", "")(s)
		}, ""},
		"a network outside is told where its master may be": {func(s *site) {
			s.times(60, time.Second/4, func(i int) { s.see(out, udp(desk, machine("203.0.113.0/24", i), 6892)) })
		}, abri.Scan},
		"peers anywhere": {func(s *site) {
			s.times(200, time.Second/4, func(i int) { s.see(out, udp(desk, forged(i).String(), 6881)) })
		}, ""},
		"a form of ciphers": {func(s *site) {
			form := ">POST /a.php HTTP/1.1\r\nHost: a\r\n\r\nz=" + strings.Repeat("0a9f", 30)
			s.times(3, time.Minute, func(i int) { s.talk(out, desk, evil, uint16(50_000+i), 80, form, "<HTTP/1.1 200 OK\r\n\r\n") })
		}, abri.CommandAndControl},
		"a program as a picture": {func(s *site) {
			s.talk(out, desk, evil, 50_000, 80, ">GET /a.jpg HTTP/1.1\r\nHost: a\r\n\r\n", "<HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\nMZ\x90\x00\x03\x00This program cannot be run in DOS mode")
		}, abri.MalwareDownload},
		"programs from one name after the other": {func(s *site) { s.programs(4, "Mozilla/4.0 (compatible; MSIE 6.0)") }, abri.MalwareDownload},
		"updates in the morning":                 {func(s *site) { s.programs(6, "Microsoft-Delivery-Optimization/10.0") }, ""},
		"a peer of many": {func(s *site) { // a capture that does not say who is at home
			s.times(60, time.Second, func(i int) { s.see(abri.SideUnknown, syn(stranger, forged(i).String(), uint16(10_000+i*7))) })
		}, ""},
		"an update": {func(s *site) {
			s.talk(out, desk, evil, 50_000, 80, ">GET /update.exe HTTP/1.1\r\nHost: download.example\r\nUser-Agent: Updater\r\n\r\n", "<HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\nMZ\x90\x00\x03\x00This program cannot be run in DOS mode")
		}, ""},
		"the files leave at night": {func(s *site) {
			s.times(9, 24*time.Hour, func(i int) { s.talk(out, desk, "198.51.100.90", uint16(50_000+i), 443, huge, huge) })
			s.talk(out, desk, evil, 50_100, 443, slices.Repeat([]string{huge}, 30)...)
		}, abri.Exfiltration},
		"fewer, at an hour when nobody sends": {func(s *site) {
			s.times(9, 24*time.Hour, func(i int) { s.talk(out, desk, "198.51.100.90", uint16(50_000+i), 443, huge) })
			s.wait(14 * time.Hour)
			s.talk(out, desk, evil, 50_100, 443, slices.Repeat([]string{huge}, 6)...)
		}, abri.Exfiltration},
		"as many, at an hour of work": {func(s *site) {
			s.times(9, 24*time.Hour, func(i int) { s.talk(out, desk, "198.51.100.90", uint16(50_000+i), 443, huge) })
			s.talk(out, desk, evil, 50_100, 443, slices.Repeat([]string{huge}, 6)...)
		}, ""},
		"the copy of every night": {func(s *site) {
			s.times(20, 24*time.Hour, func(i int) {
				s.talk(out, desk, "198.51.100.90", uint16(50_000+i), 443, slices.Repeat([]string{huge}, 30)...)
			})
		}, ""},
		"a new machine is copied": {func(s *site) {
			s.talk(out, desk, evil, 50_100, 443, slices.Repeat([]string{huge}, 30)...)
		}, ""},
		"mail to many servers": {func(s *site) {
			s.times(12, time.Second, func(i int) { s.see(out, syn(desk, machine("203.0.113.0/24", i), 25)) })
		}, abri.Spambot},
		"the site's mail server": {func(s *site) {
			s.talk(in, stranger, mail, 50_000, 25, "<220 hello\r\n", ">EHLO a\r\n")
			s.times(30, time.Second, func(i int) { s.talk(out, mail, machine("203.0.113.0/24", i), uint16(50_000+i), 25, "<220 a\r\n") })
		}, ""},
		"from machine to machine": {func(s *site) {
			s.times(20, time.Second, func(i int) {
				s.talk(out, desk, machine("192.168.1.0/24", 100+i), uint16(50_000+i), 445, sized(">", 600), sized("<", 600))
			})
		}, abri.LateralMovement},

		"names of telephones":                      {registers(30, 30, false), abri.SIPScan},
		"a telephone that forgot its password":     {registers(50, 1, false), ""},
		"thirty telephones":                        {registers(60, 30, true), ""},
		"passwords of many telephones":             {guesses(60, 30, 5*time.Second, true), abri.Bruteforce},
		"passwords of one telephone":               {guesses(400, 1, time.Second, true), abri.Bruteforce},
		"the same under one Call-ID":               {guesses(400, 1, time.Second, false), abri.Bruteforce},
		"a telephone with an old password":         {guesses(2000, 1, 20*time.Second, false), ""},
		"one that says so under ever new Call-IDs": {guesses(2000, 1, 20*time.Second, true), ""},
		"a site whose passwords all changed":       {guesses(4000, 15, 2*time.Second, false), ""},
		"calls through the exchange": {func(s *site) {
			s.times(8, time.Second, func(i int) {
				s.dial(stranger, fmt.Sprintf("00%d972598072172", i), "INVITE", fmt.Sprint("call-", i), false, 401)
			})
		}, abri.TollFraud},
		"calls to the site that nobody takes": {func(s *site) {
			s.times(12, time.Second, func(i int) {
				s.dial(stranger, fmt.Sprintf("04771234%02d", i), "INVITE", fmt.Sprint("call-", i), false, 404)
			})
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite()
			c.do(s)
			s.wait(4 * time.Hour)
			var kinds []abri.Kind
			for _, f := range s.found {
				if !f.Noise && !slices.Contains(kinds, f.Kind) {
					kinds = append(kinds, f.Kind)
				}
			}
			if inward := c.want == abri.Flood || c.want == abri.Amplification; inward && slices.ContainsFunc(s.found, func(f abri.Finding) bool { return f.Direction != abri.In }) {
				t.Errorf("a flood that comes in is told of as one that goes out: %+v", s.found)
			}
			if c.want == "" && len(kinds) > 0 || c.want != "" && !slices.Equal(kinds, []abri.Kind{c.want}) {
				t.Errorf("seen as %v, want %q: %+v", kinds, c.want, s.found[0])
			}
		})
	}
}
