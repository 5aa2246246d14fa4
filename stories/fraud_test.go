package stories

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// nightZone is a time zone in which it is ten in the evening now, on any day.
func nightZone() string {
	east := 22 - time.Now().UTC().Hour() // hours east of Greenwich; Etc has its signs the other way
	switch {
	case east > 12:
		east -= 24
	}
	return fmt.Sprintf("Etc/GMT%+d", -east)
}

// Saint-Malo lost 80,000 € in four days to those who telephoned at its expense. Here the exchange was taken over, and
// calls far away all evening: the first calls are carried, then it is told, and each call is refused, one by one; the line
// goes on, and who calls for help meanwhile is heard.
func TestStoryAnEveningOfTollFraud(t *testing.T) {
	s := testnet.TownHall(testnet.New(t))
	f := s.BoxFile()
	f.Zone, f.Refuse = nightZone(), true
	b := s.NewBox(program, f)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(b.LastWords())
		}
	})
	start(t, b)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	trunk := s.Exchange.Trunk(s.Carrier.To())
	if err := trunk.Register(ctx); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	said := map[int]int{}
	for n := range 25 {
		if n%5 == 0 {
			wait.Go(func() {
				if status, err := trunk.Call(ctx, []string{"112", "15", "3114", "18", "116000"}[n/5]); err != nil || status != 200 {
					t.Errorf("a call for help got %d, %v", status, err)
				}
			})
		}
		status, err := trunk.Call(ctx, fmt.Sprintf("0025261%07d", n))
		if err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		said[status]++
		mu.Unlock()
	}
	wait.Wait()
	if said[200] > 2 || said[603] < 23 {
		t.Errorf("the answers to 25 calls to Somalia: %v", said)
	}
	answered, withdrawn := s.Carrier.Answered(), s.Carrier.Withdrawn()
	carried := slices.DeleteFunc(slices.Clone(answered), func(n string) bool { return !strings.HasPrefix(n, "00252") })
	if len(carried) > 2 || len(withdrawn) < 23 || len(answered)-len(carried) != 5 {
		t.Errorf("carried %v, withdrawn %d", answered, len(withdrawn))
	}
	if err := trunk.Register(ctx); err != nil {
		t.Errorf("the line is cut: %v", err)
	}
	fraudIsTold(t, s, b)
}

// fraudIsTold waits, a minute at the most, until the box says that calls were refused.
func fraudIsTold(t *testing.T, s *testnet.Scene, b *testnet.Box) {
	t.Helper()
	await(t, func() error {
		told, err := b.Why(t.Context(), s.Carrier.V4)
		if err != nil {
			return err
		}
		for _, x := range told.Tried {
			if x.Kind == abri.TollFraud && x.Outcome == abri.Blocked {
				return nil
			}
		}
		return fmt.Errorf("not told: %+v", told)
	})
}

// The same evening on a line over TCP, where nothing can be said in the operator's name: the numbers are put out, the
// operator himself refuses the calls, and the one connection of the line goes on, byte for byte.
func TestStoryTollFraudOverTCP(t *testing.T) {
	s := testnet.TownHall(testnet.New(t))
	f := s.BoxFile()
	f.Zone, f.Refuse = nightZone(), true
	b := s.NewBox(program, f)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(b.LastWords())
		}
	})
	start(t, b)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	trunk := s.Exchange.TrunkTCP(ctx, netip.AddrPortFrom(s.Carrier.V4, testnet.OtherTelephonePort))
	if err := trunk.Register(ctx); err != nil {
		t.Fatal(err)
	}
	said := map[int]int{}
	for n := range 25 {
		status, err := trunk.Call(ctx, fmt.Sprintf("0025261%07d", n))
		if err != nil {
			t.Fatalf("call %d: the line is cut: %v", n, err)
		}
		said[status]++
		if n%5 == 0 {
			if status, err := trunk.Call(ctx, []string{"112", "15", "3114", "18", "116000"}[n/5]); err != nil || status != 200 {
				t.Errorf("a call for help got %d, %v", status, err)
			}
		}
	}
	// The calls that made the bar pass, and those that were under way until the gate knew of it.
	if said[200] > 6 || said[404] < 19 {
		t.Errorf("the answers to 25 calls to Somalia: %v", said)
	}
	if err := trunk.Register(ctx); err != nil {
		t.Errorf("the line is cut: %v", err)
	}
	fraudIsTold(t, s, b)
}

// A fraud sits in one endless flow between exchange and operator, here on a port that is nobody's: after a thousand honest
// messages of it each word is still read.
func TestStoryTollFraudLateInOneFlow(t *testing.T) {
	s := testnet.TownHall(testnet.New(t))
	f := s.BoxFile()
	f.Zone, f.Refuse = nightZone(), true
	b := s.NewBox(program, f)
	start(t, b)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	trunk := s.Exchange.TrunkAt(testnet.OtherTelephonePort, netip.AddrPortFrom(s.Carrier.V4, testnet.OtherTelephonePort))
	if err := trunk.Register(ctx); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for n := range 10 {
		wait.Go(func() {
			for i := range 16 { // of seven messages each
				if status, err := trunk.Call(ctx, fmt.Sprintf("04770%02d0%02d", n, i)); err != nil || status != 200 {
					t.Errorf("an honest call got %d, %v", status, err)
				}
			}
		})
	}
	wait.Wait()
	said := map[int]int{}
	for n := range 12 {
		status, err := trunk.Call(ctx, fmt.Sprintf("0025261%07d", n))
		if err != nil {
			t.Fatal(err)
		}
		said[status]++
	}
	if said[603] < 8 {
		t.Errorf("the answers to 12 calls to Somalia: %v", said)
	}
	fraudIsTold(t, s, b)
}
