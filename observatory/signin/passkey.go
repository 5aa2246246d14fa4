package signin

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// Sorts of challenges.
const (
	askedForPasskey    = "passkey"
	askedForNewPasskey = "new passkey"
	askedOpenID        = "openid"
)

// holder is a person as the library knows one.
type holder struct {
	people.Person
	keys []webauthn.Credential
}

// WebAuthnID is the person's ID, which says nothing of him.
func (h holder) WebAuthnID() []byte { return []byte(h.ID) }

// WebAuthnName is what his device shows beside the key.
func (h holder) WebAuthnName() string { return h.Name }

// WebAuthnDisplayName is the same.
func (h holder) WebAuthnDisplayName() string { return h.Name }

// WebAuthnCredentials are his keys.
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// relying is this observatory as a relying party (W3C WebAuthn level 3) opened at host ("name:port"): a person must be
// verified by his device, and keys are found by the device itself. CodeUnsupported under another name than Options.Host.
func (d *Door) relying(host string) (*webauthn.WebAuthn, error) {
	name := host
	if n, _, err := net.SplitHostPort(host); err == nil {
		name = n
	}
	if !strings.EqualFold(name, d.Host) {
		return nil, &abri.Error{Code: abri.CodeUnsupported, Place: host, What: "passkeys belong to the name " + d.Host, Remedy: "open the pages under that name"}
	}
	required := true
	return webauthn.New(&webauthn.Config{RPID: d.Host, RPDisplayName: "Abri", RPOrigins: []string{"https://" + host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{UserVerification: protocol.VerificationRequired,
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &required}})
}

// AskPasskey gives what a browser is asked for somebody to sign in (JSON), and the secret that it brings back with the
// answer.
func (d *Door) AskPasskey(ctx context.Context, host, origin string) (question []byte, secret string, err error) {
	now := d.Now()
	if d.failures.many(place(origin), now, mostFailures) || d.begun.count(place(origin), now) > mostBegun {
		return nil, "", tooMany()
	}
	party, err := d.relying(host)
	if err != nil {
		return nil, "", err
	}
	options, session, err := party.BeginDiscoverableLogin()
	if err != nil {
		return nil, "", err
	}
	return d.ask(ctx, askedForPasskey, options, session)
}

// ByPasskey opens a session with a browser's answer, once.
func (d *Door) ByPasskey(ctx context.Context, host, secret string, answer []byte, origin string) (string, people.Person, error) {
	word, s, err := d.knock(origin, ledger.ByPasskey)
	if err != nil {
		return "", people.Person{}, err
	}
	k, err := d.provenPasskey(ctx, host, secret, answer)
	if err != nil {
		return "", people.Person{}, d.failed(ctx, s, k.Person, err)
	}
	p, err := d.ledger.SignInByPasskey(ctx, k, s)
	return word, p, d.failed(ctx, s, k.Person, err)
}

// provenPasskey gives the passkey that an answer proves, as it is to be kept from now on.
func (d *Door) provenPasskey(ctx context.Context, host, secret string, answer []byte) (k ledger.Passkey, err error) {
	party, session, err := d.asked(ctx, askedForPasskey, host, secret)
	if err != nil {
		return k, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBody(bytes.NewReader(answer))
	if err != nil {
		return k, notProven(err)
	}
	var missing error // of the database, which is no fault of who asks
	_, key, err := party.ValidatePasskeyLogin(func(id, person []byte) (webauthn.User, error) {
		if k, missing = d.ledger.Passkey(ctx, id); missing != nil {
			return nil, missing
		}
		if k.Person != string(person) {
			return nil, notProven(nil)
		}
		var p people.Person
		if p, missing = d.ledger.Person(ctx, k.Person); missing != nil {
			return nil, missing
		}
		h, err := d.holderOf(p, k)
		return h, err
	}, session, parsed)
	switch {
	case missing != nil:
		return k, missing
	case err != nil:
		return k, notProven(err)
	case key.Authenticator.CloneWarning:
		return k, &abri.Error{Code: abri.CodeRefused, What: "this passkey counts backwards: there are two of it", Remedy: "take it away and make another"}
	}
	kept, err := json.Marshal(key)
	k.Credential = string(kept)
	return k, err
}

func notProven(err error) error {
	return &abri.Error{Code: abri.CodeRefused, What: "the passkey proves nothing", Err: err}
}

// AskNewPasskey gives what a browser is asked to make a passkey for somebody who is signed in.
func (d *Door) AskNewPasskey(ctx context.Context, host string, p people.Person) (question []byte, secret string, err error) {
	party, err := d.relying(host)
	if err != nil {
		return nil, "", err
	}
	keys, err := d.ledger.Passkeys(ctx, p.ID)
	if err != nil {
		return nil, "", err
	}
	h, err := d.holderOf(p, keys...)
	if err != nil {
		return nil, "", err
	}
	var known []protocol.CredentialDescriptor
	for _, k := range h.keys {
		known = append(known, k.Descriptor())
	}
	options, session, err := party.BeginRegistration(h, webauthn.WithExclusions(known))
	if err != nil {
		return nil, "", err
	}
	return d.ask(ctx, askedForNewPasskey, options, session)
}

// NewPasskey keeps the passkey that a browser made for a person, under a name that he gives.
func (d *Door) NewPasskey(ctx context.Context, host, secret string, answer []byte, p people.Person, name string) error {
	party, session, err := d.asked(ctx, askedForNewPasskey, host, secret)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBody(bytes.NewReader(answer))
	if err != nil {
		return notProven(err)
	}
	key, err := party.CreateCredential(holder{Person: p}, session, parsed) // who asked and who answers must be the same
	if err != nil {
		return notProven(err)
	}
	kept, err := json.Marshal(key)
	if err != nil {
		return err
	}
	return d.ledger.AddPasskey(ctx, ledger.Passkey{ID: key.ID, Person: p.ID, Name: nameOf(name), Credential: string(kept), Made: d.Now()})
}

// nameOf is what a passkey is called: one line, 60 letters at the most.
func nameOf(s string) string {
	letters := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " "))
	if len(letters) == 0 {
		return "1"
	}
	return string(letters[:min(len(letters), 60)])
}

