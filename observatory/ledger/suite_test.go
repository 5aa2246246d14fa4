package ledger_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/ledger/ledgertest"
)

// noon is the instant the suite lives around.
var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

const today = abri.Day("2026-03-05")

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// suite is what every ledger must do.
var suite = []struct {
	name  string
	prove func(*testing.T, *ledger.Ledger)
}{
	{"a report is rows, rollups and receipt", reportIsKept},
	{"a later revision replaces, and the rollups follow", laterRevisionReplaces},
	{"a revision within the same group", revisionWithinAGroup},
	{"reports by number", reportsByNumber},
	{"a box that is no box", noBox},
	{"a cloned box is found", clonedBox},
	{"many at once, every attack once", manyAtOnce},
	{"what stands in the journal is in every figure", journalIsRead},
	{"the journal is entered once, by whoever comes", journalEnteredOnce},
	{"figures of a site, a group and everybody", figures},
	{"a year in whole months", wholeMonths},
	{"sites, groups and their roll-out", rollout},
	{"a roster shows what stood a moment ago", roster},
	{"an invitation is used once", invitationOnce},
	{"a silence is told once", silenceToldOnce},
	{"orders reach each site once", ordersReach},
	{"old rows go, counters stay", sweep},
	{"settings", settings},
	{"communes", communes},
	{"people come and go", peopleCome},
	{"people who can't be", peopleRefused},
	{"people of an OpenID provider", peopleOfOpenID},
	{"passkeys and recovery codes", passkeys},
	{"sessions and challenges are bounded", boundedSignIn},
	{"every act is noted", actsAreNoted},
}

func TestSQLite(t *testing.T) {
	for _, c := range suite {
		t.Run(c.name, func(t *testing.T) { c.prove(t, open(t, filepath.Join(t.TempDir(), "observatory.db"))) })
	}
}

func TestPostgreSQL(t *testing.T) {
	server := server(t)
	for _, c := range suite {
		t.Run(c.name, func(t *testing.T) { c.prove(t, open(t, ledgertest.Database(t, server))) })
	}
}

// The same on servers among which Citus spreads the schema: every key, join and insertion of the suite stays on one of them.
func TestCitus(t *testing.T) {
	if testing.Short() {
		t.Skip("a PostgreSQL takes a while to start")
	}
	server := ledgertest.Citus(t, "fsync=off")
	for _, c := range suite {
		t.Run(c.name, func(t *testing.T) {
			l := open(t, ledgertest.Database(t, server))
			must(t, l.Distribute(t.Context()))
			c.prove(t, l)
		})
	}
}

// server starts one server for all of a test's databases.
func server(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("a PostgreSQL takes a while to start")
	}
	return ledgertest.Server(t, "fsync=off")
}

func open(t testing.TB, address string) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), address, quiet)
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) })
	return l
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func got[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{}), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// site enters a site with a confirmed box "b1", whose words are "w".
func site(t testing.TB, l *ledger.Ledger, number int64) {
	t.Helper()
	ctx := t.Context()
	code := fmt.Sprintf("%05d", number)
	must(t, l.PutSites(ctx, ledger.Site{Sort: ledger.Commune, Code: code, Name: "Commune " + code, Place: ledger.Behind, Created: noon,
		Contact: ledger.Contact{Person: "Mme Durand", Mail: "mairie@" + code + ".example"}}))
	enrolBox(t, l, number, "b1")
}

func enrolBox(t testing.TB, l *ledger.Ledger, number int64, box string) {
	t.Helper()
	ctx := t.Context()
	secret := []byte(fmt.Sprintf("secret %d %s", number, box))
	must(t, l.Invite(ctx, ledger.Invitation{Site: number, Digest: sha256.Sum256(secret), Made: noon.Add(-time.Hour), Until: noon.Add(time.Hour), By: "test"}))
	must(t, l.Apply(ctx, secret, ledger.Box{Identity: fleet.Identity{Site: number, Box: box}, Fingerprint: []byte("f" + box), Request: []byte("r"), Words: "w " + box, Asked: noon}))
	got[ledger.Box](t)(l.Confirm(ctx, number, "w "+box, "a person", noon))
}

