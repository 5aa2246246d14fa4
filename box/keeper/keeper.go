// Package keeper is the process of the box that holds the kernel: the bridge, the gate with its maps, and the
// capabilities for both. It parses nothing that comes from the wire. It obeys the reader's orders (package order),
// tells it the news, starts it again when it dies, and keeps the gate's heart beating only while the reader lives.
//
//	ring → relay ───┐
//	tables → sweep ─┤
//	sieges → press ─┼→ news → reader → orders → Keeper → gate
//	bridge → place ─┘
//
// Its borders: no packet is decoded here and no list read; what it enforces was checked by package order and is
// checked once more by the gate.
package keeper

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/bridge"
	"abri.example/abri/gate"
	"abri.example/abri/inject"
)

// Keeper obeys the reader. It is the order.Keeper of the box; safe for concurrent use.
type Keeper struct {
	log    *slog.Logger
	gate   *gate.Gate
	bridge *bridge.Bridge
	server bool // it guards one server, whose doors are for everyone

	started int64         // CLOCK_MONOTONIC ns
	beaten  atomic.Int64  // when the reader last said that it lives
	busy    atomic.Int64  // orders under way that may take long
	deaths  atomic.Int64  // of readers
	flows   atomic.Int64  // entries of the flow table at the last sweep
	begun   atomic.Uint64 // conversations that its sweeps met for the first time
	untold  untold

	connections atomic.Int64 // that a source may hold; 0 is no bar

	voice    *inject.Ports
	front    *os.File     // the door of the page of stopped names, for the reader; nil for none
	loop     *inject.Loop // of the proofs
	proving  sync.Mutex
	words    bucket // of what is injected
	parked   parked
	refusals atomic.Int64 // of urgent orders
	lamented atomic.Int64 // when one was last logged

	restored atomic.Int64 // times that the programs were put back on a port

	bonds  *bridge.Bonds  // guard's
	bonded [3]atomic.Bool // by side: LACP was heard

	attending sync.Mutex // the redirect
	wired     gate.Wired // what became of it, when it was last looked at

	decoys *decoys

	mu        sync.Mutex
	place     order.Place
	placed    bool
	operators []netip.Prefix        // of the telephone
	exempt    map[netip.Prefix]bool // what the reader had exempted; place's own exemptions are apart
}

var _ order.Keeper = (*Keeper)(nil)

// Load has the gate enforce the prefixes in place of those before.
func (k *Keeper) Load(p order.Prefixes) (order.Loaded, error) {
	k.busy.Add(1)
	defer k.busy.Add(-1)
	begun := time.Now()
	v6 := make([]gate.Prefix6, 0, p.Len6())
	for x := range p.V6() {
		v6 = append(v6, gate.Prefix6(x))
	}
	if _, err := k.gate.LoadEach(p.V4(), v6); err != nil {
		return order.Loaded{}, err
	}
	n4, n6 := k.gate.Entries()
	l := order.Loaded{Entries4: n4, Entries6: n6, Took: time.Since(begun)}
	k.log.Info("lists are enforced", "ipv4", n4, "ipv6", n6, "took", l.Took)
	return l, nil
}

// Mode switches the gate.
func (k *Keeper) Mode(m abri.Mode) error {
	if before := k.gate.Mode(); m != before {
		k.log.Info("the mode is switched", "from", before, "to", m)
	}
	return k.gate.SetMode(m)
}

// Decide puts a ban, an exemption or a trust into the kernel. The box's own addresses, its gateways and resolvers are
// never banned.
func (k *Keeper) Decide(d order.Decision) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	until := int64(0)
	if d.For > 0 {
		until = gate.Monotonic() + int64(d.For)
	}
	switch d.Choice {
	case order.Ban:
		if a, ok := k.touches(d.Prefix); ok {
			return &abri.Error{Code: abri.CodeRefused, What: fmt.Sprintf("%s holds %s, the box's own address, a gateway or a resolver", d.Prefix, a), Remedy: "ban something narrower"}
		}
		if err := k.sparesLine(d.Prefix); err != nil {
			return err
		}
		if d.Door != (abri.Door{}) {
			return k.gate.BanAt(d.Prefix, d.Door, until)
		}
		return k.gate.Ban(d.Prefix, until)
	case order.Exempt:
		if err := k.gate.Exempt(d.Prefix, until); err != nil {
			return err
		}
		k.exempt[d.Prefix] = true
		return nil
	}
	return k.gate.Trust(d.Prefix, until)
}

// Withdraw takes a decision back. What the box's place exempts stays exempt.
func (k *Keeper) Withdraw(d order.Decision) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch d.Choice {
	case order.Ban:
		if d.Door != (abri.Door{}) {
			return gone(k.gate.UnbanAt(d.Prefix, d.Door))
		}
		return gone(k.gate.Unban(d.Prefix))
	case order.Exempt:
		delete(k.exempt, d.Prefix)
		if a, ok := k.touches(d.Prefix); ok && order.Host(a) == d.Prefix {
			return k.gate.Exempt(d.Prefix, 0)
		}
		return gone(k.gate.Unexempt(d.Prefix))
	}
	return gone(k.gate.Untrust(d.Prefix))
}

// gone takes it well that what should go was not there.
func gone(err error) error {
	if abri.CodeOf(err) == abri.CodeNotFound {
		return nil
	}
	return err
}

// touches gives an address of the box's place that p holds.
func (k *Keeper) touches(p netip.Prefix) (netip.Addr, bool) {
	for _, a := range addresses(k.place) {
		if p.Contains(a) {
			return a, true
		}
	}
	return netip.Addr{}, false
}

// Standing gives the decisions in force. What only the box's place exempts is not among them.
func (k *Keeper) Standing() ([]order.Decision, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	own := map[netip.Prefix]bool{}
	for _, a := range addresses(k.place) {
		own[order.Host(a)] = !k.exempt[order.Host(a)]
	}
	var out []order.Decision
	now := gate.Monotonic()
	for _, t := range []struct {
		choice order.Choice
		stands func() ([]gate.Entry, error)
	}{{order.Ban, k.gate.Bans}, {order.Exempt, k.gate.Exempted}, {order.Trust, k.gate.Trusted}} {
		all, err := t.stands()
		if err != nil {
			return nil, err
		}
		for _, s := range all {
			if s.Until != 0 && s.Until <= now {
				continue
			}
			d := order.Decision{Choice: t.choice, Prefix: s.Prefix}
			if s.Until != 0 {
				d.For = time.Duration(s.Until - now)
			}
			if t.choice != order.Exempt || !own[s.Prefix] {
				out = append(out, d)
			}
		}
	}
	narrow, err := k.gate.NarrowBans()
	if err != nil {
		return nil, err
	}
	for _, s := range narrow {
		if s.Until != 0 && s.Until <= now {
			continue
		}
		d := order.Decision{Choice: order.Ban, Prefix: s.Prefix, Door: s.Door}
		if s.Until != 0 {
			d.For = time.Duration(s.Until - now)
		}
		out = append(out, d)
	}
	return out, nil
}

// Isolate has the gate isolate exactly these devices. The box's own addresses, its gateways and resolvers are no devices
// of people, and are never cut off.
func (k *Keeper) Isolate(i order.Isolation) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range i.Addresses {
		if at, ok := k.touches(order.Host(a)); ok {
			return &abri.Error{Code: abri.CodeRefused, What: fmt.Sprintf("%s is the box's own address, a gateway or a resolver: without it the whole site is cut off", at), Remedy: "isolate a device"}
		}
	}
	g := gate.Isolation{Addresses: i.Addresses}
	for _, c := range i.Cards {
		mac, err := net.ParseMAC(c)
		if err != nil {
			return err
		}
		g.Cards = append(g.Cards, mac)
	}
	for _, r := range i.Repairs {
		g.Repairs = append(g.Repairs, gate.Repair(r))
	}
	return k.gate.Isolate(g)
}

// Beat notes that the reader lives.
func (k *Keeper) Beat() error {
	k.beaten.Store(gate.Monotonic())
	return nil
}
