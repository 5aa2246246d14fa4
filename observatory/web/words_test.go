package web

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

func TestNoPhraseIsMissingOrUnused(t *testing.T) {
	source := ""
	names := []string{}
	for _, pattern := range []string{"pages/*.html", "pages/*/*.html"} {
		found, _ := fs.Glob(files, pattern)
		names = append(names, found...)
	}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source += string(data)
	}
	code, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range code {
		if data, err := os.ReadFile(name); err != nil {
			t.Fatal(err)
		} else if !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, "words") {
			source += string(data)
		}
	}
	used := map[string]bool{}
	all := maps.Clone(phrases)
	for key, p := range peoplePhrases {
		if _, twice := all[key]; twice {
			t.Errorf("%q is said in two ways", key)
		}
		all[key] = p
	}
	for key := range all { // of code: a key stands there whole, in quotation marks
		if strings.Contains(source, `"`+key+`"`) {
			used[key] = true
		}
	}
	for _, s := range []string{"by.jour", "by.mois", "by.annee", "sort.commune", "sort.firm", "sort.association", "place.before", "place.behind"} {
		used[s] = true
	}
	for _, s := range ledger.Topics {
		used["topic."+string(s)] = true
	}
	for _, s := range ledger.Severities {
		used["severity."+string(s)] = true
	}
	for _, s := range people.Roles {
		used["role."+string(s)] = true
	}
	for _, s := range audit.Acts {
		used["act."+string(s)] = true
	}
	for _, s := range []audit.Result{audit.Done, audit.Refused} {
		used["result."+string(s)] = true
	}
	for _, s := range []ledger.Means{ledger.ByPasskey, ledger.ByOpenID, ledger.ByRecovery, ledger.ByLink} {
		used["means."+string(s)] = true
	}
	for _, s := range []string{ledger.Candidate, ledger.Confirmed, ledger.Revoked} {
		used["state."+s] = true
	}
	for _, s := range releaseSpans {
		used["span."+s.word] = true
	}
	for _, m := range regexp.MustCompile(`say "([a-z.-]+)"`).FindAllStringSubmatch(source, -1) {
		used[m[1]] = true
	}
	for _, d := range []abri.Direction{abri.In, abri.Out, abri.LAN} {
		used["way."+string(d)] = true
	}
	for _, o := range []abri.Outcome{abri.Observed, abri.WouldBlock, abri.Blocked} {
		used["outcome."+string(o)] = true
	}
	for _, s := range ledger.Rollouts {
		used["stage."+string(s)] = true
	}
	for key := range used {
		if all[key][0] == "" || all[key][1] == "" {
			t.Errorf("%q is said, and is no phrase in both languages", key)
		}
	}
	for key := range all {
		if !used[key] {
			t.Errorf("%q is never said", key)
		}
	}
}
