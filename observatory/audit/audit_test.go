package audit_test

import (
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
)

func chain(n int) []audit.Entry {
	var out []audit.Entry
	var before *audit.Entry
	for i := range n {
		e := audit.Entry{At: time.Unix(int64(i), 7), Who: "Mme Durand", From: "192.0.2.7", Act: audit.SignIn, On: "passkey", Result: audit.Done}.Sealed(before)
		before = &e
		out = append(out, e)
	}
	return out
}

func verify(entries []audit.Entry, noted ...audit.Head) error {
	var c audit.Chain
	c.Expect(noted...)
	for _, e := range entries {
		if err := c.Next(e); err != nil {
			return err
		}
	}
	return c.End()
}

func TestAChainHolds(t *testing.T) {
	all := chain(5)
	if err := verify(all, audit.Head{Number: 3, Hash: all[2].Hash}); err != nil {
		t.Error(err)
	}
	if err := verify(nil); err != nil {
		t.Error(err)
	}
	if all[0].Hash == all[1].Hash || all[4].Number != 5 {
		t.Errorf("%+v", all)
	}
}

// Whatever is done to an entry, the first broken one is named.
func TestTheFirstBrokenLinkIsNamed(t *testing.T) {
	again := func(all []audit.Entry) []audit.Entry { // from the third on, made anew by somebody who can count
		out := all[:2:2]
		for _, e := range all[2:] {
			e.Who = "nobody"
			out = append(out, e.Sealed(&out[len(out)-1]))
		}
		return out
	}
	noted := func(all []audit.Entry) audit.Head { return audit.Head{Number: 4, Hash: all[3].Hash} }
	for _, c := range []struct {
		name, place string
		spoil       func([]audit.Entry) []audit.Entry
		noted       bool
	}{
		{"who", "entry 3", func(a []audit.Entry) []audit.Entry { a[2].Who = "M. Durand"; return a }, false},
		{"from where", "entry 3", func(a []audit.Entry) []audit.Entry { a[2].From = ""; return a }, false},
		{"what", "entry 3", func(a []audit.Entry) []audit.Entry { a[2].Act = audit.EndSession; return a }, false},
		{"on what", "entry 3", func(a []audit.Entry) []audit.Entry { a[2].On = "passke"; return a }, false},
		{"the result", "entry 3", func(a []audit.Entry) []audit.Entry { a[2].Result = audit.Refused; return a }, false},
		{"when", "entry 3", func(a []audit.Entry) []audit.Entry { a[2].At = a[2].At.Add(1); return a }, false},
		{"moved from one text to the next", "entry 3", func(a []audit.Entry) []audit.Entry { a[2].Who, a[2].From = "Mme Durand1", "92.0.2.7"; return a }, false},
		{"its hash", "entry 3", func(a []audit.Entry) []audit.Entry { a[2].Hash[0] ^= 1; return a }, false},
		{"left out", "entry 4", func(a []audit.Entry) []audit.Entry { return append(a[:2:2], a[3:]...) }, false},
		{"the first left out", "entry 2", func(a []audit.Entry) []audit.Entry { return a[1:] }, false},
		{"exchanged", "entry 4", func(a []audit.Entry) []audit.Entry { a[2], a[3] = a[3], a[2]; return a }, false},
		{"twice", "entry 3", func(a []audit.Entry) []audit.Entry { return append(a[:3:3], a[2:]...) }, false},
		{"sealed anew, and the rest not", "entry 4", func(a []audit.Entry) []audit.Entry { e := a[2]; e.Who = "x"; a[2] = e.Sealed(&a[1]); return a }, false},
		{"all made anew, and the head was noted", "entry 4", again, true},
		{"the end cut off, and the head was noted", "entry 3", func(a []audit.Entry) []audit.Entry { return a[:2] }, true},
	} {
		all := chain(5)
		var heads []audit.Head
		if c.noted {
			heads = append(heads, noted(all))
		}
		err := verify(c.spoil(all), heads...)
		if abri.CodeOf(err) != abri.CodeDamaged || !strings.HasPrefix(err.Error(), c.place+":") {
			t.Errorf("%s: %v, not %s", c.name, err, c.place)
		}
	}
	if err := verify(again(chain(5))); err != nil {
		t.Errorf("a chain made anew, without a head that was noted, is another chain: %v", err)
	}
}

func TestTextsAreOneLineAndBounded(t *testing.T) {
	e := audit.Entry{Who: "a\nb\x00\xff", On: strings.Repeat("é", audit.MaxText)}.Sealed(nil)
	if e.Who != "a b ?" || len(e.On) > audit.MaxText || !strings.HasSuffix(e.On, "é") {
		t.Errorf("%q, %d bytes", e.Who, len(e.On))
	}
	if err := verify([]audit.Entry{e}); err != nil {
		t.Error(err)
	}
}

func TestAHeadReadsAsItIsWritten(t *testing.T) {
	h := audit.Head{Number: 12, Hash: chain(1)[0].Hash}
	if got, err := audit.ParseHead(h.String()); err != nil || got != h {
		t.Errorf("%v, %v", got, err)
	}
	for _, s := range []string{"", "12", "12:", "12:ab", ":" + h.String(), "-1" + h.String()[2:], h.String() + "00", "012" + h.String()[2:]} {
		if got, err := audit.ParseHead(s); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%q reads %v, %v", s, got, err)
		}
	}
}

func TestWhoActsIsInTheContext(t *testing.T) {
	if a, ok := audit.Of(t.Context()); ok {
		t.Errorf("%+v", a)
	}
	a := audit.Actor{Who: "Mme Durand", From: "192.0.2.7", At: time.Unix(5, 0)}
	if got, ok := audit.Of(audit.By(t.Context(), a)); !ok || got != a {
		t.Errorf("%+v", got)
	}
}
