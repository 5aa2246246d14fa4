package testnet

import (
	"context"
	"fmt"
	"net/netip"

	"golang.org/x/net/dns/dnsmessage"
)

// DNSPort is the resolvers'.
const DNSPort = 53

// Resolver answers questions for addresses from a fixed table of names, each ending in a dot.
type Resolver struct {
	Peer
	Tally
	names map[string][]netip.Addr
}

// Resolver starts one.
func (p Peer) Resolver(names map[string][]netip.Addr) *Resolver {
	r := &Resolver{Peer: p, names: names}
	p.reply(DNSPort, &r.Tally, r.answer)
	return r
}

// answer gives the response to one question (RFC 1035 §4.1); what is not a question gets none.
func (r *Resolver) answer(datagram []byte) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(datagram); err != nil || m.Response || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Header = dnsmessage.Header{ID: m.ID, Response: true, RecursionDesired: m.RecursionDesired, RecursionAvailable: true}
	m.Additionals = nil
	known, ok := r.names[q.Name.String()]
	if !ok {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, addr := range known {
		head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60}
		switch {
		case addr.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: addr.As4()}})
		case addr.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: addr.As16()}})
		}
	}
	response, err := m.Pack()
	if err != nil {
		return nil
	}
	return response
}

// Resolve asks a resolver for the addresses of a name (which ends in a dot) in the family that reaches it.
func (p Peer) Resolve(ctx context.Context, at netip.AddrPort, name string) ([]netip.Addr, error) {
	asked, err := dnsmessage.NewName(name)
	if err != nil {
		return nil, err
	}
	kind := dnsmessage.TypeAAAA
	if at.Addr().Is4() {
		kind = dnsmessage.TypeA
	}
	question, err := (&dnsmessage.Message{
		Header:    dnsmessage.Header{ID: 0x4142, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: asked, Type: kind, Class: dnsmessage.ClassINET}},
	}).Pack()
	if err != nil {
		return nil, err
	}
	answer, err := p.ask(ctx, at, question)
	if err != nil {
		return nil, err
	}
	return addressesIn(answer, name)
}

func addressesIn(answer []byte, name string) ([]netip.Addr, error) {
	var m dnsmessage.Message
	if err := m.Unpack(answer); err != nil {
		return nil, fmt.Errorf("the answer for %s: %w", name, err)
	}
	if m.RCode != dnsmessage.RCodeSuccess {
		return nil, fmt.Errorf("the answer for %s: %s", name, m.RCode)
	}
	var found []netip.Addr
	for _, r := range m.Answers {
		switch body := r.Body.(type) {
		case *dnsmessage.AResource:
			found = append(found, netip.AddrFrom4(body.A))
		case *dnsmessage.AAAAResource:
			found = append(found, netip.AddrFrom16(body.AAAA))
		}
	}
	return found, nil
}
