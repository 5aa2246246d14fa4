package main

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"strings"
	"sync"
)

// amplifier is a service that answers anybody, and with more than it was asked.
type amplifier struct {
	name    string
	port    uint16
	ask     string // what it is asked
	begins  int    // how much of that it must see, to answer
	answers int    // datagrams
	bytes   int    // each
	says    string // how an answer begins
}

// amplifiers are those that the town hall is flooded by, each asked as criminals ask it. What they answer has the size that
// their kind answers with (CISA, alert TA14-017A; Rossow, Amplification Hell, NDSS 2014).
var amplifiers = []amplifier{
	{"DNS, ANY", 53, "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01\x07example\x03com\x00\x00\xff\x00\x01\x00\x00\x29\x10\x00\x00\x00\x00\x00\x00\x00", 4, 1, 2900, "\x12\x34\x81\x80"},
	{"NTP, monlist", 123, "\x17\x00\x03\x2a\x00\x00\x00\x00", 4, 10, 440, "\xd7\x00\x03\x2a"},
	{"memcached, stats", 11211, "\x00\x00\x00\x00\x00\x01\x00\x00stats\r\n", 8, 8, 1400, "\x00\x00\x00\x00\x00\x08\x00\x00STAT "},
	{"SSDP", 1900, "M-SEARCH * HTTP/1.1\r\nHost:239.255.255.250:1900\r\nST:ssdp:all\r\nMan:\"ssdp:discover\"\r\nMX:1\r\n\r\n", 8, 6, 320, "HTTP/1.1 200 OK\r\n"},
	{"CLDAP", 389, "\x30\x25\x02\x01\x01\x63\x20\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00\x87\x0bobjectclass\x30\x00", 1, 1, 2800, "\x30\x84"},
	{"SNMP, GetBulk", 161, "\x30\x20\x02\x01\x01\x04\x06public\xa5\x13\x02\x02\x65\x01\x02\x01\x00\x02\x02\x08\xca\x30\x07\x30\x05\x06\x01\x2b\x05\x00", 1, 1, 1400, "\x30\x82"},
	{"CharGEN", 19, "\n", 1, 1, 1024, " !\"#$%&'()*+,-./0123456789"},
	{"ISAKMP", 500, "\x01\x02\x03\x04\x05\x06\x07\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01\x10\x02\x00\x00\x00\x00\x00\x00\x00\x00\x1c", 8, 3, 120, "\x01\x02\x03\x04\x05\x06\x07\x08"},
	{"WS-Discovery", 3702, "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"/>", 5, 1, 1300, "<?xml version=\"1.0\"?>"},
	{"DHDiscover", 37810, " \x00\x00\x00DHIP", 8, 1, 750, " \x00\x00\x00DHIP"},
}

// reflectorPort is where these machines take connections: the kernel answers who asks for one, five times over.
const reflectorPort = 443

// amplify has this machine's addresses be all of them, until ctx ends.
func amplify(ctx context.Context) error {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	defer all.Wait()
	for _, a := range addresses {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil || !prefix.Addr().IsGlobalUnicast() {
			continue
		}
		for _, kind := range amplifiers {
			if err := kind.serve(ctx, &all, prefix.Addr()); err != nil {
				return err
			}
		}
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", netip.AddrPortFrom(prefix.Addr(), reflectorPort).String())
		if err != nil {
			return err
		}
		context.AfterFunc(ctx, func() { _ = l.Close() })
	}
	<-ctx.Done()
	return nil
}

// serve answers at one address until ctx ends.
func (k amplifier) serve(ctx context.Context, all *sync.WaitGroup, at netip.Addr) error {
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(at, k.port)))
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { _ = c.Close() })
	answer := []byte(k.says + strings.Repeat("x", k.bytes-len(k.says)))
	all.Go(func() {
		asked := make([]byte, 2048)
		for {
			n, from, err := c.ReadFromUDPAddrPort(asked)
			if err != nil && ctx.Err() != nil {
				return
			}
			if err != nil || !bytes.HasPrefix(asked[:n], []byte(k.ask[:k.begins])) { // an error is a port that its machine says is shut
				continue
			}
			for range k.answers {
				_, _ = c.WriteToUDPAddrPort(answer, from)
			}
		}
	})
	return nil
}
