package abri_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	abri "abri.example/abri"
)

func TestEveryKindHasAFamilyAndATechnique(t *testing.T) {
	for _, k := range abri.Kinds {
		if !k.Valid() || !slices.Contains(abri.Families, k.Family()) || !strings.HasPrefix(k.Technique(), "T1") {
			t.Errorf("%s: family %q, technique %q", k, k.Family(), k.Technique())
		}
	}
	if abri.Kind("nonsense").Valid() {
		t.Error("a word that is no kind is taken for one")
	}
}

// What detectors find reads as a sentence in both languages; lists and names bring their own.
func TestEveryKindThatADetectorFindsIsSaid(t *testing.T) {
	for _, k := range abri.Kinds {
		switch k {
		case abri.KnownAttacker, abri.KnownDestination, abri.PhishingSite, abri.Lookalike:
			continue
		}
		w := abri.Why{Rule: abri.Rule(k)}
		if fr, en := w.Sentence(abri.French), w.Sentence(abri.English); fr == string(k) || en == string(k) || fr == en {
			t.Errorf("%s reads %q and %q", k, fr, en)
		}
	}
}

// Each fact that a detector gives is worded in both languages: one whose words are the same is named here.
func TestEveryFactOfADetectorIsSaid(t *testing.T) {
	alike := map[string]bool{"machines": true, "ports": true, "port": true, "sources": true, "pages": true}
	files, err := filepath.Glob("detect/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	facts := map[string]bool{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if f, named := call.Fun.(*ast.Ident); !named || f.Name != "because" {
				return true
			}
			for i := 1; i < len(call.Args); i += 2 {
				if word, is := call.Args[i].(*ast.BasicLit); is {
					facts[strings.Trim(word.Value, `"`)] = true
				}
			}
			return true
		})
	}
	if len(facts) < 15 {
		t.Fatalf("only %d facts are found", len(facts))
	}
	for fact := range facts {
		w := abri.Why{Rule: abri.Rule(abri.Scan), Evidence: []abri.Evidence{{Name: fact, Value: "7"}}}
		facts := func(l abri.Lang) string { _, f, _ := strings.Cut(w.Sentence(l), "("); return f }
		if fr, en := facts(abri.French), facts(abri.English); fr == en && !alike[fact] {
			t.Errorf("%s reads %q in both languages", fact, fr)
		}
	}
}

func TestServicesOfPorts(t *testing.T) {
	for port, want := range map[uint16]abri.Service{
		25: abri.Mail, 993: abri.Mail, 5060: abri.TelephoneSvc, 443: abri.Web, 3389: abri.RemoteAccess, 445: abri.FileSharing,
		3306: abri.Database, 53: abri.DNS, 554: abri.Camera, 0: abri.Other, 60000: abri.Other,
	} {
		if got := abri.ServiceOfPort(port); got != want {
			t.Errorf("port %d is %s, not %s", port, got, want)
		}
	}
}

