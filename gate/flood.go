package gate

import (
	"math/rand/v2"
	"net/netip"
	"sync/atomic"
	"time"

	"abri.example/abri"
)

// Pressure is how something presses on a machine of the site, from outside and without belonging to a conversation in which
// it has spoken: enum pressure of kernel/words.h.
type Pressure uint8

// The pressures.
const (
	Openings  = Pressure(kernelPressureOPENINGS)  // SYNs
	Datagrams = Pressure(kernelPressureDATAGRAMS) // UDP, and whatever is not TCP or ICMP
	Echoes    = Pressure(kernelPressureECHOES)    // ICMP
	Fragments = Pressure(kernelPressureFRAGMENTS) // later ones, and first ones too short to be read
	Strays    = Pressure(kernelPressureSTRAYS)    // segments of no conversation, and such as no machine sends
	Queries   = Pressure(kernelPressureQUERIES)   // to a name server
	Answers   = Pressure(kernelPressureANSWERS)   // that nobody asked for: of servers that answer anybody, SYN+ACK and RST

	pressures = Pressure(kernelPressurePRESSURES)
)

// Pressures lists them. Do not write to it.
var Pressures = []Pressure{Openings, Datagrams, Echoes, Fragments, Strays, Queries, Answers}

var pressureNames = [pressures]string{"", "openings", "datagrams", "echoes", "fragments", "strays", "queries", "answers"}

// String is the name of p, such as "openings".
func (p Pressure) String() string {
	if p < pressures {
		return pressureNames[p]
	}
	return "unknown"
}

// Pace is how often something may come: Rate times a second, and Burst of them at once. A Rate of 0 is no bar.
type Pace struct{ Rate, Burst uint32 }

// Bar is how much of a pressure passes: of one source (an IPv4 address or an IPv6 /64), of its network (/24 or /48), and at
// one service of one machine by those who have not proven to be who they say.
type Bar struct{ Source, Net, Target Pace }

// Bars are those of every pressure.
type Bars [pressures]Bar

// Most rate and burst: beyond it a bar is no bar.
const (
	MaxRate  = 1_000_000
	MaxBurst = 1_000_000
)

// unfamiliar is how long conversations may be under way that the table of a new gate does not know: so long no datagram is
// held for an answer that nobody asked for. Segments of TCP are sent again, and known then.
const unfamiliar = time.Minute

// SetBars holds floods back by these bars from the next packet on; nil lets them pass. CodeInvalid for a bar that is too
// high.
func (g *Gate) SetBars(b *Bars) error {
	if b == nil {
		b = &Bars{}
	}
	on := uint32(0)
	for _, p := range Pressures {
		for _, x := range []Pace{b[p].Source, b[p].Net, b[p].Target} {
			if x.Rate > MaxRate || x.Burst > MaxBurst {
				return &abri.Error{Code: abri.CodeInvalid, Place: "bar of " + p.String(), What: "too high", Remedy: "at most 1,000,000 a second and at once"}
			}
			if x.Rate > 0 {
				on = 1
			}
		}
	}
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	s := g.control.at
	for _, p := range Pressures {
		s.Bars[p] = kernelBar{Source: b[p].Source.kernel(), Net: b[p].Net.kernel(), Target: b[p].Target.kernel()}
	}
	atomic.StoreUint32(&s.Flood, on)
	return nil
}

// kernel is the pace as the kernel reckons.
func (p Pace) kernel() kernelPace {
	if p.Rate == 0 {
		return kernelPace{}
	}
	return kernelPace{Gap: uint32(time.Second) / p.Rate, Burst: max(1, p.Burst)}
}

// Challenge replaces the set of servers whose visitors must prove, while too many come, that they are where they say: at most
// 256 addresses. The visitors of others are let in when they ask for the second time.
func (g *Gate) Challenge(servers []netip.Addr) error {
	return g.replaceAddresses(servers, func() set { return set{m: g.maps.Servers, n: &g.control.at.Servers, what: "challenge"} })
}

// beginFlood gives a new gate its seed, and notes from when conversations are known.
func (c *control) beginFlood(now int64) {
	if c.at.Seed == 0 {
		c.at.Seed = rand.Uint32() | 1
		c.at.Familiar = uint64(now + int64(unfamiliar))
	}
}
