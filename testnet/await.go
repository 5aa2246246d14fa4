package testnet

import (
	"context"
	"fmt"
	"time"
)

// often is how often a condition is looked at.
const often = 50 * time.Millisecond

// Await asks until there is no error, and gives that answer; when ctx ends first, the last answer and its error.
func Await[A any](ctx context.Context, ask func() (A, error)) (A, error) {
	again := time.NewTicker(often)
	defer again.Stop()
	for {
		a, err := ask()
		if err == nil {
			return a, nil
		}
		select {
		case <-ctx.Done():
			return a, fmt.Errorf("%w (%w)", err, ctx.Err())
		case <-again.C:
		}
	}
}

// AwaitThat is Await for what has no answer but yes.
func AwaitThat(ctx context.Context, ask func() error) error {
	_, err := Await(ctx, func() (struct{}, error) { return struct{}{}, ask() })
	return err
}
