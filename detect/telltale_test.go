package detect

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// ours are the rules of the box.
var ours = Rules()

// says is one packet with data, from the client to the server's port or back.
func says(from, to string, port uint16, udp bool, data string) packet.Headers {
	h := syn(from, to, port)
	h.Flags = packet.ACK | packet.PSH
	if udp {
		h.Proto, h.Flags = packet.UDP, 0
	}
	h.Payload, h.DataLength = []byte(data), len(data)
	return h
}

// proof reads the quoted lines of a file of a rule's folder.
func proof(t *testing.T, rule, file string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "cases", rule, file))
	if err != nil {
		t.Fatalf("rule %s has no proof: write detect/testdata/cases/%[1]s/%s, a quoted text a line (%v)", rule, file, err)
	}
	var all []string
	for _, l := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		s, err := strconv.Unquote(l)
		if err != nil {
			t.Fatalf("%s/%s: %q: %v", rule, file, l, err)
		}
		all = append(all, s)
	}
	return all
}

// broken gives the rules that data breaks when it is said where the rule reads, often enough.
func broken(r Rule, data string) []string { return brokenOf(ownBook(), r, data) }

func brokenOf(b *book, r Rule, data string) []string {
	s := newSite()
	words := newTelltale(b)
	s.detectors = []Detector{words, newExchanges(words)}
	port := uint16(80)
	if len(r.Ports) > 0 {
		port = r.Ports[0]
	}
	from, to, side := stranger, web, abri.Outside
	if r.Outward {
		from, to, side = web, stranger, abri.Inside
	}
	for range r.Times {
		ask := says(from, to, port, r.UDP, "hello")
		if !slices.Contains(r.Where, InServer) {
			ask = says(from, to, port, r.UDP, data)
		}
		ask.SrcPort += uint16(s.now.Sub(start) / time.Second)
		s.see(side, ask)
		if slices.Contains(r.Where, InServer) {
			back := reply(ask, packet.ACK|packet.PSH)
			back.Payload, back.DataLength = []byte(data), len(data)
			s.see(opposite(side), back)
		}
		s.now = s.now.Add(time.Second)
	}
	var names []string
	for _, f := range s.found {
		names = append(names, f.Why.Evidence[0].Value)
	}
	return names
}

func opposite(s abri.Side) abri.Side {
	if s == abri.Inside {
		return abri.Outside
	}
	return abri.Inside
}

// Each rule has its folder of proof: what an attacker says, and what an honest peer says that looks like it.
func TestEachRuleHasItsProof(t *testing.T) {
	folders, err := os.ReadDir(filepath.Join("testdata", "cases"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range ours {
		if known[r.Name] {
			t.Errorf("two rules are called %s: each needs a name of its own, in all files", r.Name)
		}
		known[r.Name] = true
		for _, data := range proof(t, r.Name, "attack.txt") {
			if got := broken(r, data); !slices.Contains(got, r.Name) {
				t.Errorf("%s does not see %q: %v", r.Name, data, got)
			}
		}
		for _, data := range proof(t, r.Name, "honest.txt") {
			if got := broken(r, data); len(got) != 0 {
				t.Errorf("%q is honest, and %v says it is not", data, got)
			}
		}
	}
	for _, f := range folders {
		if !known[f.Name()] {
			t.Errorf("%s is the proof of no rule", f.Name())
		}
	}
}

func TestMistakesInRulesAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"a\n kind exploit\n where request\n": "rules/x.txt:3: rule a is not complete",
		"a b\n":                              "x.txt:1: \"a b\" is no name",
		" kind exploit\n":                    "x.txt:1: a line of no rule",
		"a\n kind burglary\n":                "x.txt:2: unknown kind \"burglary\": use one of",
		"a\n where cellar\n":                 "x.txt:2: unknown place",
		"a\n ports http\n":                   "\"http\" is no port",
		"a\n ports 0\n":                      "\"0\" is no port",
		"a\n proto icmp\n":                   "unknown protocol",
		"a\n times 0\n":                      "no number of times",
		"a\n words shell\n":                  "are no words: quote each",
		"a\n words \"\"\n":                   "are no words",
		"a\n word \"x\"\n":                   "unknown key \"word\": use kind",
		"a\n kind exploit\n where client\n words \"x\"\na\n": "x.txt:5: \"a\" is no name of a new rule",
		"a\n kind exploit\n where client\nb\n":               "x.txt:4: rule a is not complete",
	} {
		_, err := ParseRules("rules/x.txt", text)
		var e *abri.Error
		if !errors.As(err, &e) || e.Code != abri.CodeInvalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestLookupFindsEveryWord(t *testing.T) {
	words := []string{"he", "she", "his", "hers", "\x00\xff"}
	var got []string
	newLookup(words).find([]byte("uSHErs \x00\xff his"), func(w, end int) {
		got = append(got, words[w]+"@"+strconv.Itoa(end))
	})
	want := []string{"she@4", "he@4", "hers@6", "\x00\xff@9", "his@13"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	newLookup(nil).find([]byte("x"), func(int, int) { t.Error("found a word of none") })
}

func FuzzParseRules(f *testing.F) {
	f.Add("a\n kind exploit\n where client\n words \"x\" \"y\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := ParseRules("x", text)
		if (err == nil) == (rules == nil) && strings.TrimSpace(text) != "" && err != nil {
			t.Errorf("rules beside an error: %v", err)
		}
		newTelltale(newBook(rules))
	})
}

// What a stranger sends is read without a crash, and never seen when it is beyond what a link copies.
func FuzzReading(f *testing.F) {
	for _, r := range ours {
		for _, w := range r.Words {
			f.Add([]byte(strings.Join(w, " ")), uint16(80), false)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, port uint16, udp bool) {
		s := newSite()
		h := says(stranger, web, port, udp, string(data))
		s.see(abri.Outside, h)
		back := reply(h, packet.ACK)
		back.Payload = data
		s.see(abri.Inside, back)
		s.wait(2 * time.Hour)
	})
}
