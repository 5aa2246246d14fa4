package order

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	abri "abri.example/abri"
)

func TestNamesArriveAsGiven(t *testing.T) {
	c, m := converse(t)
	want := Names{Seed: [3]uint64{1, 1 << 63, 3}, Keys: []uint64{5, 1<<64 - 1}, Rules: []NameRule{{9, NamePasses}, {10, NameResolver}}}
	l, err := c.Names(want)
	if err != nil || l.Names != 2 || l.Rules != 2 {
		t.Fatalf("%+v, %v", l, err)
	}
	if d := cmp.Diff(want, m.names); d != "" {
		t.Error(d)
	}
	r := Resolving{Page: []netip.Addr{netip.MustParseAddr("192.168.1.2"), netip.MustParseAddr("2001:db8::2")}, Closed: []netip.Addr{netip.MustParseAddr("1.1.1.1")}}
	if err := c.Resolving(r); err != nil || len(m.resolving.Page) != 2 || len(m.resolving.Closed) != 1 {
		t.Errorf("%+v, %v", m.resolving, err)
	}
}

func TestNamesThatAreNoneAreRefused(t *testing.T) {
	whole := Names{Keys: []uint64{5}, Rules: []NameRule{{9, NameStops}}}.encode()
	for n := range whole {
		if n == nameHead+8 { // the key without the rule is whole
			continue
		}
		if _, err := decodeNames(whole[:n]); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
	whole[len(whole)-1] = byte(nameWords)
	if _, err := decodeNames(whole); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("an unknown word: %v", err)
	}
}

func TestNoGateIsToldNonsenseOfResolvers(t *testing.T) {
	c, m := converse(t)
	for name, r := range map[string]Resolving{
		"two pages":         {Page: []netip.Addr{netip.MustParseAddr("192.168.1.2"), netip.MustParseAddr("192.168.1.3")}},
		"no address":        {Page: []netip.Addr{{}}},
		"a group":           {Page: []netip.Addr{netip.MustParseAddr("224.0.0.1")}},
		"the site's router": {Closed: []netip.Addr{netip.MustParseAddr("192.168.1.1")}},
		"neighbours":        {Closed: []netip.Addr{netip.MustParseAddr("fe80::1")}},
		"this machine":      {Closed: []netip.Addr{netip.MustParseAddr("127.0.0.53")}},
		"too many":          {Closed: make([]netip.Addr, mostClosed+1)},
	} {
		if err := c.Resolving(r); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(m.resolving.Page)+len(m.resolving.Closed) != 0 {
		t.Errorf("the keeper was told %+v", m.resolving)
	}
}

func TestQuestionsArriveAsTold(t *testing.T) {
	var wire bytes.Buffer
	tell := NewTeller(&wire)
	var want []Question
	for i := range 10_000 { // more than one frame
		q := Question{Client: netip.MustParseAddrPort("192.168.1.20:4321"), Server: netip.MustParseAddrPort("[2620:fe::fe]:53"), Side: abri.Inside, Fate: Fate(1 + i%2),
			First: int64(i), Last: int64(i + 1), Packets: 2, Bytes: 1 << 40, Began: i%3 == 0, Name: []byte(strings.Repeat("\x01a", i%127) + "\x00")}
		want = append(want, q)
		if err := tell.Question(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := tell.Flush(); err != nil {
		t.Fatal(err)
	}
	var got gathered
	if err := Listen(&wire, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got.questions, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); d != "" {
		t.Error(d[:min(len(d), 500)])
	}
	if err := hear(&got, WordQuestions, make([]byte, questionHead-1)); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("part of a question: %v", err)
	}
}
