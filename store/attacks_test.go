package store

import (
	"context"
	"errors"
	"math"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"abri.example/abri"
)

func everyFieldComesBack(t *testing.T, m memory) {
	full := abri.Attack{
		ID: "é/1", Revision: 7, Kind: abri.CommandAndControl, Service: abri.Web, Direction: abri.Out,
		Outside: netip.MustParseAddr("2001:db8::5"), Inside: netip.MustParseAddr("10.0.0.9"), Device: "SECRETARIAT-2", Port: 65535, Proto: "tcp",
		First: noon, Last: noon.Add(time.Hour), Day: "2026-03-05",
		Attempts: math.MaxUint64, Packets: 1, Bytes: math.MaxInt64 + 1, Sources: 3, Outcome: abri.WouldBlock,
		Why: abri.Why{Rule: abri.RuleList, List: "feodo", Publisher: "abuse.ch", Entry: netip.MustParsePrefix("2001:db8::/32"),
			Dated: noon, Evidence: []abri.Evidence{{Name: "hits", Value: "2"}, {Name: "name", Value: "a\"b'c\x00d"}}},
		Answered: true, Ended: true, Rest: 12,
	}
	bare := abri.Attack{ID: "bare"}
	must(t, m.Put(t.Context(), []abri.Attack{full, bare}))
	same(t, "recent", got[[]abri.Attack](t)(m.Recent(t.Context(), 10)), []abri.Attack{full, bare})
}

// What was found by looking back is found by its own index.
func lookedBack(t *testing.T, m memory) {
	found, other := attack(1), attack(2)
	found.Why = abri.Why{Rule: abri.RuleLooked, List: "feodo", Evidence: []abri.Evidence{{Name: abri.EvidenceSpoke, Value: "2026-03-05"}}}
	must(t, m.Put(t.Context(), []abri.Attack{found, other}))
	same(t, "looked back", got[[]abri.Attack](t)(m.LookedBack(t.Context(), 10)), []abri.Attack{found})
}

func laterRevisionReplaces(t *testing.T, m memory) {
	first, second := attack(1), attack(1)
	second.Revision, second.Attempts, second.Ended, second.Kind = 2, 99, true, abri.Scan
	stale := attack(1)
	stale.Attempts = 5
	equal := second
	equal.Attempts = 6
	for _, a := range []abri.Attack{first, second, stale, equal} {
		must(t, m.Put(t.Context(), []abri.Attack{a}))
	}
	same(t, "kept", got[[]abri.Attack](t)(m.Recent(t.Context(), 10)), []abri.Attack{second})

	third := second
	third.Revision, third.Attempts = 3, 100
	must(t, m.Put(t.Context(), []abri.Attack{third, second})) // both orders in one batch
	same(t, "kept", got[[]abri.Attack](t)(m.Recent(t.Context(), 10)), []abri.Attack{third})
}

func wholeBatchOrNone(t *testing.T, m memory) {
	err := m.Put(t.Context(), []abri.Attack{attack(1), {}})
	if abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("an attack without an id: %v", err)
	}
	same(t, "kept", ids(got[[]abri.Attack](t)(m.Recent(t.Context(), 10))), []string{})
	if m.Trouble() != nil {
		t.Errorf("a caller's mistake is told as trouble of the disk: %v", m.Trouble())
	}
}

func attacksAreFound(t *testing.T, m memory) {
	list := attacks(0, 6)
	list[1].Ended = true
	list[2].Outside = netip.MustParseAddr("2001:db8::1")
	list[3].Inside = netip.MustParseAddr("192.168.1.99")
	list[4].Outside, list[4].Inside = netip.Addr{}, netip.Addr{}
	must(t, m.Put(t.Context(), list))
	ctx, read := t.Context(), got[[]abri.Attack](t)
	v4, v6, device := netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("192.168.1.99")
	for _, c := range []struct {
		what string
		got  []abri.Attack
		want []int
	}{
		{"open, all", read(m.OpenAttacks(ctx, time.Time{})), []int{0, 2, 3, 4, 5}},
		{"open, since", read(m.OpenAttacks(ctx, list[3].Last)), []int{3, 4, 5}},
		{"active since", read(m.ActiveSince(ctx, list[4].Last, 10)), []int{5, 4}},
		{"active since, bounded", read(m.ActiveSince(ctx, list[0].Last, 2)), []int{5, 4}},
		{"recent", read(m.Recent(ctx, 3)), []int{5, 4, 3}},
		{"recent, none asked", read(m.Recent(ctx, -1)), []int{}},
		{"by IPv4", read(m.ByAddress(ctx, v4, 10)), []int{5, 3, 1, 0}},
		{"by IPv4 mapped into IPv6", read(m.ByAddress(ctx, netip.AddrFrom16(v4.As16()), 2)), []int{5, 3}},
		{"by IPv6", read(m.ByAddress(ctx, v6, 10)), []int{2}},
		{"by device", read(m.ByAddress(ctx, device, 10)), []int{3}},
		{"by no address", read(m.ByAddress(ctx, netip.Addr{}, 10)), []int{}},
	} {
		want := []string{}
		for _, i := range c.want {
			want = append(want, list[i].ID)
		}
		same(t, c.what, ids(c.got), want)
	}
}

