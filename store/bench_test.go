package store

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"abri.example/abri"
)

// benchBatch is how many attacks one Put keeps.
const benchBatch = 100

// BenchmarkPut keeps new attacks, durable, in batches; BenchmarkFsync is its yardstick, on the same disk.
func BenchmarkPut(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "abri.db"))
	n := 0
	for b.Loop() {
		must(b, s.Put(b.Context(), attacks(n, n+benchBatch)))
		n += benchBatch
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "attacks/s")
}

// BenchmarkPutRevision replaces attacks that are kept among many.
func BenchmarkPutRevision(b *testing.B) {
	s, list := filled(b, 50_000)
	revision := 1
	for b.Loop() {
		revision++
		at := revision * benchBatch % (len(list) - benchBatch)
		batch := list[at : at+benchBatch]
		for i := range batch {
			batch[i].Revision = revision
		}
		must(b, s.Put(b.Context(), batch))
	}
	b.ReportMetric(float64(b.N*benchBatch)/b.Elapsed().Seconds(), "attacks/s")
}

// BenchmarkFsync appends as many bytes as a batch of attacks has in JSON, and syncs: what the disk itself can do.
func BenchmarkFsync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "log"))
	must(b, err)
	defer f.Close()
	var batch []byte
	for _, a := range attacks(0, benchBatch) {
		batch = append(batch, got[[]byte](b)(a.MarshalJSON())...)
	}
	for b.Loop() {
		if _, err := f.Write(batch); err != nil {
			b.Fatal(err)
		}
		must(b, f.Sync())
	}
	b.ReportMetric(float64(b.N*benchBatch)/b.Elapsed().Seconds(), "attacks/s")
}

// BenchmarkPage reads what the page shows, of 50,000 kept attacks.
func BenchmarkPage(b *testing.B) {
	s, list := filled(b, 50_000)
	for b.Loop() {
		got[[]abri.Attack](b)(s.Recent(b.Context(), 50))
		got[[]abri.Attack](b)(s.ByAddress(b.Context(), list[0].Outside, 50))
		got[[]Day](b)(s.Days(b.Context(), 7))
	}
}

// BenchmarkToday reads 10,000 attacks for the weather.
func BenchmarkToday(b *testing.B) {
	s, list := filled(b, 50_000)
	for b.Loop() {
		got[[]abri.Attack](b)(s.ActiveSince(b.Context(), list[40_000].Last, 10_000))
	}
}

// BenchmarkOpen checks and opens a database of 50,000 attacks.
func BenchmarkOpen(b *testing.B) {
	s, _ := filled(b, 50_000)
	must(b, s.Close())
	for b.Loop() {
		s, err := Open(b.Context(), s.path, quiet)
		must(b, err)
		must(b, s.Close())
	}
}

// filled is a store that holds n attacks, and the attacks.
func filled(b *testing.B, n int) (*Store, []abri.Attack) {
	s := open(b, filepath.Join(b.TempDir(), "abri.db"))
	list := attacks(0, n)
	for i := range list {
		list[i].Ended = i%10 > 0
		list[i].Last = list[i].First.Add(time.Hour)
	}
	must(b, s.Put(b.Context(), list))
	return s, list
}
