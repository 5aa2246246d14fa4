package receive

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/ledger"
)

// mostApplication bounds what an application may say.
const mostApplication = 16 << 10

// enrol takes a box in as a candidate, by its invitation.
func (d *Desk) enrol(ctx context.Context, r *http.Request) (any, error) {
	said, err := d.body(r, mostApplication)
	if err != nil {
		return nil, err
	}
	var a fleet.Application
	if json.Unmarshal(said, &a) != nil {
		return nil, fleet.Refuse(fleet.ReasonMalformed, "this is not an application")
	}
	if err := a.Check(); err != nil {
		return nil, err
	}
	request, err := authority.Request(a.Request)
	if err != nil {
		return nil, fleet.Refuse(fleet.ReasonMalformed, "the certificate signing request")
	}
	key := request.RawSubjectPublicKeyInfo
	err = d.ledger.Apply(ctx, a.Secret, ledger.Box{
		Identity: fleet.Identity{Site: a.Site, Box: a.Box}, Fingerprint: authority.Fingerprint(key), Request: a.Request,
		Words: d.authority.Words(key), Software: a.Software, Asked: d.Now(),
	})
	if err != nil {
		return nil, err
	}
	site, err := d.ledger.Site(ctx, a.Site)
	if err != nil {
		return nil, err
	}
	d.Log.Info("a box asks to be taken in; a person compares its words", "site", a.Site, "box", a.Box)
	return fleet.Place{Site: site.Number, Name: site.Name}, nil
}

// collect gives a box its certificate once a person has confirmed it. It is asked with the box's own key, which proves
// that it is the box that applied.
func (d *Desk) collect(ctx context.Context, r *http.Request) (any, error) {
	said, err := d.body(r, mostApplication)
	if err != nil {
		return nil, err
	}
	var id fleet.Identity
	if json.Unmarshal(said, &id) != nil {
		return nil, fleet.Refuse(fleet.ReasonMalformed, "which box of which site")
	}
	b, err := d.ledger.Box(ctx, id)
	shown := leaf(r)
	if abri.CodeOf(err) == abri.CodeNotFound || shown == nil || !bytes.Equal(authority.Fingerprint(shown.RawSubjectPublicKeyInfo), b.Fingerprint) {
		return nil, fleet.Refuse(fleet.ReasonStranger, "no such box has asked with this key")
	}
	if err != nil {
		return nil, err
	}
	if err := standing(b); err != nil {
		return nil, err
	}
	return d.certify(ctx, b)
}

// renew gives a box another certificate for the same key. One that ended not long ago is enough to ask.
func (d *Desk) renew(ctx context.Context, r *http.Request) (any, error) {
	id, err := d.who(r, true)
	if err != nil {
		return nil, err
	}
	b, err := d.ledger.Box(ctx, id)
	if abri.CodeOf(err) == abri.CodeNotFound || err == nil && !bytes.Equal(authority.Fingerprint(leaf(r).RawSubjectPublicKeyInfo), b.Fingerprint) {
		return nil, fleet.Refuse(fleet.ReasonStranger, "no such box is enrolled")
	}
	if err != nil {
		return nil, err
	}
	if err := standing(b); err != nil {
		return nil, err
	}
	return d.certify(ctx, b)
}

func (d *Desk) certify(ctx context.Context, b ledger.Box) (any, error) {
	request, err := authority.Request(b.Request)
	if err != nil {
		return nil, err
	}
	c, expires, err := d.authority.Certify(request, b.Identity, d.Now())
	if err != nil {
		return nil, err
	}
	return c, d.ledger.Certify(ctx, b.Identity, expires)
}

// stands refuses a box that was revoked or is not confirmed.
func (d *Desk) stands(ctx context.Context, id fleet.Identity) error {
	b, err := d.ledger.Box(ctx, id)
	if abri.CodeOf(err) == abri.CodeNotFound {
		return fleet.Refuse(fleet.ReasonStranger, "no such box is enrolled")
	}
	if err != nil {
		return err
	}
	return standing(b)
}

func standing(b ledger.Box) error {
	switch b.State {
	case ledger.Confirmed:
		return nil
	case ledger.Candidate:
		return fleet.Refuse(fleet.ReasonUnconfirmed, "a person compares the words and confirms")
	}
	return fleet.Refuse(fleet.ReasonRevoked, "this box was revoked")
}
