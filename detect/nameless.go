package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/hypertext"
	"abri.example/abri/packet"
)

// The bars of nameless. The reasons are in docs/detection.md.
const (
	namelessPairs = 4096
	namelessTime  = 10 * time.Minute
	namelessPosts = 3 // forms sent to a bare address within namelessTime, by what speaks like no browser and read no page there
	namelessHosts = 2 // bare addresses that get forms for one and the same page
	namelessPath  = 5 // letters at least of such a page
)

// nameless tells of programs that bring what they found to their master at a bare address, in clear: forms, one after the
// other, to a machine that no name leads to and of which no page was read; or for one page at several such machines, as
// the list of masters in a program goes. People read a page before they fill it in, and sites have names.
type nameless struct {
	pairs *memory[pair, brought]
	pages *memory[errand, brought]
}

// errand is a page that a device brings something to, wherever it lies.
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
	return &nameless{newMemory[pair, brought](namelessPairs, time.Hour), newMemory[errand, brought](namelessPairs, time.Hour)}
}

func (*nameless) Observe(time.Time, *flow.Flow, *packet.Headers, func(abri.Finding)) {}
func (*nameless) End(time.Time, *flow.Flow, func(abri.Finding))                      {}

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
	if times := b.tally.add(at, namelessTime); times >= namelessPosts && falseBrowser(m.Head) && due(at, &b.told) {
		emit(f.FindingOf(abri.CommandAndControl, at, because(abri.CommandAndControl, "sign", "forms-to-bare-address", "times", times)))
	}
	n.page(at, f, m.Head, emit)
}

// page counts the machines that get forms for one page.
func (n *nameless) page(at time.Time, f *flow.Flow, head []byte, emit func(abri.Finding)) {
	path := pathOf(head)
	if len(path) < namelessPath {
		return
	}
	b := n.pages.touch(at, errand{f.Client.Addr(), text(path)})
	if b.tally.add(at, namelessTime) == 1 {
		b.hosts = distinct{}
	}
	b.hosts.add(number(f.Server.Addr()))
	if hosts := b.hosts.count(); hosts >= namelessHosts && due(at, &b.told) {
		emit(f.FindingOf(abri.CommandAndControl, at, because(abri.CommandAndControl, "sign", "one-page-at-bare-addresses", "machines", hosts)))
	}
}

// feigns reports whether a request says that a browser sends it, or does not say who does.
func feigns(head []byte) bool {
	return contains(head, "\nuser-agent: mozilla/") || !contains(head, "\nuser-agent:")
}

// speaksToPrograms reports whether a request carries what programs say to programs, and no form: calls and records.
func speaksToPrograms(head []byte) bool {
	kind := headerOf(head, "content-type")
	return contains(kind, "xml") || contains(kind, "json") || contains(kind, "grpc") || contains(head, "\nsoapaction:")
}
