package signin

import (
	"context"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// Invite enters a person and gives the secret of the link by which he signs in first.
func (d *Door) Invite(ctx context.Context, p people.Person, by string, lasting time.Duration) (people.Person, string, error) {
	id, err := d.secret()
	if err != nil {
		return p, "", err
	}
	secret, link, err := d.link(lasting)
	if err != nil {
		return p, "", err
	}
	p.ID, p.Invited, p.By = id[:16], link.Made, by
	return p, secret, d.ledger.InvitePerson(ctx, p, link)
}

// Relink gives the secret of another link for somebody who was invited before; those that wait are good no longer.
func (d *Door) Relink(ctx context.Context, person string, lasting time.Duration) (string, error) {
	secret, link, err := d.link(lasting)
	if err != nil {
		return "", err
	}
	return secret, d.ledger.Relink(ctx, person, link)
}

func (d *Door) link(lasting time.Duration) (string, ledger.Link, error) {
	secret, err := d.secret()
	now := d.Now()
	return secret, ledger.Link{Digest: digestOf(secret), Made: now, Until: now.Add(lasting)}, err
}

// FirstID and FirstName are the first administrator's, who is there from the beginning.
const (
	FirstID   = "first"
	FirstName = "Administrateur"
)

// First gives the secret of a link for the first administrator, anew at each start until some administrator can sign in
// again without one; then it is "". It is how an observatory begins, and who starts it holds its keys anyway.
func (d *Door) First(ctx context.Context) (string, error) {
	can, err := d.ledger.CanSignIn(ctx)
	if err != nil || can {
		return "", err
	}
	secret, link, err := d.link(InviteLife)
	if err != nil {
		return "", err
	}
	err = d.ledger.PutFirst(ctx, people.Person{ID: FirstID, Name: FirstName, Role: people.Administrator, Invited: link.Made, By: "abri-observatory"}, link)
	if abri.CodeOf(err) == abri.CodeNotFound {
		return "", nil // he was taken out: the console invites others
	}
	return secret, err
}
