package order

import (
	"bytes"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	abri "abri.example/abri"
)

// hands is a Hand that remembers what it was told.
type hands struct {
	blocked  []Block
	let      []Conversation
	injected []Inject
	ruled    []Ruling
	crowds   []Crowd
	written  []Rewrite
	judged   []uint64
}

func (h *hands) Crowd(c Crowd) error          { h.crowds = append(h.crowds, c); return c.Check() }
func (h *hands) Judged(at uint64) error       { h.judged = append(h.judged, at); return nil }
func (h *hands) Block(b Block) error          { h.blocked = append(h.blocked, b); return nil }
func (h *hands) Unblock(c Conversation) error { h.let = append(h.let, c); return nil }
func (h *hands) Rule(r Ruling) error          { h.ruled = append(h.ruled, r); return nil }
func (h *hands) Rewrite(r *Rewrite) error {
	x := *r
	x.Patches = nil
	for _, p := range r.Patches {
		x.Patches = append(x.Patches, Patch{p.At, bytes.Clone(p.Data)})
	}
	h.written = append(h.written, x)
	return nil
}
func (h *hands) Inject(i *Inject) error {
	x := *i
	x.Head, x.Data = bytes.Clone(i.Head), bytes.Clone(i.Data)
	h.injected = append(h.injected, x)
	return nil
}

var (
	shopping = Conversation{netip.MustParseAddrPort("192.168.1.2:5000"), netip.MustParseAddrPort("80.1.1.1:443"), TCP}
	calling  = Conversation{netip.MustParseAddrPort("[2a01::2]:5060"), netip.MustParseAddrPort("[2a02::1]:5060"), UDP}
	head     = []byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0}
)

func TestUrgentOrdersArriveAsGiven(t *testing.T) {
	ours, theirs := net.Pipe()
	h, done := &hands{}, make(chan error, 1)
	go func() { done <- Heed(theirs, h, func(err error) { t.Errorf("refused: %v", err) }) }()
	u := NewUrgent(ours)
	reset := Inject{From: shopping.Server, To: shopping.Client, Proto: TCP, Flags: 0x14, Seq: 1 << 31, Ack: 7, Head: head}
	busy := Inject{From: calling.Server, To: calling.Client, Proto: UDP, Head: head, Data: []byte("SIP/2.0 603 Decline\r\n\r\n")}
	pass, stop := Ruling{shopping, []uint32{7, 1 << 31}, true, false}, Ruling{calling, nil, false, true}
	hoarder, village := Crowd{netip.MustParsePrefix("80.1.1.1/32"), time.Minute}, Crowd{netip.MustParsePrefix("2a02:1:2::/48"), MaxCrowd}
	other := Rewrite{shopping, 7, []Patch{{50, []byte{1, 2}}, {70, []byte("xxxxxxxx")}}}
	for _, err := range []error{u.Crowd(hoarder), u.Crowd(village), u.Block(Block{shopping, time.Minute}), u.Block(Block{calling, MaxBlock}), u.Unblock(calling), u.Inject(&reset), u.Inject(&busy), u.Rule(pass), u.Rule(stop), u.Rewrite(&other), u.Judged(1 << 60), ours.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := <-done; err != nil {
		t.Errorf("heeding ends with %v", err)
	}
	want := &hands{[]Block{{shopping, time.Minute}, {calling, MaxBlock}}, []Conversation{calling}, []Inject{reset, busy}, []Ruling{pass, stop}, []Crowd{hoarder, village}, []Rewrite{other}, []uint64{1 << 60}}
	if d := cmp.Diff(want, h, cmp.AllowUnexported(hands{}), cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b }), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }), cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
	if err := u.Block(Block{shopping, time.Minute}); abri.CodeOf(err) != abri.CodeUnavailable {
		t.Errorf("a keeper that is gone: %v", err)
	}
}

