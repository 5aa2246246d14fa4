package faults

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri/testnet"
)

// Without a box for the grace time, which is short here: what is listed stays blocked until then; after that everything
// passes, or nothing does, as it was configured. The box that comes back finds its gate and goes on.
func TestGraceEnds(t *testing.T) {
	const grace = 10 * time.Second
	for _, c := range []struct {
		name   string
		closed bool
	}{{"open", false}, {"closed", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := townHall(t, func(_ *testnet.Scene, f *testnet.BoxFile) { f.Grace, f.FailClose = grace, c.closed })
			h.through(h.Honest(t.Context(), honestLimit))
			h.attack(h.Attackers...)
			before := time.Now()
			h.killBoth()
			stream := h.stream()
			h.attack(h.Attackers[0])
			stream.await(h, 100)
			h.await(func() error { return h.afterGrace(c.closed, stream) })
			// The heart had beaten a second and a half before the end at the most.
			if early := grace - 1500*time.Millisecond - time.Since(before); early > 0 {
				t.Errorf("the grace ended %v too early", early)
			}
			if c.closed {
				h.stopped(h.Honest(t.Context(), criminalLimit))
				h.stopped(h.Attack(t.Context(), criminalLimit, h.Attackers...))
			} else if _, lost := stream.end(); lost > 0 {
				t.Errorf("%d honest packets are lost", lost)
			}
			h.start()
			h.through(h.Honest(t.Context(), honestLimit))
			h.attack(h.Attackers...)
		})
	}
}

// afterGrace is nil when what the setting says has come: a listed source comes in, or honest packets stop.
func (h town) afterGrace(closed bool, s *stream) error {
	if closed {
		if s.lost.Load() == 0 {
			return errors.New("a gate that is to close lets honest packets pass still")
		}
		return nil
	}
	spammer := h.Attackers[0]
	ctx, cancel := context.WithTimeout(h.Context(), criminalLimit)
	defer cancel()
	c, err := spammer.Host.Dial(ctx, "tcp", spammer.V4, netip.AddrPortFrom(h.Mail.V4, testnet.MailPort))
	if err == nil {
		c.Close()
	}
	return err
}