// attack is the i-th attack of a day.
func attack(i int) fleet.Attack {
	id := sha256.Sum256([]byte(fmt.Sprint(i)))
	return fleet.Attack{ID: hex.EncodeToString(id[:16]), Revision: 1, Kind: abri.Bruteforce, Service: abri.Mail, Direction: abri.In,
		Outside: netip.MustParseAddr("203.0.113.7"), Device: "d", Port: 25, Proto: "tcp", First: noon.Add(-time.Hour), Last: noon, Day: today,
		Attempts: 1, Packets: 10, Bytes: 1000, Sources: 1, Outcome: abri.Blocked}
}

func report(site int64, seq uint64, attacks ...fleet.Attack) fleet.Report {
	return fleet.Report{Version: 1, Site: site, Box: "b1", Epoch: "e1", Seq: seq, Sent: noon, Software: "1.0",
		Status: fleet.Status{Mode: abri.Protect, Sky: abri.Rain, Points: 3, Attacks: 3, Neutralised: 2, Wanted: 5, Enforced: 5, Troubles: []string{"drift"}},
		Days:   []fleet.Day{{Day: today, Sky: abri.Rain, Points: 3, Attacks: 3, Neutralised: 2, Noise: 9, Watched: 3600}}, Attacks: attacks}
}

func france(fleet.Attack) string { return "FR" }

func send(ctx context.Context, l *ledger.Ledger, r fleet.Report, at time.Time) error {
	return sendFrom(ctx, l, r, at, france)
}

func sendFrom(ctx context.Context, l *ledger.Ledger, r fleet.Report, at time.Time, country ledger.Country) error {
	said, err := r.Encode()
	if err != nil {
		return err
	}
	return l.Receive(ctx, r, said, at, country)
}

// count is one site's figures by something, as "word attacks/neutralised/would-block".
func count(t testing.TB, l *ledger.Ledger, q ledger.Question) map[string][3]uint64 {
	t.Helper()
	if q.From == "" {
		q.From, q.To = today, today
	}
	out := map[string][3]uint64{}
	for _, f := range got[[]ledger.Figure](t)(l.Count(t.Context(), q)) {
		out[f.Word] = [3]uint64{f.Attacks, f.Neutralised, f.WouldBlock}
	}
	return out
}

func one(site int64) ledger.Scope { return ledger.Scope{Site: site} }

func reportIsKept(t *testing.T, l *ledger.Ledger) {
	site(t, l, 42304)
	a, b := attack(1), attack(2)
	b.Kind, b.Outcome, b.Rest = abri.Scan, abri.WouldBlock, 7
	must(t, send(t.Context(), l, report(42304, 1, a, b), noon))
	kept := got[[]ledger.SiteAttack](t)(l.Attacks(t.Context(), 42304, today, today, 10))
	if len(kept) != 2 || kept[0].Country != "FR" {
		t.Fatalf("%+v", kept)
	}
	for _, k := range kept {
		want := a
		if k.ID == b.ID {
			want = b
		}
		same(t, "the attack", k.Attack, want)
	}
	same(t, "by kind", count(t, l, ledger.Question{Scope: one(42304), By: ledger.ByKind}), map[string][3]uint64{"bruteforce": {1, 1, 0}, "scan": {7, 0, 7}})
	same(t, "by day", count(t, l, ledger.Question{Scope: one(42304), By: ledger.ByDay}), map[string][3]uint64{string(today): {8, 1, 7}})
	days := got[[]ledger.SiteDay](t)(l.Days(t.Context(), 42304, today, today))
	same(t, "the day", days, []ledger.SiteDay{{Day: today, Sky: abri.Rain, Points: 3, Attacks: 3, Neutralised: 2, Noise: 9, Watched: time.Hour}})
	st := got[[]ledger.Standing](t)(l.Standings(t.Context(), one(42304), noon.Add(time.Minute)))
	if len(st) != 1 || st[0].Sky != abri.Rain || st[0].Rollout != ledger.Protecting || !st[0].Heard.Equal(noon) || len(st[0].Troubles) != 1 {
		t.Errorf("it stands at %+v", st)
	}
}

