package control

import (
	"context"
	"net/netip"
	"time"

	"abri.example/abri"
)

// Switchboard is the part of a Box that tells of the telephone line and of the mail.
type Switchboard interface {
	// Line is the telephone line as it stands now.
	Line(context.Context) (Telephone, error)
	// Mailboxes are the attacks on the mail of the last days, latest activity first.
	Mailboxes(context.Context) ([]Tried, error)
}

// Telephone is the telephone line of the site: numbers of calls, and no voice, no whole number, nobody's name. Calls are of the
// last seven days, the latest first; Attacks of today.
type Telephone struct {
	Guard      Guard        `json:"guard"`
	Operators  []netip.Addr `json:"operators"` // who carries the calls, as it was learnt
	Devices    []netip.Addr `json:"devices"`   // of the site, that telephone by them
	Extensions int          `json:"extensions"`
	Secure     []SecurePeer `json:"over_tls"` // with whom SIP is spoken over TLS
	Doors      []string     `json:"doors"`    // where SIP is spoken elsewhere than on its usual ports
	Calls      []Calls      `json:"calls"`
	Attacks    []Tried      `json:"attacks"`
}

// Guard is the budget of a night, in seconds spoken. Refusing says that calls are being refused at this moment.
type Guard struct {
	Abroad       int64 `json:"abroad_seconds"`
	Premium      int64 `json:"premium_seconds"`
	SpentAbroad  int64 `json:"spent_abroad_seconds"`
	SpentPremium int64 `json:"spent_premium_seconds"`
	Open         bool  `json:"opening_hours"`
	Refuse       bool  `json:"refuse"`
	Refusing     bool  `json:"refusing"`
}

// SecurePeer is somebody with whom SIP is spoken over TLS: no more than how much is known of it.
type SecurePeer struct {
	Address netip.Addr `json:"address"`
	Bytes   uint64     `json:"bytes"`
}

// Calls are those of one hour to, or from, the same beginning of a number. Outcome is answered, vain, refused or attempted: by
// strangers, through the site's exchange.
type Calls struct {
	Hour    time.Time `json:"hour"`
	Outward bool      `json:"outward"`
	Country string    `json:"country"`
	Prefix  string    `json:"prefix"`
	Outcome string    `json:"outcome"`
	Calls   uint64    `json:"calls"`
	Seconds int64     `json:"seconds"`
}

// TriedOf is an attack, short.
func TriedOf(a abri.Attack) Tried {
	return Tried{
		ID: a.ID, Kind: a.Kind, Service: a.Service, Outside: a.Outside, Inside: a.Inside, Device: a.Device, First: a.First, Last: a.Last,
		Attempts: a.Attempts, Sources: a.Sources, Packets: a.Packets, Outcome: a.Outcome, Why: a.Why,
	}
}

// Line gives the telephone line as it stands now.
func (c *Client) Line(ctx context.Context) (Telephone, error) {
	return ask[Telephone](ctx, c, "/telephone", request{})
}

// Mailboxes gives the attacks on the mail of the last days.
func (c *Client) Mailboxes(ctx context.Context) ([]Tried, error) {
	return ask[[]Tried](ctx, c, "/mail", request{})
}

// switchboardRoutes are the questions about telephone and mail.
func switchboardRoutes(b Switchboard, handle func(path string, do func(context.Context, Who, request) (any, error))) {
	handle("/telephone", func(ctx context.Context, _ Who, _ request) (any, error) { return b.Line(ctx) })
	handle("/mail", func(ctx context.Context, _ Who, _ request) (any, error) { return b.Mailboxes(ctx) })
}
