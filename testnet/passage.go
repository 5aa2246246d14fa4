package testnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"abri.example/abri"
)

// Passage is one exchange across the box that was tried, and what became of it.
type Passage struct {
	Who       string // the peer who began
	Service   abri.Service
	Direction abri.Direction // In or Out
	From      netip.Addr
	To        netip.AddrPort
	Err       error // nil when the exchange came to its good end
	Before    Count // what the server had counted of this caller before
	After     Count // and after
}

// Through reports whether it came to its good end, by the client and by the server's own count.
func (p Passage) Through() bool { return p.Err == nil && p.After.Served > p.Before.Served }

// Stopped reports whether nothing of it arrived, by the server's own count: not even the beginning of a connection.
func (p Passage) Stopped() bool { return p.Err != nil && p.After == p.Before }

// AllThrough is nil when each of the passages came to its good end, and else says which did not.
func AllThrough(all []Passage) error {
	var errs []error
	for _, p := range all {
		if !p.Through() {
			errs = append(errs, fmt.Errorf("%s did not come through: %v", p, p.Err))
		}
	}
	return errors.Join(errs...)
}

// AllStopped is nil when nothing of any passage arrived, and else says of which something did.
func AllStopped(all []Passage) error {
	var errs []error
	for _, p := range all {
		if !p.Stopped() {
			errs = append(errs, fmt.Errorf("%s was not stopped: %v, %+v before, %+v after", p, p.Err, p.Before, p.After))
		}
	}
	return errors.Join(errs...)
}

// String names the exchange: who, what, from where to where.
func (p Passage) String() string {
	return fmt.Sprintf("%s, %s %s, from %s to %s", p.Who, p.Service, p.Direction, p.From, p.To)
}

// errand is a passage that has not been tried yet.
type errand struct {
	peer      Peer
	service   abri.Service
	direction abri.Direction
	to        Peer
	port      uint16
	do        func(Peer, context.Context, netip.AddrPort) error
}

// Honest tries what an ordinary day has, both families: mail in and out, web, telephone, names, and the technician.
// Everything is to come through. Each exchange may last as long as limit.
func (s *Scene) Honest(ctx context.Context, limit time.Duration) []Passage {
	return s.try(ctx, limit, []errand{
		{s.Correspondent.Peer, abri.Mail, abri.In, s.Mail.Peer, MailPort, letter},
		{s.Mail.Peer, abri.Mail, abri.Out, s.Correspondent.Peer, MailPort, letter},
		{s.Citizen, abri.Web, abri.In, s.Site.Peer, WebPort, visit},
		{s.Desk.Peer, abri.Web, abri.Out, s.Newspaper.Peer, WebPort, visit},
		{s.Operator.Peer, abri.TelephoneSvc, abri.In, s.Exchange.Peer, TelephonePort, ring},
		{s.Exchange.Peer, abri.TelephoneSvc, abri.Out, s.Operator.Peer, TelephonePort, register},
		{s.Desk.Peer, abri.DNS, abri.Out, s.Resolver.Peer, DNSPort, question},
		{s.Technician, abri.RemoteAccess, abri.In, s.Desk.Peer, RemotePort, Peer.Knock},
	})
}

// Attack has these attackers (some or all of the scene's) knock at what they are after, from both addresses. All of it
// is to be stopped; limit is how long a criminal waits for an answer.
func (s *Scene) Attack(ctx context.Context, limit time.Duration, who ...Attacker) []Passage {
	ways := map[abri.Service]func(Peer, context.Context, netip.AddrPort) error{
		abri.Mail: letter, abri.TelephoneSvc: ring, abri.Web: visit, abri.RemoteAccess: Peer.Knock}
	var plan []errand
	for _, a := range who {
		to, port := s.door(a.Service)
		plan = append(plan, errand{a.Peer, a.Service, abri.In, to, port, ways[a.Service]})
	}
	return s.try(ctx, limit, plan)
}

// Steal has the workstation send a document to the fence, in both families. All of it is to be stopped.
func (s *Scene) Steal(ctx context.Context, limit time.Duration) []Passage {
	return s.try(ctx, limit, []errand{{s.Desk.Peer, abri.Web, abri.Out, s.Fence.Peer, UploadPort, steal}})
}

// try runs all errands at once, each in both families, and gives the passages in order.
func (s *Scene) try(ctx context.Context, limit time.Duration, plan []errand) []Passage {
	passages := make([]Passage, 2*len(plan))
	var all sync.WaitGroup
	for i := range passages {
		e := plan[i/2]
		to := netip.AddrPortFrom(e.to.Addresses()[i%2], e.port)
		all.Go(func() { passages[i] = s.pass(ctx, limit, e, to) })
	}
	all.Wait()
	return passages
}

func (s *Scene) pass(ctx context.Context, limit time.Duration, e errand, to netip.AddrPort) Passage {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	p := Passage{Who: e.peer.Name, Service: e.service, Direction: e.direction, From: e.peer.facing(to.Addr()), To: to}
	tally := s.tallies[to]
	p.Before = tally.From(p.From)
	p.Err = e.do(e.peer, ctx, to)
	if p.Err == nil {
		p.Err = tally.Await(ctx, p.From, p.Before.Served+1)
	}
	p.After = tally.From(p.From)
	return p
}

func letter(p Peer, ctx context.Context, to netip.AddrPort) error {
	return p.Deliver(ctx, to, "Subject: bonjour\r\n\r\nLe conseil se réunit jeudi.\r\n")
}

func visit(p Peer, ctx context.Context, to netip.AddrPort) error {
	_, err := p.Fetch(ctx, to, "/")
	return err
}

func ring(p Peer, ctx context.Context, to netip.AddrPort) error { return p.Options(ctx, to, p.Name) }

func register(p Peer, ctx context.Context, to netip.AddrPort) error {
	return p.Register(ctx, to, p.Name)
}

func question(p Peer, ctx context.Context, to netip.AddrPort) error {
	_, err := p.Resolve(ctx, to, "journal.example.")
	return err
}

func steal(p Peer, ctx context.Context, to netip.AddrPort) error {
	return p.Upload(ctx, to, bytes.Repeat([]byte("registre d'état civil\n"), 2000))
}
