package order

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/netip"
	"sync"
	"time"

	abri "abri.example/abri"
)

// What can't wait goes by a third socket, from the reader to the keeper: a conversation is blocked before its answer
// comes, or not at all, and on the first socket it would stand behind a load of lists. Nothing is answered there; what is
// refused, the keeper counts and logs.
const (
	WordBlock Word = iota + 64
	WordUnblock
	WordInject
	WordRule
	WordCrowd
	WordRewrite
	WordJudged
)

const endSize = 18

func (c Conversation) encode(b []byte) []byte {
	return append(appendEnd(appendEnd(b, c.Client), c.Server), c.Proto)
}

func decodeConversation(b []byte) (Conversation, []byte) {
	return Conversation{decodeEnd(b), decodeEnd(b[endSize:]), b[2*endSize]}, b[2*endSize+1:]
}

func (b Block) encode() []byte {
	return binary.LittleEndian.AppendUint64(b.Conversation.encode(nil), uint64(b.For))
}

func (r Ruling) encode() []byte {
	said := byte(0)
	if r.Pass {
		said |= 1
	}
	if r.Over {
		said |= 2
	}
	b := append(r.Conversation.encode(nil), said)
	for _, n := range r.Held {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

// crowdSize is an address, its prefix's bits, and a time.
const crowdSize = endSize + 1 + 8

func (c Crowd) encode() []byte {
	b := append(appendEnd(nil, netip.AddrPortFrom(c.Prefix.Addr(), 0)), byte(c.Prefix.Bits()))
	return binary.LittleEndian.AppendUint64(b, uint64(c.For))
}

func decodeCrowd(b []byte) Crowd {
	p := netip.PrefixFrom(decodeEnd(b).Addr(), int(b[endSize]))
	return Crowd{p, time.Duration(binary.LittleEndian.Uint64(b[endSize+1:]))}
}

func decodeRuling(b []byte) (Ruling, bool) {
	const fixed = 2*endSize + 1 + 1
	if len(b) < fixed || (len(b)-fixed)%4 != 0 {
		return Ruling{}, false
	}
	c, rest := decodeConversation(b)
	r := Ruling{Conversation: c, Pass: rest[0]&1 != 0, Over: rest[0]&2 != 0}
	for rest = rest[1:]; len(rest) > 0; rest = rest[4:] {
		r.Held = append(r.Held, binary.LittleEndian.Uint32(rest))
	}
	return r, true
}

func (i *Inject) encode() []byte {
	b := make([]byte, 0, 64+len(i.Head)+len(i.Data))
	b = append(i.Conversation().encode(b), i.Flags)
	b = binary.LittleEndian.AppendUint32(b, i.Seq)
	b = binary.LittleEndian.AppendUint32(b, i.Ack)
	b = append(b, byte(len(i.Head)))
	return append(append(b, i.Head...), i.Data...)
}

func decodeInject(b []byte) (Inject, bool) {
	const fixed = 2*endSize + 1 + 1 + 4 + 4 + 1
	if len(b) < fixed || len(b) < fixed+int(b[fixed-1]) {
		return Inject{}, false
	}
	c, rest := decodeConversation(b)
	i := Inject{From: c.Client, To: c.Server, Proto: c.Proto, Flags: rest[0],
		Seq: binary.LittleEndian.Uint32(rest[1:]), Ack: binary.LittleEndian.Uint32(rest[5:])}
	head := int(rest[9])
	i.Head, i.Data = rest[10:10+head], rest[10+head:]
	return i, true
}

// Hand is what acts at once on single conversations.
type Hand interface {
	Block(Block) error
	Unblock(Conversation) error
	// Inject must not keep what Head and Data point to.
	Inject(*Inject) error
	Rule(Ruling) error
	Crowd(Crowd) error
	// Rewrite must not keep what Patches point to.
	Rewrite(*Rewrite) error
	// Judged says that all packets were judged whose Place is this or lower.
	Judged(until uint64) error
}

// Urgent is the reader's end of the third socket, and itself a Hand: an error says that the order is malformed or the
// keeper gone, never that the keeper refused it. Safe for concurrent use.
type Urgent struct {
	mu sync.Mutex
	w  io.Writer
}

// NewUrgent gives urgent orders on w.
func NewUrgent(w io.Writer) *Urgent { return &Urgent{w: w} }

var _ Hand = (*Urgent)(nil)

// urgentPatience is how long a keeper may leave an urgent order lie: the packets that the reader should read wait.
const urgentPatience = time.Second

// Block has a conversation blocked.
func (u *Urgent) Block(b Block) error {
	if err := b.Check(); err != nil {
		return err
	}
	return u.say(WordBlock, b.encode())
}

// Unblock lets a conversation go.
func (u *Urgent) Unblock(c Conversation) error {
	if err := c.Check(); err != nil {
		return err
	}
	return u.say(WordUnblock, c.encode(nil))
}

// Inject has a packet said.
func (u *Urgent) Inject(i *Inject) error {
	if err := i.Check(); err != nil {
		return err
	}
	return u.say(WordInject, i.encode())
}

// Rule says what becomes of packets that are held.
func (u *Urgent) Rule(r Ruling) error {
	if err := r.Check(); err != nil {
		return err
	}
	return u.say(WordRule, r.encode())
}

// Crowd gives a source no other connection.
func (u *Urgent) Crowd(c Crowd) error {
	if err := c.Check(); err != nil {
		return err
	}
	return u.say(WordCrowd, c.encode())
}

// Judged says that all packets were judged until a place.
func (u *Urgent) Judged(until uint64) error {
	return u.say(WordJudged, binary.LittleEndian.AppendUint64(nil, until))
}

func (u *Urgent) say(word Word, payload []byte) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if d, ok := u.w.(interface{ SetWriteDeadline(time.Time) error }); ok {
		if err := d.SetWriteDeadline(time.Now().Add(urgentPatience)); err != nil {
			return &abri.Error{Code: abri.CodeUnavailable, What: "the keeper is gone", Err: err}
		}
	}
	if err := writeFrame(u.w, word, payload); err != nil {
		return &abri.Error{Code: abri.CodeUnavailable, What: "the keeper takes no urgent orders", Err: err}
	}
	return nil
}

// Heed reads urgent orders from r and has h obey them until r ends; it returns nil at a clean end. What is refused is
// given to refused, and not fatal; what is not of the language ends it.
func Heed(r io.Reader, h Hand, refused func(error)) error {
	return eachFrame(r, "an urgent order", func(word Word, payload []byte) error {
		if err := heed(h, word, payload); err != nil {
			refused(err)
		}
		return nil
	})
}

func heed(h Hand, word Word, b []byte) error {
	const conversation = 2*endSize + 1
	malformed := refuse(fmt.Sprintf("an urgent order %d of %d bytes", word, len(b)), "as order.Urgent writes it")
	switch {
	case word == WordBlock && len(b) == conversation+8:
		c, rest := decodeConversation(b)
		x := Block{c, time.Duration(binary.LittleEndian.Uint64(rest))}
		if err := x.Check(); err != nil {
			return err
		}
		return h.Block(x)
	case word == WordUnblock && len(b) == conversation:
		c, _ := decodeConversation(b)
		if err := c.Check(); err != nil {
			return err
		}
		return h.Unblock(c)
	case word == WordInject:
		i, ok := decodeInject(b)
		if !ok {
			return malformed
		}
		if err := i.Check(); err != nil {
			return err
		}
		return h.Inject(&i)
	case word == WordRule:
		r, ok := decodeRuling(b)
		if !ok {
			return malformed
		}
		if err := r.Check(); err != nil {
			return err
		}
		return h.Rule(r)
	case word == WordCrowd && len(b) == crowdSize:
		c := decodeCrowd(b)
		if err := c.Check(); err != nil {
			return err
		}
		return h.Crowd(c)
	case word == WordRewrite:
		r, ok := decodeRewrite(b)
		if !ok {
			return malformed
		}
		if err := r.Check(); err != nil {
			return err
		}
		return h.Rewrite(&r)
	case word == WordJudged && len(b) == 8:
		return h.Judged(binary.LittleEndian.Uint64(b))
	}
	return malformed
}
