package detect

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/capture"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// sharedFolder is where the real captures are, or "" where they are absent.
func sharedFolder() string {
	folder := os.Getenv("ABRI_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(folder, "captures")); err != nil {
		return ""
	}
	return folder
}

// framed is one packet of a capture in memory.
type framed struct {
	at    time.Time
	link  packet.Link
	bytes []byte
}

// framesOf reads a capture.
func framesOf(name string) ([]framed, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := capture.Open(f, name)
	if err != nil {
		return nil, err
	}
	var all []framed
	for p := (capture.Packet{}); r.Next(&p) == nil; {
		all = append(all, framed{p.Time, p.Link, slices.Clone(p.Data)})
	}
	return all, nil
}

// mixed are the packets of all real captures, each capture after the other by its own clock.
func mixed(b testing.TB) []framed {
	folder := sharedFolder()
	if folder == "" {
		b.Skip("the shared captures are not here")
	}
	var all []framed
	err := filepath.WalkDir(filepath.Join(folder, "captures"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.Contains(filepath.Ext(name), "pcap") {
			return err
		}
		frames, err := framesOf(name)
		all = append(all, frames...)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return all
}

// processorTime is what this process took of a processor so far: on a machine with other work, what a clock shows says
// nothing.
func processorTime(b testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkMixed is decoding, flows and every detector over a mixture of real attacks and honest traffic; an op is one
// packet.
func BenchmarkMixed(b *testing.B) {
	packets := mixed(b)
	for name, detectors := range map[string][]Detector{"flows": nil, "detectors": All()} {
		b.Run(name, func(b *testing.B) {
			flows := flow.NewTable(flow.Options{})
			var h packet.Headers
			emit := func(abri.Finding) {}
			b.ReportAllocs()
			began := processorTime(b)
			i := 0
			for b.Loop() {
				p := &packets[i]
				if i++; i == len(packets) {
					i = 0
				}
				packet.Decode(p.link, p.bytes, &h)
				f, _ := flows.Observe(p.at, abri.SideUnknown, &h)
				if f == nil {
					continue
				}
				for _, d := range detectors {
					d.Observe(p.at, f, &h, emit)
				}
				if i%1024 == 0 {
					flows.Expire(p.at, func(f *flow.Flow) {
						for _, d := range detectors {
							d.End(p.at, f, emit)
						}
					})
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "packets/s")
			b.ReportMetric(float64(b.N)/(processorTime(b)-began).Seconds(), "packets/processor-s")
			runtime.KeepAlive(packets)
		})
	}
}
