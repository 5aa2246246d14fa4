package store

import (
	"context"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"abri.example/abri"
)

// memory is what every store must do. The suite is run over each kind of store there is.
type memory interface {
	Put(context.Context, []abri.Attack) error
	OpenAttacks(context.Context, time.Time) ([]abri.Attack, error)
	ActiveSince(context.Context, time.Time, int) ([]abri.Attack, error)
	Recent(context.Context, int) ([]abri.Attack, error)
	AimedAt(context.Context, abri.Service, time.Time, int) ([]abri.Attack, error)
	ByAddress(context.Context, netip.Addr, int) ([]abri.Attack, error)
	LookedBack(context.Context, int) ([]abri.Attack, error)
	AddHours(context.Context, uint64, []Hour) error
	HoursSeq(context.Context) (uint64, error)
	Hours(context.Context, time.Time) ([]Hour, error)
	PutDay(context.Context, Day) error
	Days(context.Context, int) ([]Day, error)
	Decide(context.Context, Decision) error
	Withdraw(context.Context, abri.Rule, netip.Prefix, string, time.Time) error
	Decisions(context.Context, time.Time) ([]Decision, error)
	Record(context.Context, Entry) error
	AuditLog(context.Context, int) ([]Entry, error)
	Remember(context.Context, string, string) error
	Recall(context.Context, string) (string, bool, error)
	Sweep(context.Context, time.Time, Retention) (int, error)
	Trouble() *abri.Error
}

func suite(t *testing.T, open func(*testing.T) memory) {
	for _, c := range []struct {
		name  string
		prove func(*testing.T, memory)
	}{
		{"every field of an attack comes back", everyFieldComesBack},
		{"what was looked back for is found", lookedBack},
		{"a later revision replaces", laterRevisionReplaces},
		{"a batch is kept whole or not at all", wholeBatchOrNone},
		{"attacks are found", attacksAreFound},
		{"attacks at a service are found", aimedAtAService},
		{"a replayed batch of hours adds nothing", replayedHours},
		{"the sky only worsens", skyOnlyWorsens},
		{"decisions stand until their time", decisionsStand},
		{"each decision is in the audit log", decisionsAreAudited},
		{"settings are remembered", settingsAreRemembered},
		{"a sweep takes the old and leaves the open", sweepTakesTheOld},
		{"a sweep takes many chunks", sweepTakesManyChunks},
		{"a clock set back loses nothing", clockSetBack},
		{"a clock that is broken", clockBroken},
		{"a caller that gives up is no trouble", callerGivesUp},
		{"writers and readers at once", allAtOnce},
	} {
		t.Run(c.name, func(t *testing.T) { c.prove(t, open(t)) })
	}
}

// noon is the instant the suite lives around.
var noon = time.Date(2026, 3, 5, 12, 0, 0, 123456789, time.UTC)

// attack is the i-th of a row of attacks, a minute apart, the later the younger.
func attack(i int) abri.Attack {
	at := noon.Add(time.Duration(i) * time.Minute)
	return abri.Attack{
		ID: fmt.Sprintf("attack-%06d", i), Revision: 1, Kind: abri.Bruteforce, Service: abri.Mail, Direction: abri.In,
		Outside: netip.MustParseAddr("203.0.113.7"), Inside: netip.MustParseAddr("192.168.1.20"), Port: 993, Proto: "tcp",
		First: at.Add(-time.Minute), Last: at, Day: abri.DayOf(at, time.UTC),
		Attempts: uint64(i), Packets: 10, Bytes: 1000, Sources: 1, Outcome: abri.Blocked,
		Why: abri.Why{Rule: "bruteforce", Evidence: []abri.Evidence{{Name: "logins", Value: "34"}}},
	}
}

func attacks(from, to int) []abri.Attack {
	var out []abri.Attack
	for i := from; i < to; i++ {
		out = append(out, attack(i))
	}
	return out
}

func ids(attacks []abri.Attack) []string {
	out := []string{}
	for _, a := range attacks {
		out = append(out, a.ID)
	}
	return out
}

// must fails the test on an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// got is the value of a call that must not fail.
func got[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// same fails the test when got and want differ.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{}), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}
