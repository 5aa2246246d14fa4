package ledger_test

import (
	"net/netip"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/ledger/ledgertest"
)

// BenchmarkReceive keeps reports of twenty fresh attacks from a hundred boxes at once, and enters them; an operation is a
// report. Beside the time it says what of the processor was used for each, by this process.
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
			a.Outside = netip.AddrFrom4([4]byte{byte(n), byte(i), 1, 1})
			attacks = append(attacks, a)
		}
		reports[n] = report(int64(10000+n%boxes), uint64(n/boxes+1), attacks...)
	}
	b.ResetTimer()
	began := spent()
	var wait sync.WaitGroup
	for s := range boxes {
		wait.Go(func() {
			for n := s; n < b.N; n += boxes {
				if err := sendFrom(b.Context(), l, reports[n], noon.Add(time.Duration(n)), many); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wait.Wait()
	kept := spent()
	for n := 1; n > 0; {
		var err error
		if n, err = l.Post(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((kept-began).Microseconds())/float64(b.N), "µs-cpu/kept")
	b.ReportMetric(float64((spent()-kept).Microseconds())/float64(b.N), "µs-cpu/entered")
}

func spent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// many has a few countries for each site.
func many(a fleet.Attack) string {
	return string([]byte{'A' + a.Outside.As4()[1]%16, 'A' + a.Outside.As4()[0]%4})
}
