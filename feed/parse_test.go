package feed

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"abri.example/abri"
)

func mustParse(t testing.TB, text string, info Info) *List {
	t.Helper()
	l, err := Parse(strings.NewReader(text), info)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// entries are the prefixes of a list, in order.
func entries(l *List) []netip.Prefix {
	var out []netip.Prefix
	for _, key := range l.v4 {
		out = append(out, newEntry4(key, 0).prefix())
	}
	for _, p := range l.v6 {
		out = append(out, p.Prefix())
	}
	return out
}

func TestParse(t *testing.T) {
	l := mustParse(t, "\xef\xbb\xbf# a list\r\n\r\n62.210.1.2\t3\r\n  1.2.3.0/24 \r\n2a01::/29 ; SBL1\r\n62.210.1.2\r\n5.6.7.0-5.6.8.255", Info{})
	if got, want := join(entries(l)), "1.2.3.0/24 5.6.7.0/24 5.6.8.0/24 62.210.1.2/32 2a01::/29"; got != want {
		t.Errorf("entries %s, want %s", got, want)
	}
	if l.Len4() != 4 || l.Len6() != 1 {
		t.Errorf("%d IPv4 and %d IPv6 entries, want 4 and 1", l.Len4(), l.Len6())
	}
	if n, kept := l.Refused(); n != 0 || len(kept) != 0 {
		t.Errorf("refused %d: %v", n, kept)
	}
}

func TestRefusalsAreCountedAndShown(t *testing.T) {
	l := mustParse(t, "62.210.1.2\n010.1.1.1\n# x\n10.0.0.0/8\n192.168.1.1\n1.2.3.4/24\n2.0.0.0/7\n\x1b[31mred\n", Info{Name: "x"})
	n, kept := l.Refused()
	want := []Refusal{
		{Line: 2, Text: "010.1.1.1", Reason: leadingZero.String()},
		{Line: 4, Text: "10.0.0.0/8", Reason: reserved.String()},
		{Line: 5, Text: "192.168.1.1", Reason: reserved.String()},
		{Line: 6, Text: "1.2.3.4/24", Reason: hostBits.String()},
		{Line: 7, Text: "2.0.0.0/7", Reason: tooWide.String()},
		{Line: 8, Text: "?[31mred", Reason: notName.String()},
	}
	if n != 6 || !reflect.DeepEqual(kept, want) {
		t.Errorf("refused %d %v, want %v", n, kept, want)
	}
	if got := l.RefusedByReason(); got[reserved.String()] != 2 || len(got) != 5 {
		t.Errorf("by reason: %v", got)
	}
}

func TestOnlyTheFirstRefusalsAreKept(t *testing.T) {
	l := mustParse(t, "1.2.3.4\n"+strings.Repeat("10.0.0.1\n", 1000), Info{})
	if n, kept := l.Refused(); n != 1000 || len(kept) != keptRefusals {
		t.Errorf("refused %d, kept %d", n, len(kept))
	}
}

func TestLinesThatAreTooLong(t *testing.T) {
	long := "1.2.3.4 " + strings.Repeat("x", MaxLine)
	longer := "1.2.3.4 " + strings.Repeat("x", 1<<20)
	comment := "# " + strings.Repeat("x", 1<<20)
	l := mustParse(t, strings.Join([]string{long, "5.6.7.8", longer, "5.6.7.9", comment, "5.6.7.10", longer}, "\n"), Info{})
	if got, want := join(entries(l)), "5.6.7.8/32 5.6.7.9/32 5.6.7.10/32"; got != want {
		t.Errorf("entries %s, want %s", got, want)
	}
	n, kept := l.Refused()
	if n != 3 || kept[0].Reason != tooLong.String() || kept[1].Line != 3 || kept[2].Line != 7 {
		t.Errorf("refused %d: %v", n, kept)
	}
	if len([]rune(kept[0].Text)) > excerptLength+1 {
		t.Errorf("an excerpt of %d bytes", len(kept[0].Text))
	}
}

func TestWhatIsNoListIsRefusedWhole(t *testing.T) {
	for _, c := range []struct{ name, text, place string }{
		{"web page", "<!DOCTYPE html>\n<html><body>1.2.3.4</body></html>", "x:1"},
		{"web page after blanks", "\n\n  <html>\n1.2.3.4\n", "x:3"},
		{"gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "x:1"},
		{"UTF-16", "\xff\xfe1\x00.\x002\x00", "x:1"},
		{"zero bytes late", "1.2.3.4\n5.6.7.8\n\x00\x00\n", "x:3"},
		{"words", "# list\nerror\nrate limited\n", "x:2"},
		{"JSON", `{"error":"no such list"}`, "x:1"},
		{"files", "1.2.3.4\n" + strings.Repeat("Extension.exe\n", 10), "x:2"},
	} {
		l, err := Parse(strings.NewReader(c.text), Info{Name: "x"})
		var e *abri.Error
		if !errors.As(err, &e) || e.Code != abri.CodeDamaged || e.Place != c.place || e.What == "" || e.Remedy == "" {
			t.Errorf("%s: %v, %v; want it damaged at %s", c.name, l, err, c.place)
		}
	}
}

func TestAPoorListIsStillAList(t *testing.T) {
	for _, text := range []string{
		"", "\n", "# only words\n; and more\n",
		"1.2.3.4\n" + strings.Repeat("Extension.exe\n", 9), // one line in ten
		"10.0.0.1\n192.168.0.1\n",                          // well written, all refused
	} {
		mustParse(t, text, Info{})
	}
}

func TestAReaderThatFails(t *testing.T) {
	cause := errors.New("the line was cut")
	for _, head := range []string{"1.2.3.4\n5.6.7.8\n", "1.2.3.4 " + strings.Repeat("x", 100_000)} {
		_, err := Parse(io.MultiReader(strings.NewReader(head), iotest.ErrReader(cause)), Info{Name: "x"})
		if abri.CodeOf(err) != abri.CodeUnavailable || !errors.Is(err, cause) {
			t.Errorf("%v, want it unavailable because %v", err, cause)
		}
	}
}

func TestSmallReadsGiveTheSame(t *testing.T) {
	text := "\xef\xbb\xbf1.2.3.4\r\n# x\r\n5.6.7.0/24,x\r\n"
	l, err := Parse(iotest.OneByteReader(strings.NewReader(text)), Info{})
	if err != nil || join(entries(l)) != "1.2.3.4/32 5.6.7.0/24" {
		t.Errorf("%v, %v", l, err)
	}
}

func TestInfoGetsItsKinds(t *testing.T) {
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	got := mustParse(t, "", Info{Name: "n", Publisher: "p", Dated: day}).Info()
	if want := (Info{Name: "n", Publisher: "p", Dated: day, Inward: abri.KnownAttacker, Outward: abri.KnownDestination, Format: Plain}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if got := mustParse(t, "", Info{Outward: abri.CommandAndControl}).Info(); got.Outward != abri.CommandAndControl {
		t.Errorf("the outward kind became %v", got.Outward)
	}
}

func TestAListThatIsTooLongIsRefusedWhole(t *testing.T) {
	l := &List{v6: make([]Prefix6, MaxEntries6)}
	l.info.Name = "x"
	err := (&taker{list: l}).lines(strings.NewReader("1.2.3.4\n2a01::1\n"), readPlain)
	var e *abri.Error
	if !errors.As(err, &e) || e.Code != abri.CodeFull || e.Place != "x:2" || e.Remedy == "" {
		t.Errorf("%v, want it full at x:2", err)
	}
}

func TestParsePrefixes(t *testing.T) {
	got, refused, err := ParsePrefixes(strings.NewReader(
		"# ours\n192.168.0.0/16\n10.0.0.0/8 head office\nfc00::/7\n62.210.1.2:443\n62.210.1.2\n0.0.0.0/0\n::/0\n62.0.0.0/7\nx\n"), "ours.txt")
	if err != nil {
		t.Fatal(err)
	}
	if want := "10.0.0.0/8 62.210.1.2/32 192.168.0.0/16 fc00::/7"; join(got) != want {
		t.Errorf("%s, want %s", join(got), want)
	}
	if len(refused) != 4 || refused[0] != (Refusal{Line: 7, Text: "0.0.0.0/0", Reason: tooWide.String()}) {
		t.Errorf("refused %v", refused)
	}
	if _, _, err := ParsePrefixes(strings.NewReader("<html>"), "ours.txt"); abri.CodeOf(err) != abri.CodeDamaged {
		t.Errorf("a web page: %v, want it damaged", err)
	}
}

// FuzzParse: whatever the bytes, what is taken is public, not too wide, without host bits, sorted and unique, and the
// list written out plainly reads back the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte("\xef\xbb\xbf# x\r\n1.2.3.4\t10\r\n5.6.7.0/24 ; SBL\n2a01::/29\n1.2.3.4-1.2.9.9\n"))
	f.Add([]byte("10.0.0.1\n010.1.1.1\n1.2.3.4/24\n{\"cidr\":\"2a00::/19\"}\n\"1.2.3.4\",5\n[2a01::1]:53\n"))
	f.Add([]byte("<html>\x00"))
	f.Add([]byte("0.0.0.0-255.255.255.255\n::/0\n1.2.3.4-2.3.4.5\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := Parse(bytes.NewReader(text), Info{Name: "x"})
		if err != nil {
			if code := abri.CodeOf(err); code != abri.CodeDamaged {
				t.Fatalf("code %s: %v", code, err)
			}
			return
		}
		var plain strings.Builder
		got := entries(l)
		for i, p := range got {
			if p != p.Masked() || listable(spanOf(p)) != taken {
				t.Fatalf("%v was taken", p)
			}
			if i > 0 && got[i-1].Compare(p) >= 0 {
				t.Fatalf("%v is not after %v", p, got[i-1])
			}
			fmt.Fprintln(&plain, p)
		}
		again := mustParse(t, plain.String(), Info{})
		if !slices.Equal(entries(again), got) {
			t.Fatalf("%v reads back as %v", got, entries(again))
		}
	})
}
