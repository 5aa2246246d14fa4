package lookalike

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// kinds are ways in which names are imitated, each of the word of a brand and one of its domains.
var kinds = []struct {
	name string
	made func(word, domain string) []string
}{
	{"a letter left out", func(w, _ string) (all []string) {
		for i := 1; i < len(w); i++ {
			all = append(all, w[:i]+w[i+1:]+".fr")
		}
		return all
	}},
	{"a letter doubled", func(w, _ string) (all []string) {
		for i := range w {
			all = append(all, w[:i+1]+w[i:]+".com")
		}
		return all
	}},
	{"two letters changed over", func(w, _ string) (all []string) {
		for i := 1; i+1 < len(w); i++ {
			if w[i] != w[i+1] {
				all = append(all, w[:i]+string([]byte{w[i+1], w[i]})+w[i+2:]+".fr")
			}
		}
		return all
	}},
	{"a letter of another script", func(w, _ string) (all []string) {
		for latin, other := range map[string]string{"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "i": "і", "s": "ѕ"} {
			if strings.Contains(w, latin) {
				all = append(all, strings.Replace(w, latin, other, 1)+".fr")
			}
		}
		return all
	}},
	{"a letter with a mark", func(w, _ string) (all []string) {
		for latin, other := range map[string]string{"a": "á", "e": "ė", "o": "ö", "i": "ı", "n": "ñ", "u": "ü"} {
			if strings.Contains(w, latin) {
				all = append(all, strings.Replace(w, latin, other, 1)+".com")
			}
		}
		return all
	}},
	{"a digit for a letter", func(w, _ string) (all []string) {
		for letter, digit := range map[string]string{"o": "0", "l": "1", "i": "1", "e": "3", "a": "4", "s": "5"} {
			if strings.Contains(w, letter) {
				all = append(all, strings.Replace(w, letter, digit, 1)+"-client.com")
			}
		}
		return all
	}},
	{"letters that look alike", func(w, _ string) (all []string) {
		for letter, other := range map[string]string{"m": "rn", "w": "vv", "d": "cl", "l": "i", "i": "l"} {
			if strings.Contains(w, letter) {
				all = append(all, strings.Replace(w, letter, other, 1)+".fr")
			}
		}
		return all
	}},
	{"with a word before or behind", func(w, _ string) (all []string) {
		for _, x := range []string{"paiement", "suivi", "espace-client", "colis", "remboursement", "securite", "verification", "login", "support"} {
			all = append(all, w+"-"+x+".com", x+"-"+w+".fr", w+x+".info")
		}
		return all
	}},
	{"hyphens put in", func(w, _ string) (all []string) {
		for i := 2; i+2 <= len(w); i++ {
			all = append(all, w[:i]+"-"+w[i:]+".com")
		}
		return append(all, strings.Join(strings.Split(w, ""), "-")+".fr")
	}},
	{"another ending", func(w, d string) []string {
		name, _, _ := strings.Cut(d, ".")
		return []string{name + ".top", name + "-fr.com", name + ".fr.com", name + ".online", name + "-gouv.fr", name + ".xyz"}
	}},
	{"in front of somebody else's", func(_, d string) []string {
		return []string{d + ".verif-dossier.com", "www." + d + ".id8812.net", strings.ReplaceAll(d, ".", "-") + ".web.app", d + ".pages.dev", d + "-connexion.info"}
	}},
}

// TestEveryKindOfImitation measures each of them, for the brands whose name is no common word.
func TestEveryKindOfImitation(t *testing.T) {
	brands := Brands()
	j := New(brands)
	for _, k := range kinds {
		seen, stopped, all := 0, 0, 0
		var missed []string
		for _, b := range brands {
			if b.Common || len(b.Words) == 0 || len(b.Words[0]) < 6 || strings.Contains(b.Words[0], "-") {
				continue
			}
			for _, name := range k.made(b.Words[0], b.Domains[0]) {
				if j.own(name) || slices.Contains(b.Words, name[:strings.IndexByte(name, '.')]) {
					continue
				}
				all++
				switch l := j.Judge(name); {
				case l.Score >= Block:
					seen, stopped = seen+1, stopped+1
				case l.Score >= Observe:
					seen++
				default:
					missed = append(missed, fmt.Sprintf("%s %d", name, l.Score))
				}
			}
		}
		t.Logf("%s: of %d names %.1f %% are told, %.1f %% stopped; missed are %v", k.name, all, 100*float64(seen)/float64(all), 100*float64(stopped)/float64(all), missed[:min(8, len(missed))])
		if seen*100 < all*80 {
			t.Errorf("%s: %d of %d are told, want 80 %%", k.name, seen, all)
		}
	}
}
