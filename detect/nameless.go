package detect

import (
	"bytes"
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
	namelessHosts = 2 // bare addresses that get forms for one and the same page, or any forms by what feigns a browser
	namelessNames = 3 // names that are asked for one and the same page by what says nothing of itself
	namelessPath  = 5 // letters at least of such a page
)

// nameless tells of programs that bring what they found to their master at a bare address, in clear: forms, one after the
// other, to a machine that no name leads to and of which no page was read; or to several such machines, for one page or by
// what feigns a browser, as the list of masters in a program goes. People read a page before they fill it in, and sites have names.
// So goes a program with a list of names: who says nothing of himself and asks three sites for one page knows it from no link.
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
	forms tally
	asked bool // something was asked for there,
	read  bool // and a page was read
	hosts variety
	told  time.Time
}

func newNameless() *nameless {
	return &nameless{newMemory[pair, brought](namelessPairs, namelessRead), newMemory[errand, brought](namelessPairs, namelessTime)}
}

// hear reads the head of a request.
func (n *nameless) hear(at time.Time, f *flow.Flow, m *hypertext.Message, emit func(abri.Finding)) {
	if m.Answer || m.Part != hypertext.Head || f.Direction != abri.Out {
		return
	}
	host, sign := hostOf(m.Head), "forms-to-bare-address"
	switch {
	case isAddress(host) || bytes.IndexByte(host, ' ') >= 0:
	case isCheap(host):
		sign = "forms-to-free-name"
	default:
		n.named(at, f, m.Head, emit)
		return
	}
	b := n.pairs.touch(at, pairOf(f))
	if !foldedPrefix(m.Head, "post ") {
		b.asked = true
		b.read = b.read || contains(m.Head, "\naccept-language:")
		return
	}
	if b.read || !feigns(m.Head) || speaksToPrograms(m.Head) {
		return
	}
	feigned := falseBrowser(m.Head) || !b.asked && ledByItself(m.Head)
	if path := pathOf(m.Head); len(path) >= namelessPath {
		n.bare(at, f, text(path), emit)
	}
	if !feigned {
		return
	}
	n.bare(at, f, 0, emit)
	if b.forms.add(at, namelessTime) >= namelessPosts && due(at, &b.told) {
		emit(f.FindingOf(abri.CommandAndControl, at, because(abri.CommandAndControl, "sign", sign, "times", b.forms.n)))
	}
}

// named reads a request to a name, by what says nothing of itself.
func (n *nameless) named(at time.Time, f *flow.Flow, head []byte, emit func(abri.Finding)) {
	path := pathOf(head)
	if contains(head, "\nuser-agent:") || len(path) <= len("/a") || speaksToPrograms(head) || contains(path, ".well-known") {
		return
	}
	if hosts, tell := n.round(at, errand{f.Client.Addr(), text(path)}, text(hostOf(head)), namelessNames); tell {
		emit(f.FindingOf(abri.CommandAndControl, at, because(abri.CommandAndControl, "sign", "one-page-at-many-names", "machines", hosts)))
	}
}

// bare counts the bare addresses that get forms for one page, or for any.
func (n *nameless) bare(at time.Time, f *flow.Flow, page uint32, emit func(abri.Finding)) {
	if hosts, tell := n.round(at, errand{f.Client.Addr(), page}, number(f.Server.Addr()), namelessHosts); tell {
		emit(f.FindingOf(abri.CommandAndControl, at, because(abri.CommandAndControl, "sign", "forms-to-bare-addresses", "machines", hosts)))
	}
}

// round counts the machines of an errand, and reports whether it is time to tell of them.
func (n *nameless) round(at time.Time, e errand, host uint32, bar int) (hosts int, tell bool) {
	b := n.rounds.touch(at, e)
	b.hosts.add(at, namelessTime, host)
	hosts = b.hosts.count()
	return hosts, hosts >= bar && due(at, &b.told)
}

// ledByItself reports whether a request to a bare address names a page of that very address as the one that led there.
func ledByItself(head []byte) bool {
	_, rest, ok := bytes.Cut(hypertext.Field(head, "referer"), []byte("://"))
	return ok && bytes.Equal(until(rest, "/:"), hostOf(head))
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
