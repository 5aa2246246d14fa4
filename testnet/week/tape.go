package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"time"

	"abri.example/abri"
	"abri.example/abri/capture"
	"abri.example/abri/flow"
	"abri.example/abri/testnet/live"
)

// tape is a road that writes packets down as a capture: pcap (draft-ietf-opsawg-pcap) in nanoseconds, Ethernet. What can't
// be written is lost, and whoever reads the capture sees that it ends.
type tape struct{ to *bufio.Writer }

func newTape(w io.Writer) *tape {
	t := &tape{bufio.NewWriterSize(w, 1<<16)}
	head := binary.LittleEndian.AppendUint32(nil, 0xa1b23c4d)
	_, _ = t.to.Write(append(head, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0))
	return t
}

func (t *tape) packet(at time.Time, frame []byte, length int) {
	b := t.to.AvailableBuffer()
	for _, x := range []uint32{uint32(at.Unix()), uint32(at.Nanosecond()), uint32(len(frame)), uint32(length)} {
		b = binary.LittleEndian.AppendUint32(b, x)
	}
	_, _ = t.to.Write(b)
	_, _ = t.to.Write(frame)
}

// tick does nothing: who reads the capture has its clock.
func (*tape) tick(time.Time) {}

// cross sends what a town does through the gate of a link, and gives the box that read what the gate told, and the packets.
func cross(ctx context.Context, l *live.Link, act func(*town)) (*box, int, error) {
	x, err := newBox(monday, true)
	if err != nil {
		return nil, 0, err
	}
	out, in := io.Pipe()
	t := newTown(monday, nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		reel := newTape(in)
		t.road = reel
		act(t)
		in.CloseWithError(reel.to.Flush())
	}()
	from, err := capture.Open(out, "the week")
	if err == nil {
		var all []abri.Attack
		all, err = l.Cross(ctx, from, live.Options{Home: flow.Home{network, network6}, Pipeline: x.pipe, Counter: x.counter, Window: time.Minute})
		for _, a := range all {
			x.attacks[a.ID] = a
		}
	}
	out.CloseWithError(io.ErrClosedPipe) // or who writes would wait for ever
	<-done
	return x, t.packets, err
}
