package live

import (
	"context"
	"fmt"
	"slices"

	"abri.example/abri"
	"abri.example/abri/box/replay"
	"abri.example/abri/flow"
)

// Replayed gives the attacks of a capture as `abri replay` does.
func Replayed(ctx context.Context, file string, home flow.Home) (attacks []abri.Attack, err error) {
	_, err = replay.Run(ctx, []string{file}, replay.Options{Home: home, Attack: func(a abri.Attack) { attacks = append(attacks, a) }})
	if abri.CodeOf(err) == abri.CodeDamaged {
		err = nil
	}
	return attacks, err
}

// Said are the attacks in the words that a link and a replay must share: kind, way, and who at which service. Numbers and
// times are told otherwise by counters than by packets.
func Said(attacks []abri.Attack) []string {
	var out []string
	for _, a := range attacks {
		out = append(out, fmt.Sprintf("%s %s %s > %s %s", a.Kind, a.Direction, a.Outside, a.Inside, a.Service))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Kinds are the kinds of attacks, in their order.
func Kinds(attacks []abri.Attack) []abri.Kind {
	var out []abri.Kind
	for _, a := range attacks {
		out = append(out, a.Kind)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
