package reader

import (
	"context"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/packet"
)

var _ control.Switchboard = (*Reader)(nil)

// Line tells the console what the page of the telephone shows.
func (r *Reader) Line(ctx context.Context) (control.Telephone, error) {
	p, err := r.Telephone(ctx)
	if err != nil {
		return control.Telephone{}, err
	}
	g := p.Guard
	t := control.Telephone{
		Guard: control.Guard{
			Abroad: seconds(g.Abroad), Premium: seconds(g.Premium), SpentAbroad: seconds(g.SpentAbroad), SpentPremium: seconds(g.SpentPremium),
			Open: g.Open, Refuse: g.Refuse,
		},
		Operators: append([]netip.Addr{}, p.Operators...), Extensions: p.Extensions, Doors: []string{}, Calls: []control.Calls{}, Secure: []control.SecurePeer{}, Attacks: triedOf(p.Attacks),
	}
	for _, c := range p.Calls {
		t.Calls = append(t.Calls, control.Calls{Hour: c.Hour, Outward: c.Outward, Country: c.Country, Prefix: c.Prefix, Outcome: c.Outcome, Calls: c.Calls, Seconds: seconds(c.Duration)})
	}
	for _, s := range p.Secure {
		t.Secure = append(t.Secure, control.SecurePeer(s))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t.Guard.Refusing = r.line.Refuses(p.View.Now)
	t.Devices = append([]netip.Addr{}, r.line.Line.Operators.Devices()...)
	for _, d := range r.line.Line.Doors.All() {
		t.Doors = append(t.Doors, d.At.String()+"/"+packet.ProtoName(d.Proto))
	}
	return t, nil
}

// Mailboxes tells the console what the page of the mail shows.
func (r *Reader) Mailboxes(ctx context.Context) ([]control.Tried, error) {
	m, err := r.Mail(ctx)
	return triedOf(m.Attacks), err
}

func triedOf(attacks []abri.Attack) []control.Tried {
	out := make([]control.Tried, 0, len(attacks))
	for _, a := range attacks {
		out = append(out, control.TriedOf(a))
	}
	return out
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }
