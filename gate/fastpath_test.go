package gate

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/safchain/ethtool"

	"abri.example/abri"
)

// wire turns the redirect on where packets are put through the programs one by one: they are told to leave by loopback.
func (b *bench) wire() {
	b.t.Helper()
	for _, side := range []uint32{uint32(abri.Outside), uint32(abri.Inside)} {
		b.do(b.maps.Wires.Put(side, uint32(1)))
	}
	atomic.StoreUint32(&b.control.at.Fastpath, 1)
}

// TestWire is which packet of a conversation takes the short way.
func TestWire(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.wire()
	up := frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoTCP, sport: 5000, dport: 443, flags: syn}
	down := frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoTCP, sport: 443, dport: 5000, flags: ack}
	near := frame{src: "192.168.1.2", dst: "192.168.1.3", proto: protoUDP, sport: 5, dport: 6}
	back := frame{src: "192.168.1.3", dst: "192.168.1.2", proto: protoUDP, sport: 6, dport: 5}
	asks := frame{src: "192.168.1.9", dst: "80.1.1.1", proto: protoUDP, sport: 123, dport: 123}
	told := frame{src: "80.1.1.1", dst: "192.168.1.9", proto: protoUDP, sport: 123, dport: 123}
	long := up
	long.payload, long.flags = 6000, ack
	for _, c := range []struct {
		name string
		side int
		f    frame
		want bool
	}{
		{"the first", in, up, false},
		{"the second, same side", in, up, false},
		{"the answer", out, down, true},
		{"from then on", in, up, true},
		{"in more than one buffer", in, long, false},
		{"it comes by the other side", out, up, false},
		{"and the answer by its own", out, down, false},
		{"back again", in, up, true},
		{"the answer too", out, down, true},
		{"two on one side", in, near, false},
		{"and back", in, back, false},
		{"and again", in, near, false},
		{"the box asks", sideBox, asks, false},
		{"it is told", out, told, false},
		{"it asks again", sideBox, asks, false},
		{"it is told again", out, told, false},
	} {
		if got := b.run(c.side, c.f.bytes()); got != Pass || b.wired != c.want {
			t.Errorf("%s: %v, redirected %v", c.name, got, b.wired)
		}
	}
	b.do(b.Beat(Monotonic() - int64(4*time.Second)))
	if b.run(in, up.bytes()); b.wired {
		t.Error("nobody watches the redirect, and it goes on")
	}
}

// TestFastpath goes over a real bridge. First a port that does not take what is redirected to it (a veth without NAPI at
// its other end, which is a driver's refusal as good as any): it is found on trial, and the bridge carries on.
func TestFastpath(t *testing.T) {
	s := newScene(t)
	g := s.open(s.options())
	err := g.SetFastpath(true)
	if abri.CodeOf(err) != abri.CodeUnsupported || g.Fastpath() || !strings.Contains(err.Error(), "does not send") {
		t.Errorf("a port that takes none: %v", err)
	}
	if !s.crosses(s.router, s.site, honest) {
		t.Error("the bridge does not carry on")
	}
	s.gro("router", "site")
	s.do(g.SetFastpath(true))
	_, err = g.Load(entries("45.9.20.0/24"))
	s.do(err)

	s.do(g.Beat(Monotonic() + int64(time.Hour))) // an agent that lives, however slow the machine is
	before, err := g.Wired()
	s.do(err)
	up := frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoUDP, sport: 99, dport: 7, payload: 300}
	down := frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoUDP, sport: 7, dport: 99, payload: 300}
	for range 4 {
		if !s.crosses(s.site, s.router, up) || !s.crosses(s.router, s.site, down) {
			t.Fatal("a known conversation does not cross")
		}
		if s.crosses(s.router, s.site, listedIn) || s.crosses(s.site, s.router, listedOut) {
			t.Fatal("a listed packet passes")
		}
	}
	after, err := g.Wired()
	s.do(err)
	if after.Sent-before.Sent != 7 || after.Refused != before.Refused { // all but the first
		t.Errorf("%+v after %+v", after, before)
	}
	var flow FlowRecord
	s.do(g.Sweep(func(r *FlowRecord) {
		if r.Server.String() == "80.1.1.1:7" {
			flow = *r
		}
	}))
	if flow.Up.Packets != 4 || flow.Down.Packets != 4 {
		t.Errorf("counted: %+v", flow)
	}

	s.do(g.SetFastpath(false))
	if !s.crosses(s.site, s.router, up) || g.Fastpath() {
		t.Error("off, the bridge does not carry")
	}
	off, err := g.Wired()
	s.do(err)
	if off.Sent != after.Sent {
		t.Error("off, and it goes on")
	}
	s.do(g.SetFastpath(true))
	s.do(g.Close())
	if err := g.SetFastpath(true); !errors.Is(err, errClosed) || g.Fastpath() {
		t.Errorf("closed: %v", err)
	}
	g = s.open(s.options())
	if g.Fastpath() || !s.crosses(s.site, s.router, up) || s.crosses(s.router, s.site, listedIn) {
		t.Error("taken over, it is not the bridge that carries until it is asked for again")
	}
}

// TestFastpathGeneric: behind the stack there are frames larger than a port sends, and they must not be lost.
func TestFastpathGeneric(t *testing.T) {
	s := newScene(t)
	s.gro("router", "site")
	o := s.options()
	o.Generic = true
	g := s.open(o)
	if err := g.SetFastpath(true); abri.CodeOf(err) != abri.CodeUnsupported || g.Fastpath() {
		t.Errorf("%v", err)
	}
	if !s.crosses(s.router, s.site, honest) {
		t.Error("the bridge does not carry on")
	}
}

// gro gives the far ends of the cables what a veth needs to be redirected to.
func (s *scene) gro(ports ...string) {
	s.t.Helper()
	card, err := ethtool.NewEthtool()
	s.do(err)
	defer card.Close()
	for _, p := range ports {
		s.do(card.Change(p, map[string]bool{"rx-gro": true}))
	}
}
