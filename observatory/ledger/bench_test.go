package ledger_test

import (
	"path/filepath"
	"sync"
	"testing"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/ledger/ledgertest"
)

// BenchmarkReceive keeps reports of twenty fresh attacks from a hundred boxes at once; an operation is a report.
func BenchmarkReceive(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { receiveMany(b, filepath.Join(b.TempDir(), "o.db")) })
	b.Run("postgres", func(b *testing.B) { receiveMany(b, ledgertest.Database(b, ledgertest.Server(b))) })
}

func receiveMany(b *testing.B, address string) {
	const boxes, rows = 100, 20
	l := open(b, address)
	for s := range boxes {
		site(b, l, int64(10000+s))
	}
	kinds, services := []string{"scan", "bruteforce", "exploit", "beacon"}, []string{"mail", "web", "telephone"}
	reports := make([]fleet.Report, b.N)
	for n := range reports {
		var attacks []fleet.Attack
		for i := range rows {
			a := attack(n*rows + i)
			a.Kind, a.Service = abri.Kind(kinds[i%4]), abri.Service(services[i%3])
			attacks = append(attacks, a)
		}
		reports[n] = report(int64(10000+n%boxes), uint64(n/boxes+1), attacks...)
	}
	b.ResetTimer()
	var wait sync.WaitGroup
	for s := range boxes {
		wait.Go(func() {
			for n := s; n < b.N; n += boxes {
				if err := send(b.Context(), l, reports[n], noon); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wait.Wait()
}
