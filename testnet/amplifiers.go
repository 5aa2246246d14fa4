package testnet

import (
	"fmt"
	"net/netip"
)

// amplifiers is how many Amplifiers a scene has.
const amplifiers = 32

// Amplifiers are innocent servers of the Internet, which share a machine: whoever asks them in the name of a machine of the town
// hall has them answer it. They are added when they are first asked for. Not safe for concurrent use.
func (s *Scene) Amplifiers() []Peer {
	if s.amplifiers != nil {
		return s.amplifiers
	}
	host := s.Net.Host("amplifiers")
	s.Net.Cable(s.router, host, "amplifiers", "wan")
	s.router.Address("amplifiers", netip.MustParsePrefix("62.210.1.254/24"), netip.MustParsePrefix("2a02:8400:1::fe/64"))
	for i := range amplifiers {
		p := Peer{
			Name: fmt.Sprint("amplifier ", i+1), Host: host,
			V4: netip.AddrFrom4([4]byte{62, 210, 1, byte(1 + i)}),
			V6: netip.AddrFrom16([16]byte{0x2a, 0x02, 0x84, 0, 0, 1, 15: byte(1 + i)}),
		}
		host.Address("wan", netip.PrefixFrom(p.V4, 24), netip.PrefixFrom(p.V6, 64))
		s.amplifiers = append(s.amplifiers, p)
	}
	host.Default(netip.MustParseAddr("62.210.1.254"), netip.MustParseAddr("2a02:8400:1::fe"))
	return s.amplifiers
}
