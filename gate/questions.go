package gate

import (
	"net/netip"
	"sync/atomic"

	"abri.example/abri"
)

// Question is a listed name that somebody asked for, and how often: an attempt that was stopped, or would have been. An
// attempt is of one client for one name, whatever resolver it asks; counters are cumulative since First.
type Question struct {
	Client, Server netip.AddrPort // of the first packet
	Side           abri.Side
	First, Last    int64 // of Monotonic
	Packets, Bytes uint64
	Reason         Reason // WouldName or DropName
	Name           []byte // as it stood in the first question: labels with their lengths, the last one empty
}

// SweepQuestions gives each attempt to fn, then removes those quiet for ten minutes. fn's record is reused. 8,192 are
// remembered; beyond, the longest quiet are forgotten first.
func (g *Gate) SweepQuestions(fn func(*Question)) error {
	now := Monotonic()
	var over []kernelQuestionKey
	var k kernelQuestionKey
	var q kernelQuestion
	each := g.maps.Questions.Iterate()
	for each.Next(&k, &q) {
		length := min(int(q.Length), len(q.Name))
		fn(&Question{
			Client: netip.AddrPortFrom(wire{k.Client.Hi, k.Client.Lo}.addr(), q.Port),
			Server: netip.AddrPortFrom(wire{q.Server.Hi, q.Server.Lo}.addr(), dnsPort),
			Side:   insideOf(q.Side), First: int64(q.First), Last: int64(max(q.Last, q.First)),
			Packets: q.Packets, Bytes: q.Bytes, Reason: Reason(q.Reason), Name: q.Name[:length],
		})
		if now-int64(q.Last) > int64(quiet) {
			over = append(over, k)
		}
	}
	if err := each.Err(); err != nil {
		return &abri.Error{Code: abri.CodeUnavailable, What: "the table of questions cannot be read", Err: err}
	}
	for _, k := range over {
		g.maps.Questions.Delete(k) // gone already is well
	}
	return nil
}

const dnsPort = 53

// MaxQuestions is how many the kernel's table holds.
const MaxQuestions = 8192

func insideOf(side uint8) abri.Side {
	s, _ := sideOf(side)
	return s
}

// SetPage says where a question for a listed name is led: to the block page's addresses, an IPv4 and an IPv6 one, of which
// either may be missing; with neither, there is no such name. CodeInvalid for an address of the other family.
func (g *Gate) SetPage(v4, v6 netip.Addr) error {
	if v4.IsValid() && !v4.Is4() || v6.IsValid() && (!v6.Is6() || v6.Is4In6()) {
		return &abri.Error{Code: abri.CodeInvalid, Place: "page", What: "not an IPv4 and an IPv6 address"}
	}
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	var w wire
	if v6.IsValid() {
		w = wireOf(v6)
	}
	g.control.at.Page6.Hi, g.control.at.Page6.Lo = w.Hi, w.Lo
	var word uint32
	if v4.IsValid() {
		word = uint32(wireOf(v4).Lo >> 32)
	}
	atomic.StoreUint32(&g.control.at.Page4, word)
	return nil
}

// CloseResolvers has nobody inside speak with these resolvers over TLS, QUIC or HTTPS (ports 853 and 443) any more; what is
// asked of them in the clear is read and passes. None is all open. At most 65,536.
func (g *Gate) CloseResolvers(all []netip.Addr) error {
	want := map[wire]uint8{}
	for _, a := range all {
		if !a.IsValid() {
			return &abri.Error{Code: abri.CodeInvalid, Place: "resolvers", What: "not an address"}
		}
		want[wireOf(a.WithZone(""))] = 1
	}
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	n := &g.control.at.Resolvers
	atomic.StoreUint32(n, max(uint32(len(want)), atomic.LoadUint32(n)))
	if err := replace(g.maps.Resolvers, want); err != nil {
		return &abri.Error{Code: abri.CodeFull, Place: "resolvers", What: "closed resolvers can't be put in place", Err: err}
	}
	atomic.StoreUint32(n, uint32(len(want)))
	return nil
}
