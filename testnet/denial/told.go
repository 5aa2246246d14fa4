package main

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// told is what the box said of an attack: after how long, by which kinds, as how many attacks.
type told struct {
	after   time.Duration // 0: it was not
	kinds   []string
	attacks int
}

// watch asks the box for its number of attacks, until there is one more or ctx ends.
func watch(box *testnet.Box, before uint64) func(context.Context) told {
	return func(ctx context.Context) (t told) {
		begun := time.Now()
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			if st, err := box.Status(ctx); err == nil && st.Attacks > before {
				t.after = time.Since(begun)
				return t
			}
			select {
			case <-ctx.Done():
				return t
			case <-tick.C:
			}
		}
	}
}

// sum says what was told in the end of a machine, as `abri why` says it.
func (t *told) sum(ctx context.Context, box *testnet.Box, at netip.Addr) {
	all := denials(ctx, box, at)
	t.attacks = len(all)
	for _, k := range all {
		if !slices.Contains(t.kinds, string(k)) {
			t.kinds = append(t.kinds, string(k))
		}
	}
	slices.Sort(t.kinds)
}

func (t told) String() string {
	if t.after == 0 {
		return "no"
	}
	return strings.Join(t.kinds, "+")
}

// denials are the kinds of the attacks of the family denial against a machine.
func denials(ctx context.Context, box *testnet.Box, at netip.Addr) (all []abri.Kind) {
	answer, err := box.Why(ctx, at)
	if err != nil {
		return nil
	}
	for _, x := range answer.Tried {
		if x.Kind.Family() == abri.Denial && x.Inside == at {
			all = append(all, x.Kind)
		}
	}
	return all
}
