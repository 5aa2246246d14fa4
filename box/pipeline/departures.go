package pipeline

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
)

// sent tells what a conversation has carried since it was last told: to the detectors that go by that, and, of one outward
// that somebody outside answered, to who keeps what left. By a resolver that stands in the site questions leave too.
func (p *Pipeline) sent(at time.Time, f *flow.Flow, began bool, up, down uint64) {
	if up+down == 0 || p.atHome(f) {
		return
	}
	for _, d := range p.counting {
		d.Count(at, f, up, down, p.emit)
	}
	if p.departed != nil && f.Answered() && (f.Direction == abri.Out || f.Direction == abri.LAN && f.Port == dnsPort) {
		p.departed(f, began, up, down)
	}
}

// carried tells of the one packet of a capture that was taken in last.
func (p *Pipeline) carried(at time.Time, f *flow.Flow, began bool) {
	if h := &p.headers; h.Src == f.Client.Addr() && (h.SrcPort == f.Client.Port() || h.Fragment) {
		p.sent(at, f, began, uint64(h.Length), 0)
	} else {
		p.sent(at, f, began, 0, uint64(h.Length))
	}
}
