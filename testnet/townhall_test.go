package testnet_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/bridge"
	"abri.example/abri/testnet"
)

// bridged is a town hall with a plain bridge in the box's place.
func bridged(t *testing.T) *testnet.Scene {
	s := testnet.TownHall(testnet.New(t))
	err := s.Box.Do(func() error {
		_, err := bridge.Ensure(bridge.Options{Kind: bridge.InBetween, Name: "abri0",
			Outside: testnet.OutsidePort, Inside: testnet.InsidePort, Address: testnet.BoxAddress, Gateway: testnet.RouterAddress})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEverythingCrossesAPlainBridge(t *testing.T) {
	s, ctx := bridged(t), context.Background()
	passages := s.Honest(ctx, 10*time.Second)
	passages = append(passages, s.Attack(ctx, 10*time.Second, s.Attackers...)...)
	passages = append(passages, s.Steal(ctx, 10*time.Second)...)
	for _, p := range passages {
		if !p.Through() {
			t.Errorf("%s %s %s from %s to %s did not come through a bridge that filters nothing: %v (counted %+v, then %+v)",
				p.Who, p.Service, p.Direction, p.From, p.To, p.Err, p.Before, p.After)
		}
		if p.Stopped() {
			t.Errorf("%s from %s to %s counts as stopped", p.Who, p.From, p.To)
		}
	}
	if want := 2 * (8 + 4 + 1); len(passages) != want {
		t.Errorf("%d passages were tried, not %d", len(passages), want)
	}
}

func TestNothingCrossesWithoutABox(t *testing.T) {
	s := testnet.TownHall(testnet.New(t))
	for _, p := range append(s.Attack(context.Background(), time.Second, s.Attackers...), s.Steal(context.Background(), time.Second)...) {
		if !p.Stopped() || p.Through() {
			t.Errorf("%s from %s to %s crossed two ports with nothing between them: %+v", p.Who, p.From, p.To, p)
		}
	}
}

func TestListedEntriesHoldEveryAttacker(t *testing.T) {
	s := testnet.TownHall(testnet.New(t))
	listed := func(p testnet.Peer) int {
		n := 0
		for _, addr := range p.Addresses() {
			for _, entry := range slices.Concat(s.ListedSources, s.ListedDestinations) {
				if entry.Contains(addr) {
					n++
				}
			}
		}
		return n
	}
	after := map[abri.Service]bool{}
	for _, a := range s.Attackers {
		after[a.Service] = true
		if listed(a.Peer) != 2 {
			t.Errorf("%s is listed %d times, not once a family", a.Name, listed(a.Peer))
		}
	}
	if listed(s.Fence.Peer) != 2 {
		t.Error("the fence is not listed in both families")
	}
	for _, honest := range []testnet.Peer{s.Citizen, s.Technician, s.Correspondent.Peer, s.Newspaper.Peer, s.Operator.Peer, s.Resolver.Peer} {
		if listed(honest) != 0 {
			t.Errorf("%s is honest, and listed", honest.Name)
		}
	}
	for _, wanted := range []abri.Service{abri.Mail, abri.TelephoneSvc, abri.Web, abri.RemoteAccess} {
		if !after[wanted] {
			t.Errorf("nobody attacks %s", wanted)
		}
	}
}
