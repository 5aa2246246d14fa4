package stories

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// resolving has a real library serve the DNS at a host's addresses, over UDP and TCP: whoever it hears gets an address.
func resolving(t *testing.T, at testnet.Peer) (heard chan string) {
	t.Helper()
	heard = make(chan string, 100)
	answer := dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		heard <- q.Question[len(q.Question)-1].Name
		m := new(dns.Msg).SetReply(q)
		m.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 60}, A: net.IPv4(192, 0, 2, 80)}}
		_ = w.WriteMsg(m)
	})
	all := func(dns.Header) dns.MsgAcceptAction { return dns.MsgAccept } // even what no resolver should take
	for _, address := range at.Addresses() {
		here := netip.AddrPortFrom(address, testnet.DNSPort)
		udp, err := at.Host.ListenPacket(here)
		if err != nil {
			t.Fatal(err)
		}
		tcp, err := at.Host.Listen(here)
		if err != nil {
			t.Fatal(err)
		}
		for _, server := range []*dns.Server{{PacketConn: udp, Handler: answer, MsgAcceptFunc: all, UDPSize: 4096}, {Listener: tcp, Handler: answer, MsgAcceptFunc: all}} {
			go func() { _ = server.ActivateAndServe() }()
			t.Cleanup(func() { _ = server.Shutdown() })
		}
	}
	return heard
}

// dressed are questions for a name in forms that honest programs do not use, and resolvers may understand.
func dressed(t *testing.T, name string) map[string][]byte {
	t.Helper()
	question := dns.Question{Name: dns.Fqdn(name), Qtype: dns.TypeA, Qclass: dns.ClassINET}
	pack := func(change func(*dns.Msg)) []byte {
		m := &dns.Msg{MsgHdr: dns.MsgHdr{Id: 77, RecursionDesired: true}, Question: []dns.Question{question}, Compress: true}
		change(m)
		b, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	plain := pack(func(*dns.Msg) {})
	end := len(plain) - 5
	return map[string][]byte{
		"its end compressed": append(append(append([]byte(nil), plain[:end]...), 0xc0, 4), plain[end+1:]...),
		"behind an honest one": pack(func(m *dns.Msg) {
			m.Question = []dns.Question{{Name: "www.fr.", Qtype: dns.TypeA, Qclass: dns.ClassINET}, question}
		}),
		"behind seventy honest ones": pack(func(m *dns.Msg) {
			for range 70 {
				m.Question = append([]dns.Question{{Name: "www.fr.", Qtype: dns.TypeA, Qclass: dns.ClassINET}}, m.Question...)
			}
		}),
		"with a record before its time": pack(func(m *dns.Msg) {
			m.Ns = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: ".", Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(192, 0, 2, 1)}}
		}),
		"in fragments": pack(func(m *dns.Msg) {
			m.SetEdns0(4096, false)
			m.IsEdns0().Option = append(m.IsEdns0().Option, &dns.EDNS0_PADDING{Padding: make([]byte, 2000)})
		}),
	}
}

// A false name in any dress gets no address, by either family, behind no tag, one or two: the question does not reach its
// resolver, and is answered in its stead. An honest name in the same dress gets through. Over TCP the conversation ends before
// its answer.
func TestStoryAFalseNameInAnyDress(t *testing.T) {
	s, b, _ := phishing(t, abri.Protect)
	untagged := s.Newspaper.Peer
	vlanDesk, vlan := s.Behind(12, 12)
	qinqDesk, qinq := s.Behind(13, 100, 13)
	for what, ends := range map[string][2]testnet.Peer{"without a tag": {s.Desk.Peer, untagged}, "in a VLAN": {vlanDesk, vlan}, "in two": {qinqDesk, qinq}} {
		heard := resolving(t, ends[1])
		for i, desk := range ends[0].Addresses() {
			to := netip.AddrPortFrom(ends[1].Addresses()[i], testnet.DNSPort)
			t.Run(what+" "+to.Addr().String(), func(t *testing.T) { anyDress(t, ends[0].Host, desk, to, heard) })
		}
	}
	sky(t, b, func(w testnet.Weather) bool { return w.Neutralised >= 1 })
}

