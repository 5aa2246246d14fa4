package detect

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// talk is a whole conversation of TCP: what begins with > the client says, with < the server; of what is long the
// beginning is shown. It ends with both.
func (s *site) talk(side abri.Side, from, to string, own, port uint16, lines ...string) {
	h := syn(from, to, port)
	h.SrcPort, h.Length = own, 60
	s.see(side, h)
	s.see(opposite(side), reply(h, packet.SYN|packet.ACK))
	h.Flags = packet.ACK
	h.Seq++
	h.Ack = 1
	s.see(side, h)
	for _, l := range lines {
		d, at := h, side
		d.Flags = packet.ACK | packet.PSH
		if l[0] == '<' {
			d, at = reply(h, packet.ACK|packet.PSH), opposite(side)
			d.Seq, d.Ack = h.Ack, h.Seq
			h.Ack += uint32(len(l) - 1)
		} else {
			h.Seq += uint32(len(l) - 1)
		}
		d.Payload, d.DataLength, d.Length = []byte(l[1:min(len(l), 1400)]), len(l)-1, 40+len(l)-1
		s.see(at, d)
	}
	h.Flags = packet.FIN | packet.ACK
	s.see(side, h)
	s.see(opposite(side), reply(h, packet.FIN|packet.ACK))
}

// times does something so often, with a pause after each.
func (s *site) times(n int, pause time.Duration, do func(i int)) {
	for i := range n {
		do(i)
		s.wait(pause)
	}
}

// ask is a question of DNS by a device, with its answer.
func (s *site) ask(device, name string, kind uint16, code byte) {
	s.askOf("9.9.9.9", device, name, kind, code)
}

// questionOf is a question of DNS for a name.
func questionOf(name string, kind uint16) []byte {
	q := []byte{0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	for _, l := range strings.Split(name, ".") {
		q = append(append(q, byte(len(l))), l...)
	}
	q = binary.BigEndian.AppendUint16(append(q, 0), kind)
	return append(q, 0, 1)
}

// askOf asks a resolver.
func (s *site) askOf(resolver, device, name string, kind uint16, code byte) {
	q := questionOf(name, kind)
	h := says(device, resolver, 53, true, string(q))
	s.see(abri.Inside, h)
	q[2], q[3] = 0x81, 0x80|code
	back := reply(h, 0)
	back.Payload = q
	s.see(abri.Outside, back)
}

// leads is a question of a device for a name that leads to an address of IPv4.
func (s *site) leads(device, name, to string) {
	h := says(device, "9.9.9.9", 53, true, "")
	h.Payload = questionOf(name, 1)
	s.see(abri.Inside, h)
	back := reply(h, 0)
	a := netip.MustParseAddr(to).As4()
	back.Payload = append(append(slices.Clone(h.Payload), 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4), a[:]...)
	back.Payload[2], back.Payload[3], back.Payload[7] = 0x81, 0x80, 1
	s.see(abri.Outside, back)
}

// machine is the n-th of a network.
func machine(network string, n int) string {
	b := netip.MustParsePrefix(network).Addr().As4()
	binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])+uint32(n)+1)
	return netip.AddrFrom4(b).String()
}

// sized is a message of so many bytes.
func sized(who string, n int) string { return who + strings.Repeat("x", n) }

const (
	desk    = "192.168.1.50"
	evil    = "203.0.113.66"
	browser = "GET /accueil HTTP/1.1\r\nHost: www.mairie.example\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0)\r\nAccept: */*\r\nAccept-Language: fr\r\n\r\n"
	feigned = "GET /news.php HTTP/1.1\r\nCookie: id=1\r\nUser-Agent: Mozilla/5.0 (Windows NT 6.1)\r\nHost: 203.0.113.66\r\n\r\n"
)

// huge is 40 MB that a client says.
var huge = sized(">", 40<<20)

// failedSSH are the sizes of a login that failed.
var failedSSH = []string{sized(">", 1200), sized("<", 1600), sized(">", 400)}