func laterRevisionReplaces(t *testing.T, l *ledger.Ledger) {
	site(t, l, 42304)
	ctx := t.Context()
	a := attack(1)
	a.Outcome, a.Revision = abri.Observed, 2
	must(t, send(ctx, l, report(42304, 1, a), noon))
	for i, step := range []struct {
		revision int
		kind     abri.Kind
		outcome  abri.Outcome
		want     map[string][3]uint64
	}{
		{1, abri.Scan, abri.Blocked, map[string][3]uint64{"bruteforce": {1, 0, 0}}},              // an earlier one changes nothing
		{3, abri.Bruteforce, abri.WouldBlock, map[string][3]uint64{"bruteforce": {1, 0, 1}}},     //
		{4, abri.Exploit, abri.Blocked, map[string][3]uint64{"exploit": {1, 1, 0}}},              // it moves to another cell
		{4, abri.Scan, abri.Observed, map[string][3]uint64{"exploit": {1, 1, 0}}},                // the same again
		{9, abri.Bruteforce, abri.Blocked, map[string][3]uint64{"bruteforce": {1, 1, 0}}},        // and back
		{10, abri.Bruteforce, abri.Blocked, map[string][3]uint64{"bruteforce": {1000, 1000, 0}}}, // it comes to stand for many
	} {
		b := a
		b.Revision, b.Kind, b.Outcome = step.revision, step.kind, step.outcome
		if step.revision == 10 {
			b.Rest = 1000
		}
		must(t, send(ctx, l, report(42304, uint64(i+2), b), noon))
		same(t, fmt.Sprintf("after revision %d", step.revision), count(t, l, ledger.Question{Scope: one(42304), By: ledger.ByKind}), step.want)
	}
	if kept := got[[]ledger.SiteAttack](t)(l.Attacks(ctx, 42304, today, today, 10)); len(kept) != 1 || kept[0].Revision != 10 {
		t.Errorf("%+v", kept)
	}
}

func revisionWithinAGroup(t *testing.T, l *ledger.Ledger) {
	site(t, l, 42304)
	a, b := attack(1), attack(1)
	b.Revision, b.Outcome = 2, abri.Observed
	must(t, send(t.Context(), l, report(42304, 1, b, a), noon))
	same(t, "figures", count(t, l, ledger.Question{Scope: one(42304), By: ledger.ByAll}), map[string][3]uint64{"": {1, 0, 0}})
}

func reportsByNumber(t *testing.T, l *ledger.Ledger) {
	site(t, l, 42304)
	other := report(42304, 1, attack(9))
	other.Epoch = "e2"
	late := other
	late.Seq = 3
	for i, step := range []struct {
		report fleet.Report
		want   fleet.Reason
	}{
		{report(42304, 2), fleet.ReasonOutOfOrder}, // an epoch begins at 1
		{report(42304, 1, attack(1)), ""},
		{report(42304, 1, attack(1)), fleet.ReasonDuplicate},
		{report(42304, 1, attack(2)), fleet.ReasonConflict},
		{report(42304, 3, attack(3)), fleet.ReasonOutOfOrder},
		{report(42304, 2, attack(2)), ""},
		{report(42304, 1, attack(1)), fleet.ReasonReplayed},
		{late, fleet.ReasonOutOfOrder},
		{other, ""},
		{other, fleet.ReasonDuplicate},
	} {
		err := send(t.Context(), l, step.report, noon.Add(time.Duration(i)*time.Second))
		if fleet.ReasonOf(err) != step.want || step.want == "" && err != nil {
			t.Errorf("step %d: %v, not %q", i, err, step.want)
		}
	}
	same(t, "figures", count(t, l, ledger.Question{Scope: one(42304), By: ledger.ByAll}), map[string][3]uint64{"": {3, 3, 0}})
}

