package detect

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// tell is how often the gate tells of its counters.
const tell = 2 * time.Second

// link shows detectors a capture as a link would: copies of the beginnings of conversations, and the gate's counters now
// and then. The gate's own table is another flow.Table that sees all.
type link struct {
	gate, flows *flow.Table
	detectors   []Detector
	copied      map[*flow.Flow]*[2]int // bytes, by direction
	told        time.Time
	now         time.Time
	emit        func(abri.Finding)
}

func newLink(emit func(abri.Finding)) *link {
	l := &link{detectors: All(), copied: map[*flow.Flow]*[2]int{}, emit: emit}
	l.gate = flow.NewTable(flow.Options{Max: 1 << 20, Early: l.counters})
	l.flows = flow.NewTable(flow.Options{Max: 1 << 20, Counted: true, Early: l.ended})
	return l
}

// packet lets one packet cross.
func (l *link) packet(at time.Time, h *packet.Headers) {
	l.now = at
	g, _ := l.gate.Observe(at, abri.SideUnknown, h)
	if g == nil {
		return
	}
	if l.copies(g, h) {
		if f, _ := l.flows.Observe(at, abri.SideUnknown, h); f != nil {
			for _, d := range l.detectors {
				d.Observe(at, f, h, l.emit)
			}
		}
	}
	if at.Sub(l.told) >= tell || at.Before(l.told) {
		l.told = at
		for g := range l.copied {
			l.counters(g)
		}
		l.gate.Expire(at, func(g *flow.Flow) { l.counters(g); delete(l.copied, g) })
		l.flows.Expire(at, l.ended)
	}
}

// The ports of which the gate copies all, and those of which it copies 64 KB.
var (
	all   = []uint16{53, 67, 68, 137, 546, 547, 5060, 5061, 5062, 5080, 5353}
	login = []uint16{21, 22, 25, 110, 143, 445, 587, 3389}
)

// copies reports whether the gate copies the packet (gate/kernel/copy.h).
func (l *link) copies(g *flow.Flow, h *packet.Headers) bool {
	c := l.copied[g]
	if c == nil || g.Up.Packets+g.Down.Packets <= 1 {
		c = &[2]int{}
		l.copied[g] = c
	}
	half := &c[0]
	if fromClient(g, h) {
		half = &c[1]
	}
	before := *half
	*half += h.Length
	most := 8 << 10
	if h.Proto == packet.TCP && (slices.Contains(login, h.SrcPort) || slices.Contains(login, h.DstPort)) {
		most = 64 << 10
	}
	return slices.Contains(all, h.SrcPort) || slices.Contains(all, h.DstPort) || before < most || h.Proto == packet.TCP && h.Flags&(packet.FIN|packet.RST) != 0
}

// counters tells of one conversation as the gate counted it.
func (l *link) counters(g *flow.Flow) {
	f, _, up, down := l.flows.Count(flow.Record{Client: g.Client, Server: g.Server, Proto: g.Proto, First: g.First, Last: g.Last, Up: g.Up, Down: g.Down})
	if f != nil && up.Bytes+down.Bytes > 0 {
		weigh(l.detectors, g.Last, f, up.Bytes, down.Bytes, l.emit)
	}
}

// weigh tells detectors what a conversation carried.
func weigh(detectors []Detector, at time.Time, f *flow.Flow, up, down uint64, emit func(abri.Finding)) {
	for _, d := range detectors {
		if c, ok := d.(Counted); ok {
			c.Count(at, f, up, down, emit)
		}
	}
}

func (l *link) ended(f *flow.Flow) {
	for _, d := range l.detectors {
		d.End(l.now, f, l.emit)
	}
}

func (l *link) end() {
	for g := range l.copied {
		l.counters(g)
	}
	l.flows.Flush(l.ended)
	settleAll(l.detectors, l.now, l.emit)
}

// settleAll gives detectors the time to come to an end.
func settleAll(detectors []Detector, now time.Time, emit func(abri.Finding)) {
	for _, d := range detectors {
		if t, ok := d.(Ticker); ok {
			t.Tick(now.Add(time.Hour), emit)
		}
	}
}

// whole shows detectors a capture as replay does.
func whole(packets []framed, emit func(abri.Finding)) {
	detectors := All()
	var now, stepped time.Time
	end := func(f *flow.Flow) {
		for _, d := range detectors {
			d.End(now, f, emit)
		}
	}
	flows := flow.NewTable(flow.Options{Early: end})
	var h packet.Headers
	for _, p := range packets {
		now = p.at
		packet.Decode(p.link, p.bytes, &h)
		f, _ := flows.Observe(p.at, abri.SideUnknown, &h)
		if f == nil {
			continue
		}
		up, down := uint64(0), uint64(h.Length)
		if fromClient(f, &h) {
			up, down = down, up
		}
		weigh(detectors, p.at, f, up, down, emit)
		for _, d := range detectors {
			d.Observe(p.at, f, &h, emit)
		}
		if p.at.Sub(stepped) >= 10*time.Second {
			stepped = p.at
			flows.Expire(p.at, end)
		}
	}
	flows.Flush(end)
	settleAll(detectors, now, emit)
}

// "Live equals replay": a link shows less, and the same attacks are seen.
func TestALinkShowsTheSameAttacks(t *testing.T) {
	folder := sharedFolder()
	if folder == "" {
		t.Skip("the shared captures are not here")
	}
	err := filepath.WalkDir(filepath.Join(folder, "captures"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.Contains(filepath.Ext(name), "pcap") {
			return err
		}
		packets, err := framesOf(name)
		if err != nil {
			return err
		}
		var replayed, live []abri.Kind
		add := func(to *[]abri.Kind) func(abri.Finding) {
			return func(f abri.Finding) {
				if !f.Noise && !slices.Contains(*to, f.Kind) {
					*to = append(*to, f.Kind)
					slices.Sort(*to)
				}
			}
		}
		whole(packets, add(&replayed))
		l := newLink(add(&live))
		var h packet.Headers
		for _, p := range packets {
			packet.Decode(p.link, p.bytes, &h)
			l.packet(p.at, &h)
		}
		l.end()
		if !slices.Equal(replayed, live) {
			t.Errorf("%s: replayed %v, live %v", filepath.Base(name), replayed, live)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
