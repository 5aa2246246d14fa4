package control

import (
	"context"

	"abri.example/abri/box/liaison"
)

// Member is what the door leads to for the observatory. Implementations are safe for concurrent use; errors are
// *abri.Error.
type Member interface {
	// Membership is how the box stands with its observatory.
	Membership(context.Context) (liaison.State, error)
	// Enrol asks to be taken in, by an invitation.
	Enrol(ctx context.Context, who Who, invitation string) (liaison.State, error)
	// Leave takes the box out, on its side.
	Leave(ctx context.Context, who Who) error
}

// Membership is how the box stands with its observatory.
func (c *Client) Membership(ctx context.Context) (liaison.State, error) {
	return ask[liaison.State](ctx, c, "/observatory", request{})
}

// Enrol asks an observatory to take the box in. The state that comes back has the words to compare.
func (c *Client) Enrol(ctx context.Context, invitation string) (liaison.State, error) {
	return ask[liaison.State](ctx, c.patient(), "/observatory/enrol", request{Invitation: invitation})
}

// Leave takes the box out of its observatory.
func (c *Client) Leave(ctx context.Context) error {
	_, err := ask[any](ctx, c, "/observatory/leave", request{})
	return err
}

// memberRoutes are the questions about the observatory.
func memberRoutes(b Member, handle func(path string, do func(context.Context, Who, request) (any, error))) {
	handle("/observatory", func(ctx context.Context, _ Who, _ request) (any, error) { return b.Membership(ctx) })
	handle("/observatory/enrol", func(ctx context.Context, who Who, r request) (any, error) { return b.Enrol(ctx, who, r.Invitation) })
	handle("/observatory/leave", func(ctx context.Context, who Who, _ request) (any, error) { return nil, b.Leave(ctx, who) })
}
