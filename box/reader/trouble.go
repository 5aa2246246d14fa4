package reader

import (
	"fmt"
	"maps"
	"slices"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/web"
)

// Where a trouble comes from.
const (
	troubleStore   = "store"
	troubleKernel  = "kernel"
	troubleEnforce = "enforce"
	troubleDrift   = "drift"
	troubleLosses  = "losses"
	troubleDeath   = "death"
	troublePort    = "port"
	troubleBond    = "bond"

	troubleTakenOff = "taken-off"
	troubleExempt   = "exempt"
	troubleProof    = "proof"
)

// silent is the code, and the reason of the fog, when the keeper gives no answer for the kernel.
const silent = "kernel-silent"

// A loss of copies, and a death of the reader, are told for this long after they happened.
const lossTold = 10 * time.Minute

// troubles are what ails the box, by where it comes from; the first time of a trouble stands until it is over.
type troubles struct {
	stand map[string]web.Trouble
}

// note sets or, with nil, ends the trouble of a place.
func (t *troubles) note(where string, err error, now time.Time) {
	if err == nil {
		delete(t.stand, where)
		return
	}
	t.set(where, web.Trouble{Code: codeOf(where, err), At: now, Detail: err.Error()})
}

// codeOf is the page's word for what came from a place.
func codeOf(where string, err error) string {
	switch {
	case where == troubleStore && abri.CodeOf(err) == abri.CodeFull:
		return web.TroubleDiskFull
	case where == troubleStore:
		return web.TroubleDatabase
	case where == troubleKernel:
		return silent
	case where == troubleExempt:
		return web.TroubleExempt
	case where == troubleProof:
		return web.TroubleProof
	}
	return web.TroubleDrift
}

func (t *troubles) drift(is bool, now time.Time) {
	if !is {
		delete(t.stand, troubleDrift)
		return
	}
	t.set(troubleDrift, web.Trouble{Code: web.TroubleDrift, At: now})
}

// loss notes that the ring lost copies, and forgets an old loss.
func (t *troubles) loss(lost uint64, now time.Time) {
	if lost > 0 {
		delete(t.stand, troubleLosses)
		t.set(troubleLosses, web.Trouble{Code: web.TroubleLosses, At: now, Detail: fmt.Sprintf("%d", lost)})
	} else if x, ok := t.stand[troubleLosses]; ok && now.Sub(x.At).Abs() > lossTold {
		delete(t.stand, troubleLosses)
	}
}

// deaths tells that readers died before the one that began at begun.
func (t *troubles) deaths(n int, begun, now time.Time) {
	if n == 0 || now.Sub(begun).Abs() > lossTold {
		delete(t.stand, troubleDeath)
		return
	}
	t.set(troubleDeath, web.Trouble{Code: web.TroubleRestarted, At: begun, Detail: fmt.Sprintf("%d", n)})
}

func (t *troubles) set(where string, x web.Trouble) {
	if t.stand == nil {
		t.stand = map[string]web.Trouble{}
	}
	if before, ok := t.stand[where]; ok && before.Code == x.Code {
		x.At = before.At
	}
	t.stand[where] = x
}

// all are the troubles that stand, in a steady order.
func (t *troubles) all() []web.Trouble {
	var out []web.Trouble
	for _, where := range slices.Sorted(maps.Keys(t.stand)) {
		out = append(out, t.stand[where])
	}
	return out
}
