package control

import (
	"context"
	"time"

	"abri.example/abri/box/order"
)

// SelfTest is what a proof of the filter showed, step by step. Frames is how many frames were sent through it.
type SelfTest struct {
	At     time.Time    `json:"at"`
	Held   bool         `json:"held"`
	Steps  []order.Step `json:"steps"`
	Frames int          `json:"frames"`
}

// SelfTest has the box prove its filter now.
func (c *Client) SelfTest(ctx context.Context) (SelfTest, error) {
	return ask[SelfTest](ctx, c, "/selftest", request{})
}
