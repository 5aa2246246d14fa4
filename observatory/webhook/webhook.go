// Package webhook tells programs what happens, in the form of Standard Webhooks 1.0 (standardwebhooks.com): a POST of
// JSON with webhook-id, webhook-timestamp and webhook-signature, which is HMAC-SHA256 (RFC 2104) over the three of id,
// timestamp and body.
//
// What is told stands in the ledger's outbox from the transaction in which it happened. Each is told until it is taken,
// with growing pauses, for three days; whoever hears it twice knows by its id, for a process may end between being heard
// and noting it. Several processes share the work.
//
// Its borders: what is told, and of which site, is the ledger's and the view's. It goes to no address of a private
// network unless an administrator said so, and follows no redirect.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// The headers, by Standard Webhooks.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp" // seconds since 1970
	HeaderSignature = "webhook-signature"
)

// SecretHead begins a secret as people carry it; the rest is base64.
const SecretHead = "whsec_"

// Wish is a webhook that somebody wants. Near lets it lie in the observatory's own network and speak without TLS, which
// only an administrator may ask for.
type Wish struct {
	Name     string
	URL      string
	Topics   []ledger.Topic
	Severity ledger.Severity
	Near     bool
}

// maxURL bounds what is kept.
const maxURL = 500

// check refuses what can't be told. CodeInvalid says what is wrong.
func (w Wish) check() error {
	bad := func(what, remedy string) error {
		return &abri.Error{Code: abri.CodeInvalid, Place: w.Name, What: what, Remedy: remedy}
	}
	u, err := url.Parse(w.URL)
	switch {
	case strings.TrimSpace(w.Name) == "" || len(w.Name) > people.MaxName:
		return bad("a webhook has a name", "a hundred bytes at the most")
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || len(w.URL) > maxURL:
		return bad("this is no address of a program", "such as https://programme.example/abri")
	case u.Scheme != "https" && !(w.Near && u.Scheme == "http"):
		return bad("it is told by HTTPS", "such as https://programme.example/abri")
	case len(w.Topics) == 0:
		return bad("of nothing it is not told", "name at least one topic")
	case !slices.Contains(ledger.Severities, w.Severity):
		return bad("there is no such severity", "serious, outward or all")
	}
	for _, t := range w.Topics {
		if !slices.Contains(ledger.Topics, t) {
			return bad("there is no such topic: "+string(t), "attack, site.silent, site.back, box.enrolled, box.revoked or box.cloned")
		}
	}
	return nil
}

// Make enters a webhook for a person, whose scope it has, and gives it with its secret, which is shown once. CodeInvalid,
// or CodeRefused for what the person may not.
func Make(ctx context.Context, l *ledger.Ledger, who people.Person, w Wish, now time.Time) (ledger.Webhook, error) {
	if err := w.check(); err != nil {
		return ledger.Webhook{}, err
	}
	if !who.May(people.Connect) || w.Near && !who.May(people.Manage) {
		return ledger.Webhook{}, &abri.Error{Code: abri.CodeRefused, What: "your role does not allow this", Remedy: "ask an administrator of the observatory"}
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return ledger.Webhook{}, err
	}
	hook := ledger.Webhook{ID: strings.ToLower(rand.Text()[:16]), Person: who.ID, Name: strings.TrimSpace(w.Name), URL: w.URL, Secret: secret, Topics: w.Topics,
		Severity: w.Severity, Near: w.Near, Made: now}
	return hook, l.PutWebhook(ctx, hook)
}

// SecretOf is a webhook's secret as people carry it.
func SecretOf(w ledger.Webhook) string {
	return SecretHead + base64.StdEncoding.EncodeToString(w.Secret)
}

// Sign is the signature of a message.
func Sign(secret []byte, id string, at time.Time, body string) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "." + body))
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}
