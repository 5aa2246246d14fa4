package detect

import (
	"net/netip"

	"abri.example/abri/flow"
)

// ends are those of one conversation: who tries many at once has many under way.
type ends struct{ client, server netip.AddrPort }

func endsOf(f *flow.Flow) ends { return ends{f.Client, f.Server} }

// pair is who comes, by whatever port, and where.
type pair struct {
	client netip.Addr
	server netip.AddrPort
}

func pairOf(f *flow.Flow) pair { return pair{f.Client.Addr(), f.Server} }

// atServer is who comes, and to which machine: the ports of mail lead to one set of accounts.
func atServer(f *flow.Flow) pair {
	return pair{f.Client.Addr(), netip.AddrPortFrom(f.Server.Addr(), 0)}
}
