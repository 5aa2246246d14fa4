package main

import (
	"bufio"
	"encoding/binary"
	"math/rand/v2"
	"os"
)

// record writes a capture of n packets, one each 20 µs, the same at each run: pcap (draft-ietf-opsawg-pcap) in
// microseconds, Ethernet.
func record(name string, n int, kind func(*rand.Rand) func() segment) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	head := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	head = append(head, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0)
	if _, err := w.Write(head); err != nil {
		return err
	}
	const begun = 1_772_668_800 // the 5 March 2026 at midnight, UTC
	next := kind(rand.New(rand.NewPCG(1, 2)))
	var data []byte
	for i := range n {
		data = next().frame(data[:0])
		micros := uint64(i) * 20
		b := w.AvailableBuffer()
		for _, x := range []uint32{uint32(begun + micros/1e6), uint32(micros % 1e6), uint32(len(data)), uint32(len(data))} {
			b = binary.LittleEndian.AppendUint32(b, x)
		}
		if _, err := w.Write(append(b, data...)); err != nil {
			return err
		}
	}
	return w.Flush()
}
