package testnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"abri.example/abri"
	"abri.example/abri/capture"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// Replay sends a capture through a box: what the outside ends said by the Outside tap, what the inside ends said by the
// Inside tap, in the capture's order. Which end is outside is decided as `abri replay` does.
type Replay struct {
	Outside, Inside *Tap
	Home            flow.Home     // as in flow.Options
	Pace            time.Duration // between packets; 0 is as fast as the taps take them, and then a full queue may lose some

	// Before, when not nil, is called before each packet is sent; an error ends the replay.
	Before func(*capture.Packet) error
	// Whole fills what the capture cut off with zeros, so that each packet is as long as it was.
	Whole bool
}

// Replayed is what was sent by each side, and what could not be: frames that are neither IP nor ARP, or longer than a port takes.
type Replayed struct {
	Outside, Inside, Skipped int
}

// Run sends the whole capture. It keeps to one CPU meanwhile, or packets of the two sides would overtake each other. A
// damaged capture is sent as far as it can be read, and then its error given.
func (r Replay) Run(ctx context.Context, from *capture.Reader) (Replayed, error) {
	release, err := oneCPU()
	if err != nil {
		return Replayed{}, err
	}
	defer release()
	var (
		sent  Replayed
		p     capture.Packet
		h     packet.Headers
		table = flow.NewTable(flow.Options{Home: r.Home})
	)
	for {
		if err := from.Next(&p); errors.Is(err, io.EOF) {
			return sent, nil
		} else if err != nil {
			return sent, err
		}
		packet.Decode(p.Link, p.Data, &h)
		if r.Before != nil {
			if err := r.Before(&p); err != nil {
				return sent, err
			}
		}
		if err := r.send(&sent, table, &p, &h); err != nil {
			return sent, err
		}
		if err := rest(ctx, r.Pace); err != nil {
			return sent, err
		}
	}
}

// send puts one packet on the wire, by the side where its sender is.
func (r Replay) send(sent *Replayed, table *flow.Table, p *capture.Packet, h *packet.Headers) error {
	f, _ := table.Observe(p.Time, abri.SideUnknown, h)
	frame := ethernet(p)
	if cut := p.Length - len(p.Data); frame != nil && r.Whole && cut > 0 {
		frame = append(frame, make([]byte, cut)...)
	}
	tap, count, source := r.Outside, &sent.Outside, byte(outsideMAC)
	switch {
	case frame == nil || f == nil && h.EtherType != unix.ETH_P_ARP:
		sent.Skipped++
		return nil
	case f == nil: // its cards are what it is about; a capture does not say by which port it came, and a replay takes them for outside
	case h.Src == f.Inside:
		tap, count, source = r.Inside, &sent.Inside, insideMAC
		fallthrough
	default:
		address(frame, source)
	}
	switch err := tap.Send(frame); {
	case errors.Is(err, unix.EMSGSIZE):
		sent.Skipped++
	case err != nil:
		return fmt.Errorf("replaying packet %d: %w", sent.Outside+sent.Inside+sent.Skipped+1, err)
	default:
		*count++
	}
	return nil
}

// The last bytes of the two MAC addresses that stand for everybody outside and everybody inside. A capture may have the
// same address on both sides, or none, and a bridge forwards nothing to where it has learnt that it came from.
const (
	outsideMAC = 1
	insideMAC  = 2
)

// address gives a frame its sender, and the other side as its destination unless it is for a group.
func address(frame []byte, source byte) {
	copy(frame[6:12], []byte{2, 0, 0, 0, 0, source})
	if frame[0]&1 == 0 {
		copy(frame[:6], []byte{2, 0, 0, 0, 0, outsideMAC + insideMAC - source})
	}
}

// ethernet gives the packet an Ethernet header if it has another, in bytes of its own; nil where there is too little.
func ethernet(p *capture.Packet) []byte {
	// Where the packet begins behind each link header, and where the header says its protocol (negative: it does not).
	layout := map[packet.Link]struct{ size, protocol int }{
		packet.LinuxSLL: {16, 14}, packet.LinuxSLL2: {20, 0}, packet.RawIP: {0, -1}, packet.Null: {4, -1}, packet.Loop: {4, -1}}
	if p.Link == packet.Ethernet {
		if len(p.Data) < 14 {
			return nil
		}
		return append([]byte(nil), p.Data...)
	}
	at, known := layout[p.Link]
	if !known || len(p.Data) <= at.size {
		return nil
	}
	protocol := []byte{0x08, 0x00}
	switch {
	case at.protocol >= 0:
		protocol = p.Data[at.protocol : at.protocol+2]
	case p.Data[at.size]>>4 == 6:
		protocol = []byte{0x86, 0xdd}
	}
	return append(append(make([]byte, 12), protocol...), p.Data[at.size:]...)
}

// oneCPU keeps the calling goroutine to the CPU it is on, until release.
func oneCPU() (release func(), err error) {
	runtime.LockOSThread()
	var before, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		runtime.UnlockOSThread()
		return nil, err
	}
	cpu := 0
	for !before.IsSet(cpu) {
		cpu++
	}
	one.Set(cpu)
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		runtime.UnlockOSThread()
		return nil, err
	}
	return func() {
		if unix.SchedSetaffinity(0, &before) == nil {
			runtime.UnlockOSThread() // else the thread ends with its goroutine
		}
	}, nil
}
