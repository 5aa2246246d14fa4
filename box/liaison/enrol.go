package liaison

import (
	"context"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/fleet/courier"
)

// Enrol asks the observatory of an invitation to take this box in. The state it gives has the words that a person
// compares; the certificate is fetched by itself once they were confirmed.
func (l *Liaison) Enrol(ctx context.Context, invitation string) (State, error) {
	t, err := fleet.ParseToken(invitation)
	if err != nil {
		return State{}, err
	}
	c, err := courier.Apply(ctx, l.Folder, t, l.Software, l.wire())
	if err != nil {
		return State{}, explain(err, t.URL)
	}
	l.take(c)
	return l.State(ctx), nil
}

// Leave takes the box out, on its side: papers and key are gone.
func (l *Liaison) Leave(context.Context) error {
	if err := courier.Leave(l.Folder); err != nil {
		return err
	}
	l.take(nil)
	return nil
}

func (l *Liaison) take(c *courier.Courier) {
	l.mu.Lock()
	before := l.courier
	l.courier, l.trouble, l.fails = c, nil, 0
	l.mu.Unlock()
	if before != nil {
		before.Close()
	}
	l.Hasten()
}

// explain says to a person why the box was not taken in.
func explain(err error, place string) error {
	switch fleet.ReasonOf(err) {
	case fleet.ReasonToken:
		return &abri.Error{Code: abri.CodeRefused, Place: place, What: "the invitation was used, or is over", Remedy: "ask the observatory for another", Err: err}
	case "":
		if abri.CodeOf(err) == abri.CodeInternal {
			return &abri.Error{Code: abri.CodeUnavailable, Place: place, What: "the observatory does not answer", Remedy: "look whether the box reaches the Internet, and try again", Err: err}
		}
	}
	return err
}
