// Package detect finds attacks in conversations: conversations → findings.
//
// One file is one detector, and All is the one list of them. A detector reads the flow and the packet's headers, keeps
// what it must in bounded memory, and says what it saw as a finding with its evidence; package policy decides what is
// done about it. What the lists already spoke of is left alone, and so is what a person trusts.
//
// Time is an argument: the room has no clock, disk, network or randomness, and what a detector finds on a link it
// finds in a capture. Imports: the root, flow, packet, hypertext, program, names/dns, telephone, and geo for countries.
package detect

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// Detector watches conversations. It may call emit any number of times, before it returns. It must not keep f, h or what
// they point to, and must not write to them. A Detector is not safe for concurrent use.
type Detector interface {
	// Observe sees one packet of a conversation, after the flow took it in.
	Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding))
	// End sees a conversation that is over, once. One that was stopped after its first packets is nobody's sign, and only forgotten.
	End(at time.Time, f *flow.Flow, emit func(abri.Finding))
}

// Ticker is a Detector that has something to do when nothing crosses: it is told the time now and then.
type Ticker interface {
	Tick(at time.Time, emit func(abri.Finding))
}

// All gives every detector of the box, new. The order is that in which they see a packet.
func All() []Detector { return With(NewTelephone(TelephoneOptions{})) }

// With gives the same, the telephone line being read by the one that is given.
func With(t *Telephone) []Detector {
	letters, guesses, words, names := newMailbox(), newGuess(), newTelltale(ownBook()), newNaming()
	programs, calls := newDownload(names), newBeacon(names)
	return []Detector{
		scanner{},
		newProbe(),
		newScan(),
		newSweep(),
		guesses,
		newPrincipals(),
		newCommunity(),
		newVeiled(),
		letters,
		newPostman(),
		names,
		newExchanges( // before those that look at the end of a conversation, for it has something to tell them then
			words,
			newSignIns(letters, guesses),
			newRummage(),
			programs,
			calls,
			newNameless(),
			newForms(),
			newMasks(),
		),
		words,
		programs,
		newFerry(programs),
		newRemote(),
		newTunnel(),
		newEchoes(),
		newDGA(),
		newFlood(),
		newDeluge(),
		newSlow(),
		t,
		calls,
		newSelfSigned(names),
		newSpreading(),
		newExfiltration(),
	}
}

// settled reports whether the lists or a person already spoke about a conversation, or it was stopped.
func settled(f *flow.Flow) bool {
	v := &f.Verdict
	return f.Finding.Kind != "" || v.Why.Rule == abri.RuleTrusted || v.Action != abri.ActPass && v.Action != ""
}