// manyInOne is a session of SSH in which six passwords are refused.
var manyInOne = append([]string{sized(">", 23), sized("<", 41), sized(">", 900), sized("<", 1500), sized(">", 60)}, slices.Repeat([]string{sized("<", 52), sized(">", 84)}, 6)...)

// newerSSH is a session of keys that are longer than those of old; the second answer has so many bytes, and then what follows.
func newerSSH(second int, rest ...string) []string {
	return append([]string{sized("<", 41), sized(">", 41), sized(">", 2768), sized("<", 2652), sized(">", 60), sized("<", 44), sized(">", 60), sized("<", 76), sized(">", 84), sized("<", second)}, rest...)
}

// programs come to a desk from so many names.
func (s *site) programs(n int, agent string) {
	s.times(n, time.Minute, func(i int) {
		s.talk(abri.Inside, desk, machine("203.0.113.0/24", i), uint16(50_000+i), 80, fmt.Sprintf(">GET /x%d.exe HTTP/1.1\r\nHost: site%d.example\r\nUser-Agent: %s\r\n\r\n", i, i, agent),
			"<HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\nMZ\x90\x00\x03\x00This program cannot be run in DOS mode")
	})
}

// posts are forms sent by a device to so many machines in turn, by the name that is given, else by each address.
func posts(n, machines int, name, agent, more string) func(*site) {
	return func(s *site) {
		s.times(n, 20*time.Second, func(i int) {
			to := machine("203.0.113.0/24", 65+i%machines)
			host := name
			if host == "" {
				host = to
			}
			path := fmt.Sprint("/checkupdate", i/machines) // another one after each round
			s.talk(abri.Inside, desk, to, uint16(50_000+i), 80, fmt.Sprintf(">POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\n%sContent-Length: 3\r\n\r\nabc", path, host, agent, more), "<HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		})
	}
}

// signsIn asks Kerberos for a ticket, by UDP, and is refused.
func (s *site) signsIn(name string, n int) {
	part := "\x1b" + string([]byte{byte(len(name))}) + name
	list := "\x30" + string([]byte{byte(len(part))}) + part
	h := says(desk, mail, 88, true, "\x6a\x81\xb0\xa0\x03\x02\x01\x01\xa1"+string([]byte{byte(len(list))})+list)
	h.SrcPort = uint16(50_000 + n)
	s.see(abri.Inside, h)
	back := reply(h, 0)
	back.Payload = []byte("\x7e\x81\x90\x30\xa6\x03\x02\x01\x18")
	s.see(abri.Outside, back)
}

// errands ask so many names for one page.
func errands(n int, more string) func(*site) {
	return func(s *site) {
		s.times(n, time.Minute, func(i int) {
			s.talk(abri.Inside, desk, machine("203.0.113.0/24", i), uint16(50_000+i), 80, fmt.Sprintf(">GET /c9c/?q=1 HTTP/1.1\r\nHost: www.exemple%d.fr\r\n%sConnection: close\r\n\r\n", i, more), "<HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
		})
	}
}

// pings are echoes of a device with their replies, which carry something else when strange.
func pings(n int, strange bool) func(*site) {
	return func(s *site) {
		s.times(n, time.Second, func(i int) {
			h := icmp(desk, evil, 8)
			h.Payload = fmt.Appendf(nil, "%032d", i)
			s.see(abri.Inside, h)
			back := icmp(evil, desk, 0)
			back.Payload = h.Payload
			if strange {
				back.Payload = fmt.Appendf(nil, "answer %024d", i)
			}
			s.see(abri.Outside, back)
		})
	}
}

// registers asks the exchange for so many names in turn; each is asked for a password, and let in with one when known.
func registers(n, names int, known bool) func(*site) {
	return func(s *site) {
		s.times(n, 20*time.Second, func(i int) {
			name := fmt.Sprint(100 + i%names)
			call := fmt.Sprint("registration-", i)
			s.dial(stranger, name, "REGISTER", call, false, 401)
			if known {
				s.dial(stranger, name, "REGISTER", call, true, 200)
			}
		})
	}
}

// guesses tries so many passwords for so many names, with or without a Call-ID for each try.
func guesses(n, names int, pause time.Duration, fresh bool) func(*site) {
	return func(s *site) {
		s.times(n, pause, func(i int) {
			name := fmt.Sprint(100 + i%names)
			call := "registration-" + name
			if fresh {
				call = fmt.Sprint("registration-", i)
			}
			s.dial(stranger, name, "REGISTER", call, false, 401)
			s.dial(stranger, name, "REGISTER", call, true, 403)
		})
	}
}

// dial is a request of SIP and its answer.
func (s *site) dial(from, to, method, call string, password bool, code int) {
	h, back := sipMessages(from, mail, to, method, call, password, code)
	s.see(abri.Outside, h)
	s.see(abri.Inside, back)
}

// sipMessages are a request and its answer.
func sipMessages(from, at, to, method, call string, password bool, code int) (h, back packet.Headers) {
	rest := fmt.Sprintf("From: <sip:a@b>;tag=1\r\nTo: \"x\" <sip:%s@192.168.1.10>\r\nCall-ID: %s\r\nCSeq: 1 %s\r\n", to, call, method)
	proof := ""
	if password {
		proof = "Authorization: Digest username=\"x\"\r\n"
	}
	h = says(from, at, 5060, true, method+" sip:"+to+"@192.168.1.10 SIP/2.0\r\n"+rest+proof+"\r\n")
	back = reply(h, 0)
	back.Payload = fmt.Appendf(nil, "SIP/2.0 %d Said\r\n%s\r\n", code, rest)
	return h, back
}

// veiled is a whole session within TLS, of the n-th port of a stranger: so many bytes by the client and by the server.
func (s *site) veiled(from string, n, up, down int) {
	hello := "\x16\x03\x01\x02\x00\x01"
	s.talk(abri.Outside, from, web, uint16(20_000+n), 443, ">"+hello+strings.Repeat("x", up-len(hello)), sized("<", down))
}

// pours gives eight thousand large datagrams from so many strangers to one door, from ever another port; or the later
// fragments of some.
func pours(sources int, later bool) func(*site) {
	return func(s *site) {
		s.times(8000, time.Millisecond, func(i int) {
			h := udp(machine("203.0.113.0/24", i%sources), web, 20_480)
			h.SrcPort, h.Length = uint16(1024+i*31%60_000), 1300
			if later {
				h.SrcPort, h.DstPort, h.Fragment, h.FragmentID = 0, 0, true, uint32(i)
			}
			s.see(abri.Outside, h)
		})
	}
}

// proves shows a page so many proofs of a password, each of which is refused, with lines of head as they are given.
func (s *site) proves(n int, proof, head string) {
	s.times(n, 5*time.Second, func(i int) {
		s.talk(abri.Outside, stranger, web, uint16(50_000+i), 80, ">GET /wsman HTTP/1.1\r\nAuthorization: "+proof+"\r\n\r\n", "<HTTP/1.1 401 Unauthorized\r\n"+head+"\r\n")
	})
}

// communities asks a device so often by SNMP, with so many communities in turn; it knows none of them.
func (s *site) communities(n, different int) {
	s.times(n, 10*time.Second, func(i int) {
		word := fmt.Sprintf("word%02d", i%different)
		s.see(abri.Outside, says(stranger, web, 161, true, "\x30\x2a\x02\x01\x01\x04\x06"+word+"\xa0\x1d"))
	})
}

// rummage asks a server for its n-th page, with further lines of head, and is answered by a code.
func (s *site) rummage(n int, head string, code int) {
	s.talk(abri.Outside, stranger, web, uint16(20_000+n), 80, fmt.Sprintf(">GET /page%d HTTP/1.1\r\nHost: a\r\n%s\r\n", n, head), fmt.Sprintf("<HTTP/1.1 %d Said\r\n\r\n", code))
}
