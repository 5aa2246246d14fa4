package order

import (
	"bytes"
	"net/netip"
)

// Step is one part of a proof: what was tried, in English for the technician, and whether it held. Said tells what was
// found where it did not.
type Step struct {
	Tried string `json:"tried"`
	Held  bool   `json:"held"`
	Said  string `json:"said,omitempty"`
}

// Proof is what came of sending frames of the box's own through its filter, by a port of the real bridge that carries the
// program of the real ports. Frames is how many were sent.
type Proof struct {
	Steps  []Step `json:"steps"`
	Frames int    `json:"frames"`
}

// Held reports whether every step held, and there was one.
func (p Proof) Held() bool {
	for _, s := range p.Steps {
		if !s.Held {
			return false
		}
	}
	return len(p.Steps) > 0
}

// Failed is what the first step that did not hold found, "" when all held.
func (p Proof) Failed() string {
	for _, s := range p.Steps {
		if !s.Held {
			return s.Tried + ": " + s.Said
		}
	}
	return ""
}

// proofCard is the sender of every frame of a proof: a made-up card, and nobody's.
var proofCard = [6]byte{0xfe, 0xab, 0x11, 0x00, 0x00, 0x01}

// ProofCard is the hardware address that the frames of a proof come from.
func ProofCard() [6]byte { return proofCard }

// OfProof reports whether a copied frame is one of a proof: it is no traffic of the site.
func (p Packet) OfProof() bool { return len(p.Data) >= 12 && bytes.Equal(p.Data[6:12], proofCard[:]) }

// The ends of the frames of a proof that no list holds, of the blocks for documentation (RFC 5737, RFC 3849).
var (
	ProofClient4 = netip.MustParseAddr("198.51.100.253")
	ProofServer4 = netip.MustParseAddr("203.0.113.253")
	ProofClient6 = netip.MustParseAddr("2001:db8:ab:2::253")
	ProofServer6 = netip.MustParseAddr("2001:db8:ab:3::253")
)

// OfProof reports whether a conversation is one of a proof, by either end.
func (f Flow) OfProof() bool { return ofProof(f.Client.Addr()) || ofProof(f.Server.Addr()) }

// OfProof reports whether a question is one of a proof.
func (q Question) OfProof() bool { return ofProof(q.Client.Addr()) }

func ofProof(a netip.Addr) bool {
	return a == ProofClient4 || a == ProofServer4 || a == ProofClient6 || a == ProofServer6
}

// Prove has the keeper prove its filter.
func (c *Caller) Prove() (Proof, error) {
	var p Proof
	return p, c.call(WordProve, nil, &p)
}
