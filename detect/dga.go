package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bar of dga: so many different domains within dgaTime that look made by a machine and do not exist, and of all that the
// device was answered about in that time one in dgaShare.
const (
	dgaDevices = 4096
	dgaNames   = 6
	dgaShare   = 40
	dgaTime    = 10 * time.Minute
)

// dga tells of malware that looks for its master under names that it computes: most of them nobody registered, and no
// person would have chosen them.
type dga struct {
	devices *memory[netip.Addr, computed]
	q       question
}

// computed is what a device asked for.
type computed struct {
	began   time.Time
	asked   distinct // domains, of all that it asked for
	domains distinct // in vain, and made by a machine
	told    time.Time
}

func newDGA() *dga { return &dga{devices: newMemory[netip.Addr, computed](dgaDevices, dgaTime)} }

func (d *dga) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.UDP || h.SrcPort != 53 || settled(f) {
		return
	}
	if !d.q.read(h.Payload) || !d.q.answer {
		return
	}
	n := d.q.domain()
	if n < 2 {
		return
	}
	c := d.devices.touch(at, h.Dst)
	if c.began.IsZero() || at.Sub(c.began) > dgaTime {
		*c = computed{began: at, told: c.told}
	}
	name := d.q.name(n)
	c.asked.add(name)
	if d.q.code != nxdomain || lookupService(&d.q) || !improbable(d.q.labels[len(d.q.labels)-n]) {
		return
	}
	if !c.domains.add(name) || c.domains.count() < max(dgaNames, c.asked.count()/dgaShare) || !due(at, &c.told) {
		return
	}
	x := f.FindingOf(abri.DGA, at, because(abri.DGA, "domains", c.domains.count(), "seconds", seconds(at.Sub(c.began)), "last", d.q.text(n)))
	x.Service = abri.DNS
	emit(x)
}

func (*dga) End(time.Time, *flow.Flow, func(abri.Finding)) {}