func noBox(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	if err := send(ctx, l, report(42304, 1), noon); fleet.ReasonOf(err) != fleet.ReasonStranger {
		t.Errorf("a stranger is answered by %v", err)
	}
	site(t, l, 42304)
	secret := []byte("secret 2")
	must(t, l.Invite(ctx, ledger.Invitation{Site: 42304, Digest: sha256.Sum256(secret), Until: noon.Add(time.Hour)}))
	must(t, l.Apply(ctx, secret, ledger.Box{Identity: fleet.Identity{Site: 42304, Box: "b2"}, Asked: noon, Fingerprint: []byte("f"), Request: []byte("r")}))
	waiting := report(42304, 1)
	waiting.Box = "b2"
	if err := send(ctx, l, waiting, noon); fleet.ReasonOf(err) != fleet.ReasonUnconfirmed {
		t.Errorf("a candidate is answered by %v", err)
	}
	must(t, l.Revoke(ctx, fleet.Identity{Site: 42304, Box: "b1"}))
	if err := send(ctx, l, report(42304, 1), noon); fleet.ReasonOf(err) != fleet.ReasonRevoked {
		t.Errorf("a revoked box is answered by %v", err)
	}
}

// Two boxes with one certificate: each begins an epoch of its own, and the first to come back gives it away.
func clonedBox(t *testing.T, l *ledger.Ledger) {
	site(t, l, 42304)
	ctx := t.Context()
	clone := report(42304, 1, attack(2))
	clone.Epoch = "e2"
	must(t, send(ctx, l, report(42304, 1, attack(1)), noon))
	must(t, send(ctx, l, clone, noon))
	if err := send(ctx, l, report(42304, 2, attack(3)), noon); fleet.ReasonOf(err) != fleet.ReasonCloned {
		t.Errorf("the return of an epoch is answered by %v", err)
	}
	b := got[ledger.Box](t)(l.Box(ctx, fleet.Identity{Site: 42304, Box: "b1"}))
	if b.Suspicion != string(fleet.ReasonCloned) {
		t.Errorf("nobody is told: %+v", b)
	}
}

// Many boxes, each sending every report twice at the same time, some attacks in several reports: each counts once.
func manyAtOnce(t *testing.T, l *ledger.Ledger) {
	const sites, reports, rows = 8, 6, 10
	for s := range sites {
		site(t, l, int64(10000+s))
	}
	var wait sync.WaitGroup
	for s := range sites {
		wait.Go(func() {
			for seq := range reports {
				var attacks []fleet.Attack
				for i := range rows { // half of each report are attacks of the one before, in a later revision
					a := attack(s*1000 + seq*rows/2 + i)
					a.Revision = seq + 1
					attacks = append(attacks, a)
				}
				r := report(int64(10000+s), uint64(seq+1), attacks...)
				var twice sync.WaitGroup
				for range 2 {
					twice.Go(func() {
						if err := send(t.Context(), l, r, noon); err != nil && fleet.ReasonOf(err) != fleet.ReasonDuplicate {
							t.Errorf("site %d, report %d: %v", s, seq+1, err)
						}
					})
				}
				twice.Wait()
			}
		})
	}
	wait.Wait()
	const each = (reports-1)*rows/2 + rows
	for s := range sites {
		n := int64(10000 + s)
		same(t, "rollups", count(t, l, ledger.Question{Scope: one(n), By: ledger.ByAll}), map[string][3]uint64{"": {each, each, 0}})
		if kept := got[[]ledger.SiteAttack](t)(l.Attacks(t.Context(), n, today, today, 1000)); len(kept) != each {
			t.Errorf("site %d has %d rows, not %d", n, len(kept), each)
		}
	}
}

// A report that was taken is in rows and figures at once, whether or not somebody has entered it, and what is entered later
// changes nothing that was read.
func journalIsRead(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	for _, n := range []int64{1001, 1002} {
		site(t, l, n)
		must(t, send(ctx, l, report(n, 1, attack(int(n)), attack(7)), noon))
	}
	if kept := got[[]ledger.SiteAttack](t)(l.Attacks(ctx, 1001, today, today, 10)); len(kept) != 2 {
		t.Errorf("%d rows", len(kept))
	}
	same(t, "the site's figures", count(t, l, ledger.Question{Scope: one(1001), By: ledger.ByAll}), map[string][3]uint64{"": {2, 2, 0}})
	if n := got[int](t)(l.Post(ctx)); n != 1 {
		t.Errorf("%d reports stood in the journal beside those of the site that was read", n)
	}
	got[int](t)(l.Sum(ctx))
	same(t, "everybody's figures", count(t, l, ledger.Question{By: ledger.ByAll}), map[string][3]uint64{"": {4, 4, 0}})
	same(t, "the site's figures", count(t, l, ledger.Question{Scope: one(1001), By: ledger.ByAll}), map[string][3]uint64{"": {2, 2, 0}})
}

