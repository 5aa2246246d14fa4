package live

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"

	"abri.example/abri"
	"abri.example/abri/box/replay"
	"abri.example/abri/capture"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// Replayed gives the attacks of a capture as `abri replay` does.
func Replayed(ctx context.Context, file string, home flow.Home) (attacks []abri.Attack, err error) {
	_, err = replay.Run(ctx, []string{file}, replay.Options{Home: home, Attack: func(a abri.Attack) { attacks = append(attacks, a) }})
	if abri.CodeOf(err) == abri.CodeDamaged {
		err = nil
	}
	return attacks, err
}

// ReplayedAtHome is Replayed for a box that knows who is at home, as one on the link does by its ports. Where both ends of
// a conversation are public a file does not say it, and a link was given the end contacted as ours: so is the replay.
func ReplayedAtHome(ctx context.Context, file string) ([]abri.Attack, error) {
	home, err := taken(file)
	if err != nil {
		return nil, err
	}
	return Replayed(ctx, file, home)
}

// taken are the private networks, and the public addresses that Attacks takes for ours.
func taken(file string) (flow.Home, error) {
	from, end, err := open(file)
	if err != nil {
		return nil, err
	}
	defer end()
	ours := map[netip.Addr]bool{}
	table := flow.NewTable(flow.Options{})
	var h packet.Headers
	for p := (capture.Packet{}); from.Next(&p) == nil; {
		packet.Decode(p.Link, p.Data, &h)
		if f, _ := table.Observe(p.Time, abri.SideUnknown, &h); f != nil && f.Guessed {
			ours[f.Inside] = true
		}
	}
	home := slices.Clone(private)
	for a := range ours {
		home = append(home, netip.PrefixFrom(a, a.BitLen()))
	}
	return home, nil
}

// open opens a file's capture; end is called after its last packet.
func open(file string) (from *capture.Reader, end func(), err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	if from, err = capture.Open(f, file); err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return from, func() { _ = f.Close() }, nil
}

// private are the networks of a site that says nothing (RFC 1918, 4193, 6598).
var private = flow.Home{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("fc00::/7"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("169.254.0.0/16"),
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