// anyDress asks a resolver for a listed name and for an honest one in each dress.
func anyDress(t *testing.T, host *testnet.Host, desk netip.Addr, to netip.AddrPort, heard chan string) {
	for what, message := range dressed(t, listedName) {
		if m := askRaw(t, host, desk, to, message); m.Rcode != dns.RcodeNameError || m.Id != 77 || len(m.Ns) != 1 {
			t.Errorf("%s: the answer is %v", what, m)
		}
	}
	for len(heard) > 0 {
		if name := <-heard; strings.HasSuffix(name, "banque-du-forez.fr.") {
			t.Errorf("the resolver is asked for %s", name)
		}
	}
	for what, message := range dressed(t, honestName) {
		if m := askRaw(t, host, desk, to, message); m.Rcode != dns.RcodeSuccess || len(m.Answer) != 1 {
			t.Errorf("%s: of an honest name the answer is %v", what, m)
		}
	}
	for name, stopped := range map[string]bool{listedName: true, honestName: false} {
		m, err := overTCP(t, host, desk, to, name)
		if stopped && !errors.Is(err, syscall.ECONNRESET) || !stopped && err != nil {
			t.Errorf("over TCP %s gets %v, %v", name, m, err)
		}
	}
}

// askRaw says a question as it is, and gives the answer.
func askRaw(t *testing.T, host *testnet.Host, desk netip.Addr, to netip.AddrPort, message []byte) *dns.Msg {
	t.Helper()
	c, err := host.Dial(t.Context(), "udp", desk, to)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cutting(t, c, desk)
	if err := c.SetDeadline(time.Now().Add(honestLimit)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write(message); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	n, err := c.Read(buf)
	if err != nil {
		t.Fatalf("%x: %v", message[:min(60, len(message))], err)
	}
	var m dns.Msg
	if err := m.Unpack(buf[:n]); err != nil {
		t.Fatalf("%v: %x", err, buf[:n])
	}
	return &m
}

// cutting lets the host cut what is too long for the line (ip(7), IP_PMTUDISC_DONT; ipv6(7)).
func cutting(t *testing.T, c net.Conn, own netip.Addr) {
	t.Helper()
	level, option, value := unix.IPPROTO_IP, unix.IP_MTU_DISCOVER, unix.IP_PMTUDISC_DONT
	if own.Is6() {
		level, option, value = unix.IPPROTO_IPV6, unix.IPV6_MTU_DISCOVER, unix.IPV6_PMTUDISC_DONT
	}
	raw, err := c.(*net.UDPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var set error
	if err := raw.Control(func(fd uintptr) {
		set = unix.SetsockoptInt(int(fd), level, option, value)
	}); err != nil || set != nil {
		t.Fatal(err, set)
	}
}

func overTCP(t *testing.T, host *testnet.Host, desk netip.Addr, at netip.AddrPort, name string) (*dns.Msg, error) {
	t.Helper()
	c, err := host.Dial(t.Context(), "tcp", desk, at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	client := dns.Client{Net: "tcp", Timeout: honestLimit}
	m, _, err := client.ExchangeWithConn(new(dns.Msg).SetQuestion(dns.Fqdn(name), dns.TypeA), &dns.Conn{Conn: c})
	return m, err
}

// A name that imitates the tax office is on no list. The first question for it gets no address either, the kernel learns to stop
// the next, and what a person releases passes.
func TestStoryAnImitationHasNoAddress(t *testing.T) {
	const name = "impots-gouv-remboursement.info"
	s, b, _ := phishing(t, abri.Protect)
	for i := range 3 {
		if m := lookUp(t, s, s.Resolver.V4, fmt.Sprintf("%d.%s", i, name), dns.TypeA); m.Rcode != dns.RcodeNameError || len(m.Ns) != 1 || len(m.IsEdns0().Option) != 1 {
			t.Errorf("the answer is %v", m)
		}
	}
	sky(t, b, func(w testnet.Weather) bool { return w.Neutralised >= 1 })
	if said, err := b.Type(t.Context(), "why", name); err != nil || !strings.Contains(said, "looks like impots.gouv.fr") || !strings.Contains(said, "stopped") {
		t.Errorf("why says %q, %v", said, err)
	}
	before := s.Resolver.Total().Contacts
	if m := lookUp(t, s, s.Resolver.V4, "ameli-renouvellement.fr", dns.TypeA); m.IsEdns0() != nil && len(m.IsEdns0().Option) > 0 || s.Resolver.Total().Contacts == before {
		t.Errorf("one that is only told does not reach the resolver: %v", m)
	}
	if _, err := b.Type(t.Context(), "release", name); err != nil {
		t.Fatal(err)
	}
	before = s.Resolver.Total().Contacts
	lookUp(t, s, s.Resolver.V4, "0."+name, dns.TypeA)
	if s.Resolver.Total().Contacts == before {
		t.Error("a released one does not reach its resolver")
	}
}
