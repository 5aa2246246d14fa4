package fleet_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
)

func TestATokenIsOneWordThatComesBack(t *testing.T) {
	token := fleet.Token{URL: "https://observatoire.example:8444", Site: 42304, Secret: bytes.Repeat([]byte{7}, 16), Pin: bytes.Repeat([]byte{9}, 32)}
	word := token.String()
	mailed := " " + word[:40] + "\r\n " + word[40:] + "\n"
	got, err := fleet.ParseToken(mailed)
	if err != nil || got.URL != token.URL || got.Site != token.Site || !bytes.Equal(got.Secret, token.Secret) || !bytes.Equal(got.Pin, token.Pin) {
		t.Errorf("%+v, %v", got, err)
	}
	plain := token
	plain.URL = "http://observatoire.example"
	for _, bad := range []string{"", "abri1.", word[:len(word)-9], word + "é", "abri2." + word[6:], plain.String()} {
		if _, err := fleet.ParseToken(bad); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%q is taken: %v", bad, err)
		}
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add(fleet.Token{URL: "https://a.example", Site: 1, Secret: make([]byte, 16), Pin: make([]byte, 32)}.String())
	f.Fuzz(func(t *testing.T, s string) {
		if token, err := fleet.ParseToken(s); err == nil {
			if _, err := fleet.ParseToken(token.String()); err != nil {
				t.Errorf("%q reads once: %v", s, err)
			}
		}
	})
}

// The four words are a contract: a box of today and an observatory of tomorrow must show the same.
func TestFourWords(t *testing.T) {
	words := fleet.Words([]byte("box"), []byte("root"))
	if want := "midi piko pisu pisa"; words != want {
		t.Errorf("the words are %q, not %q", words, want)
	}
	if fleet.Words([]byte("box!"), []byte("root")) == words || fleet.Words([]byte("box"), []byte("root!")) == words {
		t.Error("another key has the same words")
	}
	if !fleet.SameWords("Midi-Piko  PISU pisa\n", words) || fleet.SameWords("", "") || fleet.SameWords("midi piko pisu", words) {
		t.Error("words are not compared as people write them")
	}
}

func TestASignpostIsTheObservatorysAlone(t *testing.T) {
	key, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	post := fleet.Signpost{Time: noon, Lists: 3, Orders: map[string]uint64{"42304": 7}}
	file, err := post.Sign(private)
	if err != nil {
		t.Fatal(err)
	}
	got, err := fleet.ReadSignpost(file, key)
	if err != nil || !got.Time.Equal(noon) || got.Lists != 3 || got.Latest(42304) != 7 || got.Latest(1) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	other, _, _ := ed25519.GenerateKey(rand.Reader)
	if _, err := fleet.ReadSignpost(file, other); fleet.ReasonOf(err) != fleet.ReasonForged {
		t.Errorf("another's key opens it: %v", err)
	}
	tampered := bytes.Replace(file, []byte(`"post":"`), []byte(`"post":"e3`), 1)
	if _, err := fleet.ReadSignpost(tampered, key); err == nil {
		t.Error("a changed signpost is believed")
	}
}

func FuzzReadSignpost(f *testing.F) {
	key, private, _ := ed25519.GenerateKey(bytes.NewReader(make([]byte, 64)))
	file, _ := fleet.Signpost{Time: noon}.Sign(private)
	f.Add(file)
	f.Fuzz(func(t *testing.T, file []byte) { _, _ = fleet.ReadSignpost(file, key) })
}

// A stolen observatory must not disarm a box.
func TestOrdersFromAfarAreNarrow(t *testing.T) {
	week := noon.Add(7 * 24 * time.Hour)
	for _, c := range []struct {
		verb   fleet.Verb
		prefix string
		until  time.Time
		taken  bool
	}{
		{fleet.VerbRelease, "51.75.1.9/32", week, true},
		{fleet.VerbRelease, "51.75.1.0/24", week, true},
		{fleet.VerbRelease, "2a01:cb00::/56", week, true},
		{fleet.VerbRelease, "51.75.0.0/23", week, false},
		{fleet.VerbRelease, "0.0.0.0/0", week, false},
		{fleet.VerbRelease, "2a01:cb00::/48", week, false},
		{fleet.VerbRelease, "51.75.1.9/24", week, false},
		{fleet.VerbRelease, "51.75.1.9/32", time.Time{}, false},
		{fleet.VerbRelease, "51.75.1.9/32", noon.AddDate(1, 0, 0), false},
		{"observe", "51.75.1.9/32", week, false},
	} {
		o := fleet.Order{Number: 1, Verb: c.verb, Prefix: netip.MustParsePrefix(c.prefix), Until: c.until}
		if err := o.Check(noon); (err == nil) != c.taken {
			t.Errorf("%s %s until %s: %v", c.verb, c.prefix, c.until, err)
		}
	}
}

func TestAnIdentityStandsInItsURI(t *testing.T) {
	id := fleet.Identity{Site: 42304, Box: "b0x"}
	got, ok := fleet.ParseIdentity(id.URI())
	if !ok || got != id {
		t.Errorf("%+v, %v", got, ok)
	}
}
