package ledger

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
)

// attackForm begins the form of an attack's rest. JSON, which rows of earlier versions hold, begins with a brace.
const attackForm = 1

// errForm tells of bytes that no ledger of ours wrote.
var errForm = errors.New("this is not the form of an attack")

// appendRest appends what the columns of an attack's row don't say, field by field: numbers as varints (encoding/binary),
// texts with their length before them. A test fills every field and reads it back.
func appendRest(b []byte, a *fleet.Attack) []byte {
	b = append(b, attackForm)
	b = appendText(b, string(a.Direction))
	b = appendAddr(b, a.Outside)
	b = appendText(b, a.Device)
	b = binary.AppendUvarint(b, uint64(a.Port))
	b = appendText(b, a.Proto)
	b = appendTime(appendTime(b, a.First), a.Last)
	for _, n := range [...]uint64{a.Attempts, a.Packets, a.Bytes, a.Sources, a.Rest} {
		b = binary.AppendUvarint(b, n)
	}
	b = append(b, byte(flag(a.Answered)|flag(a.Ended)<<1))
	return appendWhy(b, &a.Why)
}

func appendWhy(b []byte, w *abri.Why) []byte {
	for _, s := range [...]string{string(w.Rule), w.List, w.Publisher, string(w.Deed)} {
		b = appendText(b, s)
	}
	b = appendAddr(b, w.Entry.Addr())
	b = binary.AppendVarint(b, int64(w.Entry.Bits()))
	b = appendTime(b, w.Dated)
	b = binary.AppendUvarint(b, uint64(len(w.Evidence)))
	for _, e := range w.Evidence {
		b = appendText(appendText(b, e.Name), e.Value)
	}
	return b
}

// readRest puts into an attack what its row's rest says.
func readRest(b []byte, a *fleet.Attack) error {
	if len(b) > 0 && b[0] == '{' {
		return json.Unmarshal(b, a)
	}
	r := reading{b: b}
	if r.octet() != attackForm {
		return errForm
	}
	a.Direction = abri.Direction(r.text())
	a.Outside = r.addr()
	a.Device = r.text()
	a.Port = uint16(r.number())
	a.Proto = r.text()
	a.First, a.Last = r.time(), r.time()
	for _, n := range [...]*uint64{&a.Attempts, &a.Packets, &a.Bytes, &a.Sources, &a.Rest} {
		*n = r.number()
	}
	flags := r.octet()
	a.Answered, a.Ended = flags&1 != 0, flags&2 != 0
	r.why(&a.Why)
	return r.err
}

func (r *reading) why(w *abri.Why) {
	w.Rule, w.List, w.Publisher, w.Deed = abri.Rule(r.text()), r.text(), r.text(), abri.Rule(r.text())
	addr, bits := r.addr(), r.signed()
	if addr.IsValid() {
		w.Entry = netip.PrefixFrom(addr, int(bits))
	}
	w.Dated = r.time()
	for n := r.number(); n > 0 && r.err == nil; n-- {
		w.Evidence = append(w.Evidence, abri.Evidence{Name: r.text(), Value: r.text()})
	}
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendAddr(b []byte, a netip.Addr) []byte {
	return appendText(b, string(a.AsSlice()))
}

// appendTime writes seconds since 1970 and nanoseconds, since the outside may say any year.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return binary.AppendUvarint(b, 0)
	}
	b = binary.AppendUvarint(b, 1+uint64(t.Nanosecond()))
	return binary.AppendVarint(b, t.Unix())
}

// reading takes fields off the front of bytes. After an error everything is zero.
type reading struct {
	b   []byte
	err error
}

func (r *reading) fail() { r.b, r.err = nil, errForm }

func (r *reading) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reading) octet() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reading) number() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reading) signed() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reading) text() string { return string(r.take(r.number())) }

func (r *reading) addr() netip.Addr {
	b := r.take(r.number())
	a, ok := netip.AddrFromSlice(b)
	if !ok && len(b) > 0 {
		r.fail()
	}
	return a
}

func (r *reading) time() time.Time {
	n := r.number()
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(r.signed(), int64(n-1)).UTC()
}

// idOf is an attack's id as a key holds it.
func idOf(s string) (id [16]byte, err error) {
	if len(s) != 32 {
		return id, errForm
	}
	_, err = hex.Decode(id[:], []byte(s))
	return id, err
}
