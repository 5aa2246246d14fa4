package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"abri.example/abri"
)

// FuzzReader: any bytes end, in a bounded number of packets, each of them sound, with an error that has a code.
func FuzzReader(f *testing.F) {
	for _, order := range orders {
		f.Add(classic(order, 0xa1b2c3d4, 1))
		f.Add(modern(order))
	}
	f.Add(bytesOf(binary.LittleEndian, section(binary.LittleEndian, 1), uint32(6), uint32(0xffff_fffc)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Open(bytes.NewReader(b), "fuzz")
		given := 0
		for err == nil {
			var p Packet
			if err = r.Next(&p); err != nil {
				break
			}
			given += len(p.Data)
			if p.Length < len(p.Data) || p.Link == 0 || p.Time.Year() > 9999 {
				t.Fatalf("a packet of %d of %d bytes, link %v, at %v", len(p.Data), p.Length, p.Link, p.Time)
			}
		}
		var e *abri.Error
		if err != io.EOF && !errors.As(err, &e) {
			t.Fatalf("an error without a code: %v", err)
		}
		gzipped := len(b) > 1 && b[0] == 0x1f && b[1] == 0x8b
		if given > len(b) && !gzipped {
			t.Fatalf("%d bytes of packets from a file of %d", given, len(b))
		}
	})
}

func TestNextAllocatesNothing(t *testing.T) {
	for name, file := range map[string][]byte{
		"pcap":   bytes.Join([][]byte{classic(binary.LittleEndian, 0xa1b2c3d4, 1)[:24], bytes.Repeat(classic(binary.LittleEndian, 0xa1b2c3d4, 1)[24:], 200)}, nil),
		"pcapng": bytes.Join([][]byte{modern(binary.LittleEndian)[:48], bytes.Repeat(modern(binary.LittleEndian)[48:], 200)}, nil),
	} {
		r, err := Open(bytes.NewReader(file), name)
		if err != nil {
			t.Fatal(err)
		}
		var p Packet
		if n := testing.AllocsPerRun(300, func() {
			if err := r.Next(&p); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations a packet", name, n)
		}
	}
}

func BenchmarkNext(b *testing.B) {
	file := bytes.Join([][]byte{classic(binary.LittleEndian, 0xa1b2c3d4, 1)[:24], bytes.Repeat(classic(binary.LittleEndian, 0xa1b2c3d4, 1)[24:], 50_000)}, nil)
	var p Packet
	packets := 0
	for b.Loop() {
		r, err := Open(bytes.NewReader(file), "bench")
		if err != nil {
			b.Fatal(err)
		}
		for r.Next(&p) == nil {
			packets++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(packets), "ns/packet")
}
