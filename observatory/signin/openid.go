package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// OpenID is a provider that people may come from (OpenID Connect Core 1.0): such as ProConnect for agents of the State and
// of communes. Name is what the page calls it; Redirect is the address of /retour as the provider was told it. Client may
// be nil.
type OpenID struct {
	Issuer, ID, Secret string
	Name, Redirect     string
	Client             *http.Client
}

// provider is what was learnt of the provider, once it answered.
type provider struct {
	mu    sync.Mutex
	known *oidc.Provider
}

// openIDLimit is how long a provider may take for its answers.
const openIDLimit = 10 * time.Second

// flow is what is kept of somebody who went to the provider (PKCE, RFC 7636; state and nonce).
type flow struct{ State, Nonce, Verifier string }

// AskOpenID gives the provider's address to go to, and the secret that the browser keeps meanwhile: so that only who went
// comes back. CodeUnsupported where no provider was named, CodeUnavailable when it does not answer.
func (d *Door) AskOpenID(ctx context.Context, origin string) (address, secret string, err error) {
	now := d.Now()
	if d.failures.many(place(origin), now, mostFailures) || d.begun.count(place(origin), now) > mostBegun {
		return "", "", tooMany()
	}
	ctx, cancel := d.reaching(ctx)
	defer cancel()
	p, err := d.openID(ctx)
	if err != nil {
		return "", "", err
	}
	f := flow{Verifier: oauth2.GenerateVerifier()}
	for _, s := range []*string{&f.State, &f.Nonce} {
		if *s, err = d.secret(); err != nil {
			return "", "", err
		}
	}
	if _, secret, err = d.ask(ctx, askedOpenID, nil, f); err != nil {
		return "", "", err
	}
	return d.client(p).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), secret, nil
}

// ByOpenID opens a session for who comes back from the provider. He must have been invited before: he is known by who he
// was there the last time, and at first by a mail address that the provider has verified. Nobody registers himself.
func (d *Door) ByOpenID(ctx context.Context, secret, state, code, origin string) (string, people.Person, error) {
	word, s, err := d.knock(origin, ledger.ByOpenID)
	if err != nil {
		return "", people.Person{}, err
	}
	out, cancel := d.reaching(ctx)
	defer cancel()
	claims, err := d.claimed(out, secret, state, code)
	if err != nil {
		return "", people.Person{}, d.failed(ctx, s, "", err)
	}
	who, err := d.personOf(ctx, claims)
	if err != nil {
		return "", people.Person{}, d.failed(ctx, s, claims.Mail, err)
	}
	p, err := d.ledger.SignInByOpenID(ctx, who.ID, claims.subject, s)
	return word, p, d.failed(ctx, s, claims.Mail, err)
}

// claims are what the provider says of somebody.
type claims struct {
	Mail     string `json:"email"`
	Verified bool   `json:"email_verified"`
	subject  string
}

func (d *Door) personOf(ctx context.Context, c claims) (people.Person, error) {
	p, err := d.ledger.PersonOfSubject(ctx, c.subject)
	if abri.CodeOf(err) == abri.CodeNotFound && c.Verified {
		return d.ledger.PersonOfMail(ctx, c.Mail)
	}
	return p, err
}

// claimed exchanges the provider's code for what it says, and checks all of it.
func (d *Door) claimed(ctx context.Context, secret, state, code string) (c claims, err error) {
	kept, err := d.ledger.TakeChallenge(ctx, askedOpenID, digestOf(secret), d.Now())
	if err != nil {
		return c, err
	}
	var f flow
	if err := json.Unmarshal([]byte(kept), &f); err != nil {
		return c, err
	}
	if subtle.ConstantTimeCompare([]byte(state), []byte(f.State)) != 1 {
		return c, notProvenThere("the answer is not to this question", nil)
	}
	p, err := d.openID(ctx)
	if err != nil {
		return c, err
	}
	token, err := d.client(p).Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return c, notProvenThere("the provider does not take the code", err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: d.OpenID.ID, Now: d.Now}).Verify(ctx, raw)
	if err != nil {
		return c, notProvenThere("the provider's token is not good", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(f.Nonce)) != 1 {
		return c, notProvenThere("the provider's token is of another question", nil)
	}
	if err := id.Claims(&c); err != nil {
		return c, notProvenThere("the provider's token can't be read", err)
	}
	c.subject = id.Issuer + " " + id.Subject
	return c, nil
}

func notProvenThere(what string, err error) error {
	return &abri.Error{Code: abri.CodeRefused, What: what, Err: err}
}

// openID gives the provider; the first who needs it asks it for its addresses and keys, and it is asked again until it
// answers: a provider that is away keeps nobody from the other ways in.
func (d *Door) openID(ctx context.Context) (*oidc.Provider, error) {
	if d.OpenID == nil {
		return nil, &abri.Error{Code: abri.CodeUnsupported, What: "no OpenID provider is named", Remedy: "abri-observatory run --openid-issuer"}
	}
	d.provider.mu.Lock()
	defer d.provider.mu.Unlock()
	if d.provider.known != nil {
		return d.provider.known, nil
	}
	p, err := oidc.NewProvider(ctx, d.OpenID.Issuer)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeUnavailable, Place: d.OpenID.Issuer, What: "the OpenID provider does not answer", Err: err}
	}
	d.provider.known = p
	return p, nil
}

func (d *Door) client(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: d.OpenID.ID, ClientSecret: d.OpenID.Secret, Endpoint: p.Endpoint(), RedirectURL: d.OpenID.Redirect, Scopes: []string{oidc.ScopeOpenID, "email"}}
}

// reaching is a context for questions to the provider.
func (d *Door) reaching(ctx context.Context) (context.Context, context.CancelFunc) {
	if d.OpenID != nil && d.OpenID.Client != nil {
		ctx = oidc.ClientContext(ctx, d.OpenID.Client)
	}
	return context.WithTimeout(ctx, openIDLimit)
}