// Reports come while several enter the journal, and others read: each attack is counted once, in its last revision.
func journalEnteredOnce(t *testing.T, l *ledger.Ledger) {
	const sites, reports = 4, 40
	ctx := t.Context()
	for s := range sites {
		site(t, l, int64(1000+s))
	}
	var senders, posters sync.WaitGroup
	over, end := context.WithCancel(ctx)
	for range 3 {
		posters.Go(func() {
			for over.Err() == nil {
				got[int](t)(l.Post(ctx))
				got[[]ledger.Figure](t)(l.Count(ctx, ledger.Question{Scope: one(1001), From: today, To: today, By: ledger.ByAll}))
			}
		})
	}
	for s := range sites {
		senders.Go(func() {
			for n := range reports {
				again := attack(s*1000 + n - n%4) // each fourth attack comes four times
				again.Revision = 1 + n%4
				must(t, send(ctx, l, report(int64(1000+s), uint64(n+1), attack(s*1000+500+n), again), noon))
			}
		})
	}
	senders.Wait()
	end()
	posters.Wait()
	got[int](t)(l.Sum(ctx))
	const each = reports + reports/4
	for s := range sites {
		same(t, "rollups", count(t, l, ledger.Question{Scope: one(int64(1000 + s)), By: ledger.ByAll}), map[string][3]uint64{"": {each, each, 0}})
	}
	same(t, "totals", count(t, l, ledger.Question{By: ledger.ByAll}), map[string][3]uint64{"": {sites * each, sites * each, 0}})
}

func figures(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	for _, n := range []int64{1001, 1002, 1003} {
		site(t, l, n)
	}
	group := got[int64](t)(l.PutGroup(ctx, ledger.Group{Sort: ledger.Technician, Code: "durand", Name: "M. Durand"}))
	must(t, l.Join(ctx, group, 1001, 1002))
	for i, n := range []int64{1001, 1002, 1003} {
		a := attack(i)
		if n == 1002 {
			a.Service, a.Kind, a.Outcome = abri.TelephoneSvc, abri.SIPScan, abri.Observed
		}
		must(t, send(ctx, l, report(n, 1, a), noon.Add(time.Duration(i))))
	}
	if days := got[int](t)(l.Sum(ctx)); days != 1 {
		t.Errorf("%d days were summed", days)
	}
	same(t, "everybody by service", count(t, l, ledger.Question{By: ledger.ByService}), map[string][3]uint64{"mail": {2, 2, 0}, "telephone": {1, 0, 0}})
	same(t, "the group by kind", count(t, l, ledger.Question{Scope: ledger.Scope{Group: group}, By: ledger.ByKind}), map[string][3]uint64{"bruteforce": {1, 1, 0}, "sip-scan": {1, 0, 0}})
	same(t, "everybody by country", count(t, l, ledger.Question{By: ledger.ByCountry}), map[string][3]uint64{"FR": {3, 2, 0}})
	if days := got[int](t)(l.Sum(ctx)); days != 0 {
		t.Errorf("nothing changed, and %d days were summed", days)
	}
	later := attack(1)
	later.Revision, later.Outcome, later.Service, later.Kind = 2, abri.Blocked, abri.Mail, abri.SIPScan
	must(t, send(ctx, l, report(1002, 2, later), noon.Add(time.Minute)))
	must(t, l.Leave(ctx, group, 1001))
	got[int](t)(l.Sum(ctx))
	same(t, "everybody after a revision", count(t, l, ledger.Question{By: ledger.ByService}), map[string][3]uint64{"mail": {3, 3, 0}})
	same(t, "the group after one left", count(t, l, ledger.Question{Scope: ledger.Scope{Group: group}, By: ledger.ByAll}), map[string][3]uint64{"": {1, 1, 0}})
	same(t, "the month", count(t, l, ledger.Question{From: "2026-03-01", To: "2026-03-31", By: ledger.ByMonth}), map[string][3]uint64{"2026-03": {3, 3, 0}})
}

