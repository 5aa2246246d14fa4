package order

import (
	"encoding/binary"
	"fmt"
)

// Rewrite has one held packet of TCP go on with some of its bytes replaced, as many by as many, so that the conversation
// stays in step: the number of a call that is refused. It goes on in protect only; whatever Held is not waiting any more has
// gone on as it was.
type Rewrite struct {
	Conversation
	Held    uint32
	Patches []Patch
}

// Patch replaces the bytes of a frame from At on.
type Patch struct {
	At   uint16
	Data []byte
}

// MostPatches bounds the Patches of a Rewrite, and mostPatch the bytes of one. Ethernet's addresses are never rewritten.
const (
	MostPatches = 16
	mostPatch   = 255
	leastAt     = 14
)

// Check refuses what replaces nothing, or the head of Ethernet.
func (r Rewrite) Check() error {
	if r.Proto != TCP || r.Held == 0 || len(r.Patches) == 0 || len(r.Patches) > MostPatches {
		return refuse("a rewriting of nothing", fmt.Sprintf("a held packet of TCP, and 1 to %d patches", MostPatches))
	}
	for _, p := range r.Patches {
		if p.At < leastAt || len(p.Data) == 0 || len(p.Data) > mostPatch {
			return refuse(fmt.Sprintf("a patch of %d bytes at %d", len(p.Data), p.At), fmt.Sprintf("1 to %d bytes behind the head of Ethernet", mostPatch))
		}
	}
	return r.Conversation.Check()
}

func (r *Rewrite) encode() []byte {
	b := binary.LittleEndian.AppendUint32(r.Conversation.encode(nil), r.Held)
	for _, p := range r.Patches {
		b = binary.LittleEndian.AppendUint16(b, p.At)
		b = append(append(b, byte(len(p.Data))), p.Data...)
	}
	return b
}

func decodeRewrite(b []byte) (Rewrite, bool) {
	const fixed = 2*endSize + 1 + 4
	if len(b) < fixed {
		return Rewrite{}, false
	}
	c, rest := decodeConversation(b)
	r := Rewrite{Conversation: c, Held: binary.LittleEndian.Uint32(rest)}
	for rest = rest[4:]; len(rest) > 0; {
		if len(rest) < 3 || len(rest) < 3+int(rest[2]) || len(r.Patches) == MostPatches {
			return Rewrite{}, false
		}
		n := 3 + int(rest[2])
		r.Patches = append(r.Patches, Patch{At: binary.LittleEndian.Uint16(rest), Data: rest[3:n:n]})
		rest = rest[n:]
	}
	return r, true
}

// Rewrite has a held packet go on with some of its bytes replaced.
func (u *Urgent) Rewrite(r *Rewrite) error {
	if err := r.Check(); err != nil {
		return err
	}
	return u.say(WordRewrite, r.encode())
}
