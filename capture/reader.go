// Package capture turns capture files into packets.
//
// It reads pcap (microseconds and nanoseconds, both byte orders) and pcapng (several sections and interfaces, each with
// its own link and clock), gzip'd or not, from an io.Reader, in bounded memory whatever the file says of itself. It
// opens no files, looks into no packet, and imports only the root and packet.
//
//	io.Reader → stream (bytes, and where they stand) → pcap or pcapng → Packet
//
// gopacket's pcapgo is not used here, only in the tests, as the other opinion: its pcapng reader keeps every secrets and
// name block in memory, believes lengths that leave their block, rounds binary time resolutions (2^-20 is off by up to
// 0.6 ms) and, like its pcap reader, cannot say where in the file it stopped.
package capture

import (
	"errors"
	"fmt"
	"io"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// Packet is one packet of a file.
type Packet struct {
	Time   time.Time   // in UTC, between 1970 and 9999
	Timed  bool        // the file says the time; else it is that of the packet before, or the first instant of 1970
	Link   packet.Link // what Data begins with
	Data   []byte      // what the file holds of it; valid until the next call of Next
	Length int         // bytes on the wire, never less than len(Data)
}

// MaxPacket is how many bytes of one packet are taken; a file that says more is damaged. It is libpcap's own bound
// (MAXIMUM_SNAPLEN).
const MaxPacket = 262_144

// Reader reads one capture. It is not safe for concurrent use.
type Reader struct {
	name   string
	in     *stream
	format format
	failed error // what Next gave when it was not nil; it stays
}

// format is one kind of capture file.
type format interface {
	// next reads a packet; io.EOF is the end of a whole file.
	next(in *stream, p *Packet) error
}

// Open reads the head of the capture in r; name stands in errors. What is no capture and a cut head are CodeDamaged, a
// version or link that cannot be read CodeUnsupported; the place is "name:0".
func Open(r io.Reader, name string) (*Reader, error) {
	rd := &Reader{name: name}
	var err error
	if rd.in, err = newStream(r); err == nil {
		rd.format, err = recognise(rd.in)
	}
	if err != nil {
		return nil, rd.explain(err)
	}
	return rd, nil
}

// Next reads the next packet into p. It gives io.EOF at the end of a whole file. A cut or broken file gives what can
// be read and then CodeDamaged, with "name:offset" in Place: the byte (of the unpacked file) where what cannot be read
// begins. A packet of a link that is not known gives CodeUnsupported. After an error Next gives the same again.
func (r *Reader) Next(p *Packet) error {
	if r.failed == nil {
		if err := r.format.next(r.in, p); err != nil {
			*p = Packet{}
			r.failed = r.explain(err)
		}
	}
	return r.failed
}

// recognise tells the format by the first four bytes.
func recognise(in *stream) (format, error) {
	head, err := in.peek(4)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, notCapture
	}
	if err != nil {
		return nil, err
	}
	if order, unit, ok := pcapMagic(head); ok {
		return newPcap(in, order, unit)
	}
	if string(head) == pcapngMagic {
		return newPcapng(in)
	}
	return nil, notCapture
}

var notCapture = &abri.Error{
	Code: abri.CodeDamaged, What: "this is no capture file", Remedy: "pcap and pcapng are read, also gzip'd",
}

// explain gives an error its place: the file, and the byte where the record that could not be read begins.
func (r *Reader) explain(err error) error {
	if err == io.EOF {
		return err
	}
	out := abri.Error{Code: abri.CodeDamaged, What: "the file cannot be read further", Err: err}
	var known *abri.Error
	switch {
	case errors.As(err, &known):
		out = *known
	case errors.Is(err, io.ErrUnexpectedEOF):
		out.What, out.Err = "the file ends inside a record", nil
	}
	at := int64(0)
	if r.in != nil {
		at = r.in.record
	}
	out.Place = fmt.Sprintf("%s:%d", r.name, at)
	return &out
}

// damaged says what is wrong with a record.
func damaged(format string, args ...any) error {
	return &abri.Error{Code: abri.CodeDamaged, What: fmt.Sprintf(format, args...)}
}

// linkOf is packet.LinkOf with a refusal.
func linkOf(dlt uint32) (packet.Link, error) {
	link, ok := packet.LinkOf(dlt)
	if !ok {
		return 0, &abri.Error{
			Code:   abri.CodeUnsupported,
			What:   fmt.Sprintf("link type %d is not known", dlt),
			Remedy: "Ethernet (1), Linux cooked (113, 276), raw IP (101, 228, 229), loopback (0, 108), macOS (258), serial lines (9, 50, 104), netfilter logs (239) and WiFi (105, 127, 192) are read",
		}
	}
	return link, nil
}