func wholeMonths(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	site(t, l, 1001)
	var attacks []fleet.Attack
	for i, d := range []abri.Day{"2025-12-05", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-05"} {
		a := attack(i)
		a.Day = d
		attacks = append(attacks, a)
	}
	must(t, send(ctx, l, report(1001, 1, attacks...), noon))
	got[int](t)(l.Sum(ctx))
	for _, scope := range []ledger.Scope{{}, one(1001)} {
		same(t, "months", count(t, l, ledger.Question{Scope: scope, From: "2025-12-06", To: "2026-03-04", By: ledger.ByMonth}),
			map[string][3]uint64{"2026-01": {1, 1, 0}, "2026-02": {2, 2, 0}, "2026-03": {1, 1, 0}})
		same(t, "years", count(t, l, ledger.Question{Scope: scope, From: "2025-01-01", To: "2026-12-31", By: ledger.ByYear}),
			map[string][3]uint64{"2025": {1, 1, 0}, "2026": {5, 5, 0}})
	}
}

func rollout(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	stage := func(at time.Time) ledger.Rollout {
		t.Helper()
		return got[[]ledger.Standing](t)(l.Standings(ctx, one(42304), at))[0].Rollout
	}
	s := ledger.Site{Sort: ledger.Commune, Code: "42304", Name: "Sury-le-Comtal", Place: ledger.Behind, Created: noon}
	must(t, l.PutSites(ctx, s))
	same(t, "entered", stage(noon), ledger.Entered)
	secret := []byte("s")
	must(t, l.Invite(ctx, ledger.Invitation{Site: 42304, Digest: sha256.Sum256(secret), Made: noon, Until: noon.Add(time.Hour), By: "x"}))
	same(t, "invited", stage(noon), ledger.Invited)
	must(t, l.Ship(ctx, 42304, noon))
	same(t, "shipped", stage(noon), ledger.Shipped)
	must(t, l.Apply(ctx, secret, ledger.Box{Identity: fleet.Identity{Site: 42304, Box: "b1"}, Fingerprint: []byte("f"), Request: []byte("r"), Words: "a b c d", Asked: noon}))
	same(t, "installed", stage(noon), ledger.Installed)
	if _, err := l.Confirm(ctx, 42304, "a b c e", "x", noon); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("other words are taken: %v", err)
	}
	got[ledger.Box](t)(l.Confirm(ctx, 42304, "A-b c D", "x", noon))
	r := report(42304, 1)
	r.Status.Mode = abri.Observe
	must(t, send(ctx, l, r, noon))
	same(t, "observing", stage(noon), ledger.Observing)
	must(t, send(ctx, l, report(42304, 2), noon.Add(time.Minute)))
	same(t, "protecting", stage(noon.Add(2*time.Minute)), ledger.Protecting)
	same(t, "silent", stage(noon.Add(2*time.Hour)), ledger.Silent)
	if st := got[[]ledger.Standing](t)(l.Standings(ctx, ledger.Scope{}, noon.Add(2*time.Hour))); st[0].Sky != abri.Fog {
		t.Errorf("silence is %s", st[0].Sky)
	}
	s.Name, s.Contact.Mail = "Sury le Comtal", "no address"
	if err := l.PutSites(ctx, s); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("%v", err)
	}
}