func clockSetBack(t *testing.T, m memory) {
	must(t, m.Put(t.Context(), attacks(0, 3)))
	again := attack(1)
	again.Revision, again.First, again.Last = 2, again.First.Add(-time.Hour), again.Last.Add(-time.Hour)
	fresh := attack(9)
	fresh.Last = noon.Add(-time.Hour)
	must(t, m.Put(t.Context(), []abri.Attack{again, fresh}))
	if gone := got[int](t)(m.Sweep(t.Context(), noon.Add(-time.Hour), Retention{time.Hour, time.Hour})); gone != 0 {
		t.Errorf("%d rows were swept", gone)
	}
	same(t, "kept", ids(got[[]abri.Attack](t)(m.OpenAttacks(t.Context(), time.Time{}))),
		[]string{fresh.ID, again.ID, attack(0).ID, attack(2).ID})
}

func clockBroken(t *testing.T, m memory) {
	early, late := attack(1), attack(2)
	early.First, early.Last = time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC)
	late.Last = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	must(t, m.Put(t.Context(), []abri.Attack{early, late, attack(3)}))
	same(t, "latest first", ids(got[[]abri.Attack](t)(m.Recent(t.Context(), 10))), []string{late.ID, attack(3).ID, early.ID})
}

func callerGivesUp(t *testing.T, m memory) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := m.Put(ctx, attacks(0, 3)); abri.CodeOf(err) != abri.CodeUnavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	if m.Trouble() != nil {
		t.Errorf("trouble = %v", m.Trouble())
	}
	must(t, m.Put(t.Context(), attacks(0, 3)))
}

func allAtOnce(t *testing.T, m memory) {
	const writers, batches, size = 4, 10, 20
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for b := range batches {
				from := (w*batches + b) * size
				if err := m.Put(t.Context(), attacks(from, from+size)); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range batches {
				kept, err := m.Recent(t.Context(), writers*batches*size)
				if err != nil || len(kept)%size != 0 {
					t.Errorf("a reader saw %d attacks, a part of a batch: %v", len(kept), err)
				}
			}
		})
	}
	wg.Wait()
	if kept := got[[]abri.Attack](t)(m.Recent(t.Context(), 10_000)); len(kept) != writers*batches*size {
		t.Errorf("%d attacks kept", len(kept))
	}
}

func aimedAtAService(t *testing.T, s memory) {
	var all []abri.Attack
	for i, service := range []abri.Service{abri.Mail, abri.Web, abri.Mail, abri.Mail} {
		a := attack(i)
		a.Service, a.First, a.Last = service, noon.AddDate(0, 0, -10*i), noon.AddDate(0, 0, -10*i)
		all = append(all, a)
	}
	must(t, s.Put(t.Context(), all))
	for _, c := range []struct {
		days, limit int
		want        []string
	}{{25, 10, []string{all[0].ID, all[2].ID}}, {365, 10, []string{all[0].ID, all[2].ID, all[3].ID}}, {365, 1, []string{all[0].ID}}, {365, -1, []string{}}} {
		found := got[[]abri.Attack](t)(s.AimedAt(t.Context(), abri.Mail, noon.AddDate(0, 0, -c.days), c.limit))
		if !slices.Equal(ids(found), c.want) {
			t.Errorf("%+v: %v", c, ids(found))
		}
	}
}