func TestAReasonIsOneSentenceInBothLanguages(t *testing.T) {
	dated := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
	net := netip.MustParsePrefix("45.155.205.0/24")
	host := netip.MustParsePrefix("45.155.205.10/32")
	for _, c := range []struct {
		why    abri.Why
		fr, en string
	}{
		{abri.Why{Rule: abri.RuleLooked, List: "feodo", Publisher: "abuse.ch", Entry: host, Dated: dated, Evidence: []abri.Evidence{{Name: abri.EvidenceSpoke, Value: "2025-12-03"}}},
			"a parlé le 03/12/2025 avec un hôte que l'on ne savait pas encore dangereux : 45.155.205.10 est sur la liste feodo (abuse.ch) du 05/03/2026",
			"spoke on 2025-12-03 with a host that nobody knew yet to be dangerous: 45.155.205.10 is on the list feodo (abuse.ch) of 2026-03-05"},
		{abri.Why{Rule: abri.RuleLooked, List: "urlhaus", Dated: dated, Evidence: []abri.Evidence{{Name: abri.EvidenceSpoke, Value: "2025-12-03"}, {Name: abri.EvidenceAsked, Value: "evil.com"}}},
			"a parlé le 03/12/2025 avec un hôte que l'on ne savait pas encore dangereux : evil.com est sur la liste urlhaus du 05/03/2026",
			"spoke on 2025-12-03 with a host that nobody knew yet to be dangerous: evil.com is on the list urlhaus of 2026-03-05"},
		{abri.Why{Rule: abri.RuleList, List: "drop", Publisher: "Spamhaus", Entry: net, Dated: dated},
			"45.155.205.0/24 est sur la liste drop (Spamhaus) du 05/03/2026", "45.155.205.0/24 is on the list drop (Spamhaus) of 2026-03-05"},
		{abri.Why{Rule: abri.RuleList, List: "drop", Entry: host}, "45.155.205.10 est sur la liste drop", "45.155.205.10 is on the list drop"},
		{abri.Why{Rule: abri.RuleList, Entry: host}, "45.155.205.10 était sur une liste", "45.155.205.10 was on a list"},
		{abri.Why{Rule: abri.RuleBan, Entry: host, Evidence: []abri.Evidence{{Name: "by", Value: "root"}}},
			"45.155.205.10 est bannie (par root)", "45.155.205.10 is banned (by root)"},
		{abri.Why{Rule: "scan", Evidence: []abri.Evidence{{Name: "ports", Value: "34"}, {Name: "seconds", Value: "5"}}},
			"cherche des portes ouvertes (34 ports, en 5 secondes)", "looks for open doors (34 ports, in 5 seconds)"},
		{abri.Why{Rule: "exfiltration", Evidence: []abri.Evidence{{Name: "bytes", Value: "3250711320"}, {Name: "usual-bytes", Value: "421509"}, {Name: "seconds", Value: "1140"}}},
			"envoie au dehors des données, comme le ferait un voleur (3,3\u00a0Go, 421,5\u00a0ko en un jour d'habitude, en 19 minutes)",
			"sends data out as a thief would (3.3\u00a0GB, 421.5\u00a0kB in a usual day, in 19 minutes)"},
		{abri.Why{Rule: "bruteforce", Evidence: []abri.Evidence{{Name: "tries", Value: "1"}, {Name: "passwords", Value: "12"}, {Name: "seconds", Value: "90000"}, {Name: "by", Value: "sessions of one shape"}}},
			"essaie des mots de passe l'un après l'autre (1 essai, 12 mots de passe, en 25 heures, par sessions toutes pareilles)",
			"tries one password after the other (1 try, 12 passwords, in 25 hours, by sessions of one shape)"},
		{abri.Why{Rule: "scan", Evidence: []abri.Evidence{{Name: "network", Value: "45.155.205.0/24"}, {Name: "machines", Value: "1"}, {Name: "seconds", Value: "1"}}},
			"cherche des portes ouvertes (réseau 45.155.205.0/24, 1 machine, en 1 seconde)", "looks for open doors (network 45.155.205.0/24, 1 machine, in 1 second)"},
		{abri.Why{Rule: "beacon", Evidence: []abri.Evidence{{Name: "every-seconds", Value: "60"}, {Name: "by", Value: "tcp"}}},
			"appelle la même machine à intervalles réguliers (60 secondes entre deux appels, par tcp)",
			"calls the same machine at regular intervals (60 seconds between calls, by tcp)"},
		{abri.Why{Rule: abri.RuleAnswer},
			"une réponse que personne ici n'a demandée, souvent à un message envoyé au nom du site",
			"an answer that nobody here asked for, often to a message sent in the site's name"},
		{abri.Why{Rule: "unheard-of", Evidence: []abri.Evidence{{Name: "port", Value: "34"}}}, "unheard-of (port 34)", "unheard-of (port 34)"},
		{abri.Why{}, "", ""},
	} {
		if got := c.why.Sentence(abri.French); got != c.fr {
			t.Errorf("%+v reads %q, not %q", c.why, got, c.fr)
		}
		if got := c.why.Sentence(abri.English); got != c.en {
			t.Errorf("%+v reads %q, not %q", c.why, got, c.en)
		}
	}
}

func TestTheLineOfAnAttackIsAContract(t *testing.T) {
	a := abri.Attack{ID: "x", Kind: abri.KnownAttacker, Service: abri.Mail, Direction: abri.In, Proto: "tcp", Port: 25,
		Outside: netip.MustParseAddr("45.155.205.10"), First: time.Date(2026, 3, 5, 1, 0, 0, 0, time.FixedZone("", 3600)), Outcome: abri.Blocked}
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var line map[string]any
	if err := json.Unmarshal(b, &line); err != nil {
		t.Fatal(err)
	}
	for _, field := range strings.Fields("type id kind family service direction outside inside port proto first last attempts packets bytes sources verdict why list") {
		if _, ok := line[field]; !ok {
			t.Errorf("the line lacks %q: %s", field, b)
		}
	}
	if line["type"] != "attack" || line["family"] != "intrusion" || line["first"] != "2026-03-05T00:00:00Z" || line["inside"] != "" || line["verdict"] != "blocked" {
		t.Errorf("the line is %s", b)
	}
}

func TestADayBeginsAtItsFirstInstant(t *testing.T) {
	for _, c := range []struct{ zone, day, start string }{
		{"Europe/Paris", "2026-03-29", "2026-03-29T00:00:00+01:00"},
		{"Europe/Paris", "2026-10-25", "2026-10-25T00:00:00+02:00"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"}, // midnight was skipped
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Skipf("no time zones here: %v", err)
		}
		got := abri.Day(c.day).Start(loc)
		if got.Format(time.RFC3339) != c.start || abri.DayOf(got, loc) != abri.Day(c.day) || abri.DayOf(got.Add(-time.Nanosecond), loc) == abri.Day(c.day) {
			t.Errorf("%s in %s begins at %s, not %s", c.day, c.zone, got.Format(time.RFC3339), c.start)
		}
	}
	if got := abri.Day("2026-03-01").Add(-1); got != "2026-02-28" {
		t.Errorf("the day before 1 March is %s", got)
	}
}

func TestAnErrorHasTwoFaces(t *testing.T) {
	cause := errors.New("no such file")
	err := fmt.Errorf("reading: %w", &abri.Error{Code: abri.CodeInvalid, Place: "box.toml:12", What: "unknown key \"mod\"", Remedy: "did you mean mode", Err: cause})
	if abri.CodeOf(err) != abri.CodeInvalid || !errors.Is(err, cause) {
		t.Errorf("code %s, cause kept: %v", abri.CodeOf(err), errors.Is(err, cause))
	}
	if want := "reading: box.toml:12: unknown key \"mod\": did you mean mode: no such file"; err.Error() != want {
		t.Errorf("it reads %q", err)
	}
	if abri.CodeOf(cause) != abri.CodeInternal || abri.CodeOf(nil) != "" {
		t.Error("an error without a code, and none")
	}
}