func roster(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	for _, n := range []int64{1001, 1002, 1003} {
		site(t, l, n)
	}
	group := got[int64](t)(l.PutGroup(ctx, ledger.Group{Sort: ledger.EPCI, Code: "e", Name: "Loire Forez"}))
	must(t, l.Join(ctx, group, 1001, 1003))
	r := ledger.NewRoster(l)
	if all, as := r.Standings(ledger.Scope{}, noon); len(all) != 0 || !as.IsZero() {
		t.Errorf("before the first look it has %v as of %s", all, as)
	}
	must(t, send(ctx, l, report(1001, 1), noon))
	must(t, r.Refresh(ctx, noon))
	must(t, send(ctx, l, report(1002, 1), noon)) // which it does not know of
	for _, c := range []struct {
		scope ledger.Scope
		at    time.Time
		want  []abri.Sky
	}{
		{ledger.Scope{}, noon, []abri.Sky{abri.Rain, abri.Fog, abri.Fog}},
		{ledger.Scope{Group: group}, noon, []abri.Sky{abri.Rain, abri.Fog}},
		{one(1001), noon, []abri.Sky{abri.Rain}},
		{one(1001), noon.Add(2 * time.Hour), []abri.Sky{abri.Fog}},
		{one(9), noon, nil},
	} {
		all, as := r.Standings(c.scope, c.at)
		var skies []abri.Sky
		for _, s := range all {
			skies = append(skies, s.Sky)
		}
		same(t, fmt.Sprintf("%+v", c.scope), skies, c.want)
		if !as.Equal(noon) {
			t.Errorf("it is as of %s", as)
		}
	}
	skies := func(at time.Time) (out []abri.Sky) {
		t.Helper()
		must(t, r.Refresh(ctx, at))
		all, as := r.Standings(ledger.Scope{}, at)
		for _, s := range all {
			out = append(out, s.Sky)
		}
		if !as.Equal(at) {
			t.Errorf("at %s it is as of %s", at, as)
		}
		return out
	}
	shared, _ := r.Standings(ledger.Scope{}, noon)
	same(t, "who told something since", skies(noon.Add(5*time.Second)), []abri.Sky{abri.Rain, abri.Rain, abri.Fog})
	same(t, "what was given before", shared[1].Sky, abri.Fog)
	site(t, l, 1004)
	same(t, "a site that came", skies(noon.Add(10*time.Second)), []abri.Sky{abri.Rain, abri.Rain, abri.Fog, abri.Fog})
	must(t, send(ctx, l, report(1003, 1), noon.Add(30*time.Minute)))
	same(t, "half an hour later", skies(noon.Add(30*time.Minute)), []abri.Sky{abri.Rain, abri.Rain, abri.Rain, abri.Fog})
	same(t, "after their hour", skies(noon.Add(61*time.Minute)), []abri.Sky{abri.Fog, abri.Fog, abri.Rain, abri.Fog})
	must(t, send(ctx, l, report(1001, 2), noon.Add(61*time.Minute)))
	same(t, "heard again", skies(noon.Add(61*time.Minute+5*time.Second)), []abri.Sky{abri.Rain, abri.Fog, abri.Rain, abri.Fog})
}

func invitationOnce(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	site(t, l, 42304)
	secret := []byte("once")
	must(t, l.Invite(ctx, ledger.Invitation{Site: 42304, Digest: sha256.Sum256(secret), Until: noon.Add(time.Hour)}))
	apply := func(box, key string, secret []byte, at time.Time) error {
		return l.Apply(ctx, secret, ledger.Box{Identity: fleet.Identity{Site: 42304, Box: box}, Fingerprint: []byte(key), Request: []byte("r"), Asked: at})
	}
	for _, c := range []struct {
		name string
		err  error
		want fleet.Reason
	}{
		{"too late", apply("b3", "k", secret, noon.Add(2*time.Hour)), fleet.ReasonToken},
		{"in time", apply("b3", "k", secret, noon), ""},
		{"again, its answer was lost", apply("b3", "k", secret, noon), ""},
		{"again with another key", apply("b3", "l", secret, noon), fleet.ReasonToken},
		{"another box", apply("b4", "k", secret, noon), fleet.ReasonToken},
		{"another secret", apply("b5", "k", []byte("guess"), noon), fleet.ReasonToken},
	} {
		if fleet.ReasonOf(c.err) != c.want || c.want == "" && c.err != nil {
			t.Errorf("%s: %v, not %q", c.name, c.err, c.want)
		}
	}
}

func silenceToldOnce(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	site(t, l, 42304)
	site(t, l, 42305)
	notices := func(at time.Time) (out []string) {
		t.Helper()
		for _, n := range got[[]ledger.Notice](t)(l.Notices(ctx, at)) {
			out = append(out, fmt.Sprint(n.Sort, " ", n.Number))
		}
		return out
	}
	must(t, send(ctx, l, report(42304, 1), noon))
	same(t, "soon after", notices(noon.Add(time.Minute)), []string(nil))
	same(t, "after an hour", notices(noon.Add(61*time.Minute)), []string{"silent 42304"})
	same(t, "once", notices(noon.Add(3*time.Hour)), []string(nil))
	must(t, send(ctx, l, report(42304, 2), noon.Add(4*time.Hour)))
	same(t, "heard again", notices(noon.Add(4*time.Hour)), []string{"back 42304"})
	same(t, "and once", notices(noon.Add(4*time.Hour)), []string(nil))
	same(t, "silent again", notices(noon.Add(6*time.Hour)), []string{"silent 42304"})
}

