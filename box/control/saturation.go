package control

import (
	"context"

	"abri.example/abri/siege"
)

// Saturations gives the sheets of the last saturations, the latest first: what an operator must know.
func (c *Client) Saturations(ctx context.Context) ([]siege.Sheet, error) {
	return ask[[]siege.Sheet](ctx, c, "/saturations", request{})
}
