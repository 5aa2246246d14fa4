package reader

import (
	"fmt"
	"time"

	"abri.example/abri/box/order"
	"abri.example/abri/box/web"
)

// faulty is the first port that something ails, nil when all are well.
func faulty(ports []order.Port) *order.Port {
	for i := range ports {
		if ports[i].Fault != "" {
			return &ports[i]
		}
	}
	return nil
}

// ports notes what ails a port, or that all are well.
func (t *troubles) ports(ports []order.Port, now time.Time) {
	t.bonds(ports, now)
	p := faulty(ports)
	if p == nil {
		delete(t.stand, troublePort)
		return
	}
	t.set(troublePort, web.Trouble{Code: web.TroublePort, At: now, Detail: fmt.Sprintf("%s (%s): %s", p.Name, p.Side, p.Fault)})
}

// bonds notes behind which port links are bonded in vain.
func (t *troubles) bonds(ports []order.Port, now time.Time) {
	for _, p := range ports {
		if p.Bonded {
			t.set(troubleBond, web.Trouble{Code: web.TroubleBond, At: now, Detail: fmt.Sprintf("%s (%s)", p.Name, p.Side)})
			return
		}
	}
}

// restored notes that the filter was put back on ports, and forgets what is long ago.
func (t *troubles) restored(n int, now time.Time) {
	if n > 0 {
		delete(t.stand, troubleTakenOff)
		t.set(troubleTakenOff, web.Trouble{Code: web.TroubleTakenOff, At: now})
	} else if x, ok := t.stand[troubleTakenOff]; ok && now.Sub(x.At).Abs() > lossTold {
		delete(t.stand, troubleTakenOff)
	}
}

// restorations is how often the filter was put back on a port since the answer before c. What was before the first
// answer was told by an earlier reader.
func (k *kernelState) restorations(c order.Counters) int {
	if k.at.IsZero() {
		return 0
	}
	return c.Restored - k.Restored
}

// unproven says why nothing proves that the filter does what it should, "" when it is proven. mu is held.
func (r *Reader) unproven(now time.Time) string {
	if p := r.proof(now); !p.Filter {
		return p.Reason
	}
	return ""
}
