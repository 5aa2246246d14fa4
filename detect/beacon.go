package detect

import (
	"math"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/hypertext"
	"abri.example/abri/packet"
)

// The bars of beacon. The reasons are in docs/detection.md.
const (
	beaconPairs  = 8192
	beaconMany   = 10               // calls in a row at regular times, that no honest program makes so;
	beaconLies   = 10 * time.Minute // on average at most between such calls: who looks for updates takes its time
	beaconAny    = 100              // calls in a row, all alike, to a machine that no other device calls, and whose address no name led to
	beaconLeast  = time.Second      // between two calls; less is one program at work
	beaconMost   = 2 * time.Hour    // between two calls
	beaconJitter = 0.35             // standard deviation of the intervals, in parts of their mean
	beaconSizes  = 0.05             // the same of the sizes, for calls of any program
	beaconPeople = 3                // devices from which on a machine is a service
	beaconForget = 4 * time.Hour    // silence after which it begins anew
	beaconBurst  = 300 * time.Millisecond
)

// beacon tells of a device that calls the same machine again and again at regular times: malware that asks for orders.
// Honest programs do so too, so the rhythm alone is not enough: the program says that it is a browser and does not speak
// like one; or the calls are very many, all alike, no other device makes them, and the machine is called by an address that
// no name led to. Heating, cameras and screens call their makers so for years, and look their names up.
type beacon struct {
	calls  *memory[pair, rhythm]
	people *memory[netip.Addr, distinct] // devices by the machine they call
	liars  *memory[ends, bool]           // conversations whose client says falsely that it is a browser
	names  *naming
}

// rhythm are the calls of one device to one machine.
type rhythm struct {
	last      time.Time
	intervals spread
	sizes     spread
	lies      int // calls in which the client said falsely that it is a browser
	told      time.Time
}

func newBeacon(names *naming) *beacon {
	return &beacon{
		calls:  newMemory[pair, rhythm](beaconPairs, beaconForget),
		people: newMemory[netip.Addr, distinct](beaconPairs, 24*time.Hour),
		liars:  newMemory[ends, bool](1024, time.Hour),
		names:  names,
	}
}

func (*beacon) Observe(time.Time, *flow.Flow, *packet.Headers, func(abri.Finding)) {}

// hear reads what a client says of itself.
func (b *beacon) hear(at time.Time, f *flow.Flow, m *hypertext.Message, _ func(abri.Finding)) {
	if !m.Answer && m.Part == hypertext.Head && f.Direction != abri.In && falseBrowser(m.Head) {
		*b.liars.touch(at, endsOf(f)) = true
	}
}

// End takes a call into its rhythm.
func (b *beacon) End(_ time.Time, f *flow.Flow, emit func(abri.Finding)) {
	if f.Direction == abri.In || f.Proto != packet.TCP || settled(f) || f.Service == abri.Mail {
		return
	}
	people := b.people.touch(f.Last, f.Server.Addr())
	people.add(number(f.Client.Addr()))
	r := b.calls.touch(f.Last, pairOf(f))
	lie := b.liars.find(endsOf(f)) != nil
	if !r.call(f, lie) || people.count() >= beaconPeople {
		return
	}
	n := r.intervals.n
	met := r.intervals.ratio() <= beaconJitter && r.intervals.mean() >= beaconLeast.Seconds() &&
		(n >= beaconMany && 2*r.lies >= n && r.intervals.mean() <= beaconLies.Seconds() || n >= beaconAny && f.Direction == abri.Out && r.sizes.ratio() <= beaconSizes && !b.names.leads(f.Server.Addr()))
	if met && due(f.Last, &r.told) {
		emit(f.FindingOf(abri.Beacon, f.Last, because(abri.Beacon, "calls", n+1,
			"every-seconds", math.Round(r.intervals.mean()*10)/10, "jitter-percent", math.Round(100*r.intervals.ratio()))))
	}
}

// call takes a conversation in, and reports whether it went on in the rhythm. A pause begins anew.
func (r *rhythm) call(f *flow.Flow, lie bool) bool {
	gap := f.First.Sub(r.last)
	first := r.last.IsZero()
	if !first && gap > -beaconForget && gap < beaconBurst {
		return false // of the same call: programs open several connections at once
	}
	r.last = f.First
	if first || gap > beaconMost || gap < 0 {
		*r = rhythm{last: f.First, told: r.told}
		return false
	}
	if m := r.intervals.mean(); r.intervals.n >= 3 && gap.Seconds() > 4*m {
		*r = rhythm{last: f.First, told: r.told}
		return false
	}
	r.intervals.add(gap.Seconds())
	r.sizes.add(float64(f.Up.Bytes))
	if lie {
		r.lies++
	}
	return true
}

// spread is the mean and standard deviation of numbers that come one by one (Welford 1962).
type spread struct {
	n        int
	m, total float64
}

func (s *spread) add(x float64) {
	s.n++
	d := x - s.m
	s.m += d / float64(s.n)
	s.total += d * (x - s.m)
}

func (s *spread) mean() float64 { return s.m }

// ratio is the standard deviation in parts of the mean; infinite without two numbers.
func (s *spread) ratio() float64 {
	if s.n < 2 || s.m <= 0 {
		return math.Inf(1)
	}
	return math.Sqrt(s.total/float64(s.n)) / s.m
}

// falseBrowser reports whether the head of a request gives the name of a browser, but not the languages that its person
// reads, as each browser does.
func falseBrowser(head []byte) bool {
	return contains(head, "\nuser-agent: mozilla/") && !contains(head, "\naccept-language:") && contains(head, "\r\n\r\n")
}