func (d *Door) holderOf(p people.Person, keys ...ledger.Passkey) (holder, error) {
	h := holder{Person: p}
	for _, k := range keys {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(k.Credential), &c); err != nil {
			return h, &abri.Error{Code: abri.CodeDamaged, Place: "passkey " + k.Name, What: "it can't be read", Err: err}
		}
		h.keys = append(h.keys, c)
	}
	return h, nil
}

// ask keeps a challenge and gives the question with its secret.
func (d *Door) ask(ctx context.Context, sort string, question, detail any) ([]byte, string, error) {
	said, err := json.Marshal(question)
	if err != nil {
		return nil, "", err
	}
	kept, err := json.Marshal(detail)
	if err != nil {
		return nil, "", err
	}
	secret, err := d.secret()
	if err != nil {
		return nil, "", err
	}
	now := d.Now()
	return said, secret, d.ledger.PutChallenge(ctx, ledger.Challenge{Digest: digestOf(secret), Sort: sort, Detail: string(kept), Until: now.Add(ChallengeLife)}, now)
}

// asked takes a challenge of passkeys.
func (d *Door) asked(ctx context.Context, sort, host, secret string) (*webauthn.WebAuthn, webauthn.SessionData, error) {
	var session webauthn.SessionData
	party, err := d.relying(host)
	if err != nil {
		return nil, session, err
	}
	kept, err := d.ledger.TakeChallenge(ctx, sort, digestOf(secret), d.Now())
	if err != nil {
		return nil, session, err
	}
	return party, session, json.Unmarshal([]byte(kept), &session)
}