func ordersReach(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	o := fleet.Order{Verb: fleet.VerbRelease, Prefix: netip.MustParsePrefix("51.75.1.9/32"), Until: noon.Add(24 * time.Hour), By: "M. Durand"}
	for range 2 {
		if n := got[int](t)(l.Ask(ctx, o, noon, 1001, 1002)); n != 2 {
			t.Errorf("%d sites", n)
		}
	}
	all := got[[]fleet.Order](t)(l.Orders(ctx, 1001, 1))
	o.Number = 2
	same(t, "the second", all, []fleet.Order{o})
	same(t, "latest", got[map[int64]uint64](t)(l.LatestOrders(ctx, noon.Add(-time.Hour))), map[int64]uint64{1001: 2, 1002: 2})
	o.Prefix = netip.MustParsePrefix("0.0.0.0/0")
	if _, err := l.Ask(ctx, o, noon, 1001); err == nil {
		t.Error("the whole Internet is released")
	}
}

func sweep(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	site(t, l, 42304)
	old := attack(1)
	old.Day = "2025-12-01"
	must(t, send(ctx, l, report(42304, 1, old, attack(2)), noon))
	gone := got[int64](t)(l.Sweep(ctx, noon, ledger.Kept))
	if gone != 1 {
		t.Errorf("%d rows went", gone)
	}
	same(t, "the counters", count(t, l, ledger.Question{Scope: one(42304), From: "2025-12-01", To: today, By: ledger.ByMonth}),
		map[string][3]uint64{"2025-12": {1, 1, 0}, "2026-03": {1, 1, 0}})
}

func communes(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	entered := []ledger.CommuneShape{
		{Code: "42001", Name: "Aboën", Department: "42", Population: 530, Longitude: 4.02, Latitude: 45},
		{Code: "43001", Name: "Agnat", Department: "43", Contour: `{"type":"Polygon","coordinates":[]}`},
	}
	must(t, l.PutCommunes(ctx, entered))
	all, err := l.Communes(ctx, "")
	must(t, err)
	if diff := cmp.Diff(entered, all); diff != "" {
		t.Errorf("all communes (-want +got):\n%s", diff)
	}
	loire, err := l.Communes(ctx, "42")
	must(t, err)
	if diff := cmp.Diff(entered[:1], loire); diff != "" {
		t.Errorf("a department's (-want +got):\n%s", diff)
	}
	for code, want := range map[string]string{"42001": "Aboën", "43001": "Agnat", "01001": ""} {
		name, err := l.CommuneName(ctx, code)
		must(t, err)
		if name != want {
			t.Errorf("%s is called %q, want %q", code, name, want)
		}
	}
	entered[0].Name = "Aboën-le-Haut"
	must(t, l.PutCommunes(ctx, entered[:1]))
	if name, err := l.CommuneName(ctx, "42001"); err != nil || name != "Aboën-le-Haut" {
		t.Errorf("entered anew it is called %q, %v", name, err)
	}
}

// What may still be told of must still be there, or a later revision of it would count a second time.
func TestRowsOutliveWhatIsTold(t *testing.T) {
	if told := (fleet.MostDays + 1) * 24 * time.Hour; ledger.Kept.Rows <= told {
		t.Errorf("rows are kept for %s, and attacks may be told of for %s", ledger.Kept.Rows, told)
	}
}

func settings(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	same(t, "first", got[string](t)(l.RememberFirst(ctx, "root", "a")), "a")
	same(t, "second", got[string](t)(l.RememberFirst(ctx, "root", "b")), "a")
	must(t, l.Remember(ctx, "root", "c"))
	if taken := got[bool](t)(l.Forget(ctx, "root", "a")); taken {
		t.Error("what stands is another")
	}
	if taken := got[bool](t)(l.Forget(ctx, "root", "c")); !taken {
		t.Error("it stands")
	}
}
