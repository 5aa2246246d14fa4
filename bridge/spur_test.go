package bridge_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"abri.example/abri/bridge"
	"abri.example/abri/inject"
)

// What is sent to the card of a spur comes back by it, and goes nowhere else; the bridge keeps its own address, and
// nothing is left. A spur that a killed process left is taken away.
func TestASpurLeadsNowhere(t *testing.T) {
	b := newBox(t)
	made := b.ensure(wanted)
	card := b.link("abri0").Attrs().HardwareAddr.String()
	elsewhere, err := b.near.Tap("lan")
	if err != nil {
		t.Fatal(err)
	}
	frame := append(append([]byte{}, bridge.Card...), 0xfe, 0xab, 0x11, 0, 0, 1, 0x88, 0xb5)
	frame = append(frame, bytes.Repeat([]byte("proof"), 20)...)
	for range 2 { // the second finds the first left behind
		b.do(func() error { return comesBack(made, frame) })
	}
	if now := b.link("abri0").Attrs().HardwareAddr.String(); now != card {
		t.Errorf("the bridge was %s and is %s", card, now)
	}
	b.do(func() error {
		spur, err := made.Spur()
		if err != nil {
			return err
		}
		return spur.Remove()
	})
	if b.link("abri-spur") != nil || b.link("abri-spur-end") != nil {
		t.Error("something is left")
	}
	marker := append(append([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, frame[6:]...), "marker"...)
	if err := b.far.Inject(t.Context(), "wan", [][]byte{marker}, 0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		got, err := elsewhere.Receive(ctx)
		switch {
		case err != nil:
			t.Fatalf("the marker does not cross: %v", err)
		case bytes.Equal(got, frame):
			t.Error("a frame of the spur went out on the network")
		case bytes.Equal(got, marker):
			return
		}
	}
}

// comesBack makes a spur, and sends a frame by it until it comes back.
func comesBack(b *bridge.Bridge, frame []byte) error {
	spur, err := b.Spur()
	if err != nil {
		return err
	}
	loop, err := inject.OpenLoop()
	if err != nil {
		return err
	}
	defer loop.Close()
	if err := loop.Hear(spur.Back); err != nil {
		return err
	}
	for range 100 { // a new port does not forward at once
		if err := loop.Send(spur.End, frame); err != nil {
			return err
		}
		if _, back := loop.Returned(inject.Same(frame), nil, 50*time.Millisecond); back {
			return nil
		}
	}
	return errors.New("nothing comes back")
}

// A server of its own has no bridge: what passes is seen at the card itself.
func TestASpurWithoutABridge(t *testing.T) {
	b := newBox(t)
	made := b.ensure(bridge.Options{Kind: bridge.Host, Outside: "eth0"})
	b.do(func() error {
		return comesBack(made, append(append([]byte{}, bridge.Card...), bytes.Repeat([]byte("proof"), 20)...))
	})
}
