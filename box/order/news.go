package order

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"

	abri "abri.example/abri"
)

// Fate is what the kernel did with a packet or flow.
type Fate uint8

// Passed crossed; Would crossed because the box only watches, and would have been dropped; Dropped did not cross. Asked is of
// a copy: a question for a listed name that crossed because the box only watches, and is told by itself.
const (
	Passed Fate = iota
	Would
	Dropped
	Asked
)

// Packet is a copy of a packet, cut where the kernel cut it. At is CLOCK_MONOTONIC in ns, Length the bytes on the wire.
// Held is not 0 for a packet that did not cross yet: it waits for the Ruling of that number, or until nobody rules in time.
// Asks is of one that may say a name: what answers it is held until its Place is Judged; of two packets the earlier one has the
// lower Place. Last is the last of those that came together.
// Data stands until the handler returns.
type Packet struct {
	At     int64
	Place  uint64
	Length int
	Side   abri.Side
	Fate   Fate
	Held   uint32
	Asks   bool
	Last   bool
	Data   []byte
}

// Count is one direction's packets, bytes (of IP packets) and the union of its TCP flags.
type Count struct {
	Packets, Bytes uint64
	Flags          uint8
}

// Cause is the check that stopped (or would have stopped) a flow.
type Cause uint8

// By a list, by a ban, because it was new from outside to the box itself, because the box fails closed, because a person
// isolated the device, or because this one conversation was blocked.
const (
	NoCause Cause = iota
	ByList
	ByBan
	ByOwn
	ByClosed
	ByIsolated
	ByBlock
)

// Flow is one conversation as the kernel counts it, cumulative since First (CLOCK_MONOTONIC ns): the same First is the
// same conversation. Side is the port the client's packets enter by. Up is client to server. Packets and Bytes are what
// came since it was last told, and Began says that it was never told before: they are the keeper's to know, so that a
// reader that starts again counts nothing twice.
type Flow struct {
	Client, Server netip.AddrPort
	Proto          uint8
	Side           abri.Side
	Fate           Fate
	Cause          Cause
	First, Last    int64
	Up, Down       Count
	Packets, Bytes uint64
	Began          bool
}

// Place is where the box stands: its own addresses, the gateways and resolvers it knows, and its ports.
type Place struct {
	Own       []netip.Addr `json:"own"`
	Gateways  []netip.Addr `json:"gateways"`
	Resolvers []netip.Addr `json:"resolvers"`
	Decoys    []abri.Door  `json:"decoys,omitempty"` // of its own doors: those that lead nowhere
}

// Settings is the text of the configuration file as the keeper read and accepted it. Path is the file's name, for
// messages and relative names; Kind, when not empty, stands for the file's kind of ports.
type Settings struct {
	Path string `json:"path"`
	Text string `json:"text"`
	Kind string `json:"kind,omitempty"`
}

const (
	packetHead = 29
	flowSize   = 2*18 + 5 + 2*8 + 2*17 + 2*8
)

// Teller is the keeper's end of the news. Not safe for concurrent use. Packets and flows are gathered and sent by
// Flush, or when a frame is full.
type Teller struct {
	w                         io.Writer
	packets, flows, questions []byte
}

// NewTeller tells news on w.
func NewTeller(w io.Writer) *Teller { return &Teller{w: w} }

// Packet adds a copy to the next frame.
func (t *Teller) Packet(p Packet) error {
	if len(t.packets)+packetHead+len(p.Data) > MaxFrame {
		if err := t.Flush(); err != nil {
			return err
		}
	}
	b := binary.LittleEndian.AppendUint64(t.packets, uint64(p.At))
	b = binary.LittleEndian.AppendUint32(b, uint32(p.Length))
	b = append(b, byte(p.Side), byte(p.Fate))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(p.Data)))
	b = append(binary.LittleEndian.AppendUint32(b, p.Held), said(p.Asks))
	b = binary.LittleEndian.AppendUint64(b, p.Place)
	t.packets = append(b, p.Data...)
	return nil
}

// Flow adds a flow to the next frame.
func (t *Teller) Flow(f Flow) error {
	if len(t.flows)+flowSize > MaxFrame {
		if err := t.Flush(); err != nil {
			return err
		}
	}
	b := appendEnd(t.flows, f.Client)
	b = appendEnd(b, f.Server)
	b = append(b, f.Proto, byte(f.Side), byte(f.Fate), byte(f.Cause), said(f.Began))
	b = binary.LittleEndian.AppendUint64(b, uint64(f.First))
	b = binary.LittleEndian.AppendUint64(b, uint64(f.Last))
	for _, c := range [2]Count{f.Up, f.Down} {
		b = binary.LittleEndian.AppendUint64(b, c.Packets)
		b = binary.LittleEndian.AppendUint64(b, c.Bytes)
		b = append(b, c.Flags)
	}
	b = binary.LittleEndian.AppendUint64(b, f.Packets)
	t.flows = binary.LittleEndian.AppendUint64(b, f.Bytes)
	return nil
}

