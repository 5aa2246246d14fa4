package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/hypertext"
)

// The bars of nameless. The reasons are in docs/detection.md.
const (
	namelessPairs = 4096
	namelessTime  = 6 * time.Hour // some call home every quarter of an hour
	namelessRead  = 24 * time.Hour
	namelessPosts = 3 // forms sent to a bare address within namelessTime, or to as many, by what speaks like no browser and read no page there
	namelessHosts = 2 // bare addresses that get forms for one and the same page
	namelessPath  = 5 // letters at least of such a page
)

// nameless tells of programs that bring what they found to their master at a bare address, in clear: forms, one after the
// other, to a machine that no name leads to and of which no page was read; or to several such machines, for one page or by
// what feigns a browser, as the list of masters in a program goes. People read a page before they fill it in, and sites have names.
type nameless struct {
	pairs  *memory[pair, brought]
	rounds *memory[errand, brought]
}

// errand is a page that a device brings something to, wherever it lies; 0 is any.
type errand struct {
	from netip.Addr
	page uint32
}

// brought is what was sent.
type brought struct {
	tally tally
	read  bool // a page was read there
	hosts distinct
	told  time.Time
}

func newNameless() *nameless {
	return &nameless{newMemory[pair, brought](namelessPairs, namelessRead), newMemory[errand, brought](namelessPairs, namelessTime)}
}

// hear reads the head of a request.
func (n *nameless) hear(at time.Time, f *flow.Flow, m *hypertext.Message, emit func(abri.Finding)) {
	if m.Answer || m.Part != hypertext.Head || f.Direction != abri.Out || !isAddress(hostOf(m.Head)) {
		return
	}
	b := n.pairs.touch(at, pairOf(f))
	if !foldedPrefix(m.Head, "post ") {
		b.read = b.read || contains(m.Head, "\naccept-language:")
		return
	}
	if b.read || !feigns(m.Head) || speaksToPrograms(m.Head) {
		return
	}
	if path := pathOf(m.Head); len(path) >= namelessPath {
		n.round(at, f, errand{f.Client.Addr(), text(path)}, namelessHosts, emit)
	}
	if !falseBrowser(m.Head) {
		return
	}
	n.round(at, f, errand{from: f.Client.Addr()}, namelessPosts, emit)
	if b.tally.add(at, namelessTime) >= namelessPosts && due(at, &b.told) {
		emit(f.FindingOf(abri.CommandAndControl, at, because(abri.CommandAndControl, "sign", "forms-to-bare-address", "times", b.tally.n)))
	}
}

// round counts the machines that get forms for one page, or for any.
func (n *nameless) round(at time.Time, f *flow.Flow, e errand, bar int, emit func(abri.Finding)) {
	b := n.rounds.touch(at, e)
	if b.tally.add(at, namelessTime) == 1 {
		b.hosts = distinct{}
	}
	b.hosts.add(number(f.Server.Addr()))
	if hosts := b.hosts.count(); hosts >= bar && due(at, &b.told) {
		emit(f.FindingOf(abri.CommandAndControl, at, because(abri.CommandAndControl, "sign", "forms-to-bare-addresses", "machines", hosts)))
	}
}

// feigns reports whether a request says that a browser sends it, or does not say who does.
func feigns(head []byte) bool {
	return contains(head, "\nuser-agent: mozilla/") || !contains(head, "\nuser-agent:")
}

// speaksToPrograms reports whether a request carries what programs say to programs, and no form: calls and records.
func speaksToPrograms(head []byte) bool {
	kind := hypertext.Field(head, "content-type")
	return contains(kind, "xml") || contains(kind, "json") || contains(kind, "grpc") || contains(head, "\nsoapaction:")
}
