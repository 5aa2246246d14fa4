package main

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"abri.example/abri"
	"abri.example/abri/box/pipeline"
	"abri.example/abri/capture"
	"abri.example/abri/count"
	"abri.example/abri/detect"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
)

// The bars of the detectors: packets a second on one core, and memory of so many sources that came once.
const (
	detectorsBar   = "≥ 0.5 M/s"
	trackedBar     = "≤ 64 MB"
	trackedSources = 100_000
	forgedSources  = 50_000_000
	mixedRuns      = 3
)

// sight is one packet with the time at which it came.
type sight struct {
	at    time.Time
	link  packet.Link
	bytes []byte
}

// detectors measures what all detectors cost: time over a mixture, beside decoding and flows alone, and memory under
// sources that come once, each forged, beside a map of as many addresses; and when the next attack is seen afterwards.
func (b *bench) detectors() error {
	sights, what, err := b.mixture()
	if err != nil {
		return err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var all, alone runs
	for range mixedRuns { // in turn, so that both see the same machine
		all = append(all, processorTime(func() { watch(sights, detect.All()) }))
		alone = append(alone, processorTime(func() { watch(sights, nil) }))
	}
	b.table.add("all detectors, with decoding and flows, over "+what+", one core", all.rate(len(sights)), detectorsBar,
		"decoding and flows alone: "+alone.rate(len(sights)))
	b.forged()
	return nil
}

// mixture is every labelled capture, one after the other, or the mixed traffic of replay where they are not here.
func (b *bench) mixture() (all []sight, what string, err error) {
	shared := os.Getenv("ABRI_SHARED")
	if shared == "" {
		shared = "../shared"
	}
	names, err := filepath.Glob(filepath.Join(shared, "captures", "*", "*pcap*"))
	if what = "the labelled captures"; err != nil || len(names) == 0 {
		what = "mixed traffic"
		names = []string{filepath.Join(b.folder, "detectors.pcap")}
		if err := record(names[0], b.packets, mixed); err != nil {
			return nil, "", err
		}
	}
	for _, name := range names {
		if all, err = sightsOf(all, name); err != nil {
			return nil, "", err
		}
	}
	return all, fmt.Sprintf("%s (%d packets)", what, len(all)), nil
}

// sightsOf appends the packets of a capture; of a broken one what can be read.
func sightsOf(all []sight, name string) ([]sight, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in, err := capture.Open(f, name)
	if err != nil {
		return nil, err
	}
	for p := (capture.Packet{}); in.Next(&p) == nil; {
		all = append(all, sight{p.Time, p.Link, slices.Clone(p.Data)})
	}
	return all, nil
}

// watch has the detectors see every packet.
func watch(sights []sight, detectors []detect.Detector) {
	flows := flow.NewTable(flow.Options{})
	emit := func(abri.Finding) {}
	var h packet.Headers
	for i := range sights {
		s := &sights[i]
		packet.Decode(s.link, s.bytes, &h)
		f, _ := flows.Observe(s.at, abri.SideUnknown, &h)
		if f == nil {
			continue
		}
		for _, d := range detectors {
			d.Observe(s.at, f, &h, emit)
		}
		if i%1024 == 0 {
			flows.Expire(s.at, func(f *flow.Flow) {
				for _, d := range detectors {
					d.End(s.at, f, emit)
				}
			})
		}
	}
}

// processorTime is what f takes of a processor: on a machine with other work a clock says little.
func processorTime(f func()) time.Duration {
	var before, after unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &before) // fails for no valid argument
	f()
	_ = unix.Getrusage(unix.RUSAGE_SELF, &after)
	return time.Duration(after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano())
}

// forged presses the whole way of a packet through the reader with sources that come once.
func (b *bench) forged() {
	p := newPress()
	before := heap()
	p.press(trackedSources)
	tracked := heap() - before
	known := map[netip.Addr]struct{}{}
	beside := heap()
	for i := range trackedSources {
		known[forgedSource(i)] = struct{}{}
	}
	yardstick := heap() - beside
	runtime.KeepAlive(known)
	b.table.add(fmt.Sprintf("memory of %d sources in all detectors, flows and counts", trackedSources), megabytes(tracked), trackedBar,
		"a map of as many addresses: "+megabytes(yardstick))
	took := processorTime(func() { p.press(b.sources - trackedSources) })
	flooded := heap() - before
	b.table.add(fmt.Sprintf("memory after %d M forged sources", b.sources/1_000_000), megabytes(flooded), "bounded",
		fmt.Sprintf("%.2f M/s, each a new conversation", float64(b.sources)/took.Seconds()/1e6))
	b.table.add("  the next scan afterwards", p.recovers(), "seconds", "eight doors, a tenth of a second each")
	runtime.KeepAlive(p)
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what the first one left to finalizers and pools
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// press is the reader's way of a packet, and where the forger stands.
type press struct {
	pipe    *pipeline.Pipeline
	counter *count.Counter
	sent    int
	now     time.Time
}

func newPress() *press {
	judge, err := policy.New(policy.Options{Mode: abri.Protect, Scanner: detect.ResearchScanner})
	if err != nil {
		panic(err) // no option of these can be wrong
	}
	p := &press{counter: count.New(count.Options{Location: time.UTC, Seed: "bench"}), now: time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)}
	p.pipe = pipeline.New(pipeline.Options{Policy: judge, Detectors: detect.All(), Counter: p.counter})
	return p
}

// forgedSource is the n-th of many sources of the Internet, no two alike below 2^31, in no order.
func forgedSource(n int) netip.Addr {
	x := (uint32(n)*2_654_435_761)>>1 | 0x80000000 // an odd factor takes each number to another
	return netip.AddrFrom4([4]byte{byte(x >> 24), byte(x >> 16), byte(x >> 8), byte(x)})
}

// press sends one packet of each of the next sources, by SYN and UDP in turn, to one machine, at half a million a second.
func (p *press) press(sources int) {
	target := netip.MustParseAddr("192.168.1.10")
	var frame []byte
	for range sources {
		s := segment{from: netip.AddrPortFrom(forgedSource(p.sent), 40_000), to: netip.AddrPortFrom(target, uint16(1+p.sent%7)), proto: packet.TCP, flags: packet.SYN, length: 40}
		if p.sent%2 == 1 {
			s.proto, s.flags = packet.UDP, 0
		}
		p.say(&frame, s)
		if p.now = p.now.Add(2 * time.Microsecond); p.sent%500_000 == 0 {
			p.tick()
		}
		p.sent++
	}
}

func (p *press) say(frame *[]byte, s segment) {
	*frame = s.frame((*frame)[:0])
	p.pipe.Packet(p.now, packet.Ethernet, *frame, len(*frame))
}

func (p *press) tick() {
	p.pipe.Tick(p.now)
	p.counter.Changed()
}

// recovers has somebody look for open doors when the flood is over, and says how long after it he is told.
func (p *press) recovers() string {
	over := p.now
	scanner := netip.MustParseAddr("45.155.205.9")
	var frame []byte
	for port := range 60 {
		p.now = p.now.Add(100 * time.Millisecond)
		p.say(&frame, segment{from: netip.AddrPortFrom(scanner, 40_000), to: netip.AddrPortFrom(netip.MustParseAddr("192.168.1.11"), uint16(1000+port)), proto: packet.TCP, flags: packet.SYN, length: 40})
		for _, a := range p.counter.Changed() {
			if a.Kind == abri.Scan && a.Outside == scanner {
				return fmt.Sprintf("seen %s after the last forged packet", short(p.now.Sub(over)))
			}
		}
	}
	return "not seen within six seconds"
}