// Flush sends what was gathered.
func (t *Teller) Flush() error {
	for _, g := range []struct {
		word Word
		buf  *[]byte
	}{{WordPackets, &t.packets}, {WordFlows, &t.flows}, {WordQuestions, &t.questions}} {
		if len(*g.buf) == 0 {
			continue
		}
		err := writeFrame(t.w, g.word, *g.buf)
		*g.buf = (*g.buf)[:0]
		if err != nil {
			return err
		}
	}
	return nil
}

// Place tells where the box stands.
func (t *Teller) Place(p Place) error { return t.tell(WordPlace, p) }

// Settings tells the settings to use from now on.
func (t *Teller) Settings(s Settings) error { return t.tell(WordSettings, s) }

func (t *Teller) tell(word Word, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return writeFrame(t.w, word, b)
}

// Listener is what the reader does with news. Its methods are called one at a time, in the order of the news.
type Listener interface {
	Packet(Packet)
	Flow(Flow)
	Question(Question)
	Place(Place)
	Settings(Settings)
	Pressing(Pressing)
}

// Listen reads news from r until it ends; nil at a clean end.
func Listen(r io.Reader, l Listener) error {
	return eachFrame(r, "news", func(word Word, payload []byte) error { return hear(l, word, payload) })
}

func hear(l Listener, word Word, b []byte) error {
	switch word {
	case WordPackets:
		return hearPackets(l, b)
	case WordFlows:
		for ; len(b) >= flowSize; b = b[flowSize:] {
			l.Flow(decodeFlow(b))
		}
		if len(b) != 0 {
			return &abri.Error{Code: abri.CodeInvalid, What: "news with part of a flow"}
		}
		return nil
	case WordQuestions:
		return hearQuestions(l, b)
	case WordPlace:
		var p Place
		if err := strict(b, &p); err != nil {
			return err
		}
		l.Place(p)
		return nil
	case WordSettings:
		var s Settings
		if err := strict(b, &s); err != nil {
			return err
		}
		l.Settings(s)
		return nil
	case WordPressing:
		return hearPressing(l, b)
	}
	return &abri.Error{Code: abri.CodeInvalid, What: fmt.Sprintf("word %d is not news", word)}
}

func hearPackets(l Listener, b []byte) error {
	for len(b) > 0 {
		if len(b) < packetHead {
			return &abri.Error{Code: abri.CodeInvalid, What: "news with part of a packet"}
		}
		n := int(binary.LittleEndian.Uint16(b[14:]))
		if len(b) < packetHead+n {
			return &abri.Error{Code: abri.CodeInvalid, What: "news with part of a packet"}
		}
		l.Packet(Packet{
			At:     int64(binary.LittleEndian.Uint64(b)),
			Length: int(binary.LittleEndian.Uint32(b[8:])),
			Side:   abri.Side(b[12]), Fate: Fate(b[13]), Held: binary.LittleEndian.Uint32(b[16:]),
			Asks: b[20] == 1, Place: binary.LittleEndian.Uint64(b[21:]), Last: len(b) == packetHead+n,
			Data: b[packetHead : packetHead+n],
		})
		b = b[packetHead+n:]
	}
	return nil
}

// said is a byte for a yes or no.
func said(yes bool) byte {
	if yes {
		return 1
	}
	return 0
}

func appendEnd(b []byte, e netip.AddrPort) []byte {
	a := e.Addr().As16()
	return binary.LittleEndian.AppendUint16(append(b, a[:]...), e.Port())
}

func decodeEnd(b []byte) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom16([16]byte(b)).Unmap(), binary.LittleEndian.Uint16(b[16:]))
}

func decodeFlow(b []byte) Flow {
	u64 := func(at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }
	return Flow{
		Client: decodeEnd(b), Server: decodeEnd(b[18:]),
		Proto: b[36], Side: abri.Side(b[37]), Fate: Fate(b[38]), Cause: Cause(b[39]), Began: b[40] == 1,
		First: int64(u64(41)), Last: int64(u64(49)),
		Up: Count{u64(57), u64(65), b[73]}, Down: Count{u64(74), u64(82), b[90]},
		Packets: u64(91), Bytes: u64(99),
	}
}
