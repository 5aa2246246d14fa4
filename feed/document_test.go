package feed

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
)

// holds is what a set of one list answers for a few questions, as names of what it holds.
func holds(l *List, questions ...string) string {
	s := Merge([]*List{l}, nil)
	var out []string
	for _, q := range questions {
		a, err := netip.ParseAddr(q)
		_, listed := s.Find(a)
		if err == nil && listed || len(s.FindName(q)) > 0 || len(s.FindFingerprint(q)) > 0 {
			out = append(out, q)
		}
	}
	return strings.Join(out, " ")
}

const bundle = `{"type":"bundle","id":"bundle--1","objects":[
{"type":"identity","name":"somebody"},
{"type":"indicator","pattern_type":"stix","pattern":"[ipv4-addr:value = '62.210.1.2'] OR [domain-name:value='evil.com' OR url:value = 'http://bad.net/x']"},
{"type":"indicator","pattern":"[ipv4-addr:value ISSUBSET '62.210.2.0/24']"},
{"type":"indicator","pattern":"[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']"},
{"type":"indicator","pattern":"[domain-name:value = 'a.com' AND ipv4-addr:value = '62.210.1.9']"},
{"type":"indicator","pattern":"[domain-name:value LIKE '%.com']"},
{"type":"indicator","pattern":"[domain-name:value = 'gone.com']","revoked":true},
{"type":"indicator","pattern":"[domain-name:value = 'old.com']","valid_until":"2025-01-01T00:00:00Z"},
{"type":"indicator","pattern":"[ipv4-addr:value = '10.0.0.1']"}]}`

func TestSTIX(t *testing.T) {
	l := mustParse(t, bundle, Info{Dated: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	got := holds(l, "62.210.1.2", "evil.com", "www.evil.com", "bad.net", "www.bad.net", "62.210.2.9", "a.com", "62.210.1.9", "gone.com", "old.com")
	if want := "62.210.1.2 evil.com www.evil.com bad.net 62.210.2.9"; got != want || l.Info().Format != STIX {
		t.Errorf("%s holds %s, want %s", l.Info().Format, got, want)
	}
	want := map[string]int{foreign.String(): 1, condition.String(): 2, withdrawn.String(): 2, reserved.String(): 1}
	if got := l.RefusedByReason(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("refused %v, want %v", got, want)
	}
	_, kept := l.Refused()
	if kept[0].Line != 3 || kept[len(kept)-1].Line != 8 {
		t.Errorf("the indicators refused are %v", kept)
	}
}

func TestMISP(t *testing.T) {
	l := mustParse(t, `{"Event":{"info":"x","Attribute":[
{"type":"ip-dst","value":"62.210.1.2","to_ids":true},{"type":"ip-dst|port","value":"62.210.1.3|443","to_ids":true},
{"type":"domain","value":"evil.com","to_ids":true},{"type":"domain","value":"known.com","to_ids":false},
{"type":"sha256","value":"00","to_ids":true},{"type":"url","value":"","to_ids":true},{"type":"hostname","value":"gone.com","to_ids":true,"deleted":true}],
"Object":[{"name":"network","Attribute":[{"type":"hostname","value":"c2.bad.net","to_ids":true},{"type":"ja3-fingerprint-md5","value":"`+md5+`","to_ids":true}]}]}}`, Info{})
	got := holds(l, "62.210.1.2", "62.210.1.3", "evil.com", "x.evil.com", "known.com", "gone.com", "c2.bad.net", "x.c2.bad.net", md5)
	if want := "62.210.1.2 62.210.1.3 evil.com x.evil.com c2.bad.net " + md5; got != want || l.Info().Format != MISP {
		t.Errorf("%s holds %s, want %s", l.Info().Format, got, want)
	}
	if n, kept := l.Refused(); n != 4 {
		t.Errorf("refused %d: %v", n, kept)
	}
}

func TestBrokenDocuments(t *testing.T) {
	for _, text := range []string{bundle[:200], `{"type":"bundle","objects":{}}`, `{"type":"bundle","objects":[1]}`, `{"Event":{"Attribute":"x"}}`} {
		if l, err := Parse(strings.NewReader(text), Info{Name: "x"}); abri.CodeOf(err) != abri.CodeDamaged {
			t.Errorf("%q: %v, %v; want it damaged", text, l, err)
		}
	}
}
