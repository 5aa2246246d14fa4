package control

import (
	"context"
	"net/netip"
	"time"

	abri "abri.example/abri"
)

// Trial is how far a rule is trusted: what it would have stopped, or since when it stops. Doubts are those of them with
// whom the site speaks in peace, or whom a person released.
type Trial struct {
	Kind     abri.Kind      `json:"kind"`
	Acts     bool           `json:"acts"`
	Does     abri.Action    `json:"does"`  // when it acts: ban an address, or block the one conversation
	Since    time.Time      `json:"since"` // of its trial, or since when it acts
	By       string         `json:"by,omitempty"`
	Ripe     time.Time      `json:"ripe,omitzero"` // when it will promote itself; zero when only a person does
	Would    uint64         `json:"would_have_stopped"`
	Lately   []netip.Prefix `json:"lately,omitempty"` // the last of these, the latest first
	Doubts   uint64         `json:"doubts"`
	Releases uint64         `json:"releases"`
}

// Isolated is a device that a person isolated: an address or that of a card, and what people call it.
type Isolated struct {
	Device string    `json:"device"`
	Name   string    `json:"name,omitempty"`
	By     string    `json:"by"`
	Since  time.Time `json:"since"`
}

// Warden is the part of a Box that acts on what detectors find, and on devices that people isolate.
type Warden interface {
	Trials(context.Context) ([]Trial, error)
	// Promote has a rule act from now on, or with undo observe until a person promotes it; CodeNotFound for one that bans
	// nobody.
	Promote(ctx context.Context, who Who, kind abri.Kind, undo bool) error
	Isolated(context.Context) ([]Isolated, error)
	// Isolate cuts a device off from all but what repairs need, or with undo ends that; it gives what was meant. CodeInvalid
	// for what names no device, or two; CodeRefused for the box, its gateway and resolvers.
	Isolate(ctx context.Context, who Who, device string, undo bool) (Isolated, error)
}

// Trials tells how far each rule is trusted.
func (c *Client) Trials(ctx context.Context) ([]Trial, error) {
	return ask[[]Trial](ctx, c, "/measures", request{})
}

// Promote has a rule act from now on, or observe again.
func (c *Client) Promote(ctx context.Context, kind abri.Kind, undo bool) error {
	_, err := ask[any](ctx, c, "/promote", request{Kind: kind, Undo: undo})
	return err
}

// Isolated tells which devices are isolated.
func (c *Client) Isolated(ctx context.Context) ([]Isolated, error) {
	return ask[[]Isolated](ctx, c, "/isolated", request{})
}

// Isolate cuts a device off, or with undo ends that.
func (c *Client) Isolate(ctx context.Context, device string, undo bool) (Isolated, error) {
	return ask[Isolated](ctx, c, "/isolate", request{Device: device, Undo: undo})
}

// wardenRoutes are the questions about measures.
func wardenRoutes(b Warden, handle func(path string, do func(context.Context, Who, request) (any, error))) {
	handle("/measures", func(ctx context.Context, _ Who, _ request) (any, error) { return b.Trials(ctx) })
	handle("/promote", func(ctx context.Context, who Who, r request) (any, error) {
		return nil, b.Promote(ctx, who, r.Kind, r.Undo)
	})
	handle("/isolated", func(ctx context.Context, _ Who, _ request) (any, error) { return b.Isolated(ctx) })
	handle("/isolate", func(ctx context.Context, who Who, r request) (any, error) {
		return b.Isolate(ctx, who, r.Device, r.Undo)
	})
}