// What no box should be told is refused at both ends: by who says it, and by who is told by somebody that does not ask.
func TestUrgentOrdersThatAreRefused(t *testing.T) {
	with := func(f func(*Inject)) *Inject {
		i := &Inject{From: shopping.Server, To: shopping.Client, Proto: TCP, Flags: 4, Head: head}
		f(i)
		return i
	}
	four, mapped := shopping.Client, netip.MustParseAddrPort("[::ffff:80.1.1.1]:443")
	type row = struct {
		word  Word
		check error
		bytes []byte
	}
	crowdRow := func(p netip.Prefix, lasts time.Duration) row {
		c := Crowd{p, lasts}
		return row{WordCrowd, c.Check(), c.encode()}
	}
	for name, c := range map[string]row{
		"a /8 of callers":   crowdRow(netip.MustParsePrefix("80.0.0.0/8"), time.Minute),
		"callers for a day": crowdRow(netip.MustParsePrefix("80.1.1.1/32"), 24*time.Hour),
		"an unmasked /24":   crowdRow(netip.MustParsePrefix("80.1.1.1/24"), time.Minute),
		"callers of here":   crowdRow(netip.MustParsePrefix("127.0.0.1/32"), time.Minute),
		"for ever":          {WordBlock, Block{shopping, 0}.Check(), Block{shopping, 0}.encode()},
		"in the past":       {WordBlock, Block{shopping, -1}.Check(), Block{shopping, -1}.encode()},
		"for a day":         {WordBlock, Block{shopping, 24 * time.Hour}.Check(), Block{shopping, 24 * time.Hour}.encode()},
		"ICMP":              {WordBlock, Block{Conversation{four, shopping.Server, 1}, 1}.Check(), Block{Conversation{four, shopping.Server, 1}, 1}.encode()},
		"two families":      {WordUnblock, Conversation{four, calling.Server, TCP}.Check(), Conversation{four, calling.Server, TCP}.encode(nil)},
		"no port":           {WordUnblock, Conversation{four, netip.AddrPortFrom(shopping.Server.Addr(), 0), TCP}.Check(), Conversation{four, netip.AddrPortFrom(shopping.Server.Addr(), 0), TCP}.encode(nil)},
		"to all":            {WordUnblock, Conversation{four, netip.MustParseAddrPort("255.255.255.255:9"), UDP}.Check(), Conversation{four, netip.MustParseAddrPort("255.255.255.255:9"), UDP}.encode(nil)},
		"too much":          {WordInject, with(func(i *Inject) { i.Data = make([]byte, MaxData+1) }).Check(), with(func(i *Inject) { i.Data = make([]byte, MaxData+1) }).encode()},
		"no head":           {WordInject, with(func(i *Inject) { i.Head = nil }).Check(), with(func(i *Inject) { i.Head = nil }).encode()},
		"a long head":       {WordInject, with(func(i *Inject) { i.Head = make([]byte, 31) }).Check(), with(func(i *Inject) { i.Head = make([]byte, 31) }).encode()},
		"to every card":     {WordInject, with(func(i *Inject) { i.Head = append([]byte{0xff}, head[1:]...) }).Check(), with(func(i *Inject) { i.Head = append([]byte{0xff}, head[1:]...) }).encode()},
		"UDP with flags":    {WordInject, with(func(i *Inject) { i.Proto = UDP }).Check(), with(func(i *Inject) { i.Proto = UDP }).encode()},
		"too many held":     {WordRule, Ruling{Conversation: shopping, Held: make([]uint32, MaxHeld+1)}.Check(), Ruling{Conversation: shopping, Held: make([]uint32, MaxHeld+1)}.encode()},
		"half a number":     {WordRule, nil, Ruling{Conversation: shopping, Held: []uint32{1}}.encode()[:40]},
		"half a block":      {WordBlock, nil, Block{shopping, 1}.encode()[:20]},
		"half an address":   {WordInject, nil, with(func(*Inject) {}).encode()[:20]},
		"nothing written":   {WordRewrite, Rewrite{Conversation: shopping, Held: 1}.Check(), (&Rewrite{Conversation: shopping, Held: 1}).encode()},
		"another's card":    {WordRewrite, Rewrite{shopping, 1, []Patch{{3, []byte{1}}}}.Check(), (&Rewrite{shopping, 1, []Patch{{3, []byte{1}}}}).encode()},
		"written to UDP":    {WordRewrite, Rewrite{calling, 1, []Patch{{40, []byte{1}}}}.Check(), (&Rewrite{calling, 1, []Patch{{40, []byte{1}}}}).encode()},
		"half a patch":      {WordRewrite, nil, (&Rewrite{shopping, 1, []Patch{{40, []byte{1}}}}).encode()[:42]},
		"another word":      {WordLoad, nil, nil},
	} {
		h := &hands{}
		if c.check == nil && len(c.bytes) > 42 || c.check != nil && abri.CodeOf(c.check) != abri.CodeInvalid {
			t.Errorf("%s: checked as %v", name, c.check)
		}
		if err := heed(h, c.word, c.bytes); abri.CodeOf(err) != abri.CodeInvalid || len(h.blocked)+len(h.let)+len(h.injected)+len(h.written)+len(h.ruled) > 0 {
			t.Errorf("%s: heeded with %v, %+v", name, err, h)
		}
	}
	if (Conversation{four, mapped, TCP}).Check() == nil {
		t.Error("an IPv4 address in its IPv6 form is taken")
	}
}

// FuzzHeed: whatever comes, what is obeyed is what passes its check.
func FuzzHeed(f *testing.F) {
	f.Add(uint8(WordBlock), Block{shopping, time.Minute}.encode())
	f.Add(uint8(WordRule), Ruling{shopping, []uint32{1, 2}, true, true}.encode())
	f.Add(uint8(WordCrowd), Crowd{netip.MustParsePrefix("80.1.1.1/32"), time.Minute}.encode())
	f.Add(uint8(WordRewrite), (&Rewrite{shopping, 7, []Patch{{50, []byte{1, 2}}, {70, []byte("xx")}}}).encode())
	f.Add(uint8(WordUnblock), calling.encode(nil))
	f.Add(uint8(WordInject), (&Inject{From: shopping.Server, To: shopping.Client, Proto: TCP, Flags: 4, Head: head, Data: []byte("page")}).encode())
	f.Fuzz(func(t *testing.T, word uint8, b []byte) {
		h := &hands{}
		_ = heed(h, Word(word), b)
		for _, x := range h.blocked {
			if x.Check() != nil {
				t.Errorf("obeyed: %+v", x)
			}
		}
		for _, x := range h.crowds {
			if x.Check() != nil {
				t.Errorf("obeyed: %+v", x)
			}
		}
		for i := range h.injected {
			if h.injected[i].Check() != nil {
				t.Errorf("obeyed: %+v", h.injected[i])
			}
		}
	})
}
