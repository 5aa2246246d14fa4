package telephone

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri/packet"
)

// Door is where SIP was heard to answer, elsewhere than on its usual ports.
type Door struct {
	At    netip.AddrPort
	Proto uint8
}

// Doors are those that a link must be told of, to show to the end what is said there. The zero Doors knows none.
type Doors struct {
	known map[Door]time.Time // when it was last heard
}

// usualPorts are those on which a link shows all of SIP without being told: is_open_book of gate/kernel/worth.h.
var usualPorts = []uint16{Port, SecurePort, 5062, 5080}

const (
	mostDoors  = 512
	doorsStay  = 7 * 24 * time.Hour
	doorsFresh = time.Hour // how exactly it is known when one was last heard
)

// All gives them, in order.
func (d *Doors) All() []Door {
	all := make([]Door, 0, len(d.known))
	for k := range d.known {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b Door) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return int(a.Proto) - int(b.Proto)
	})
	return all
}

// heard takes a response. A door is where somebody answers who was called: by an answer to nobody's question, which anybody
// outside can send, none is learnt. Where there are too many the one not heard for longest goes.
func (d *Doors) heard(h *Heard) {
	f := h.Flow
	if h.Message.Request() || h.Source != f.Server || f.Proto != packet.UDP && f.Proto != packet.TCP || slices.Contains(usualPorts, f.Server.Port()) || slices.Contains(usualPorts, f.Client.Port()) {
		return
	}
	k := Door{f.Server, f.Proto}
	if last, known := d.known[k]; known {
		if h.At.Sub(last) > doorsFresh {
			d.known[k] = h.At
		}
		return
	}
	if d.known == nil {
		d.known = map[Door]time.Time{}
	}
	for k, last := range d.known {
		if h.At.Sub(last) > doorsStay {
			delete(d.known, k)
		}
	}
	if len(d.known) >= mostDoors {
		d.forgetOldest()
	}
	d.known[k] = h.At
}

func (d *Doors) forgetOldest() {
	var oldest Door
	var at time.Time
	for k, last := range d.known {
		if at.IsZero() || last.Before(at) {
			oldest, at = k, last
		}
	}
	delete(d.known, oldest)
}
