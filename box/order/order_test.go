package order

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	abri "abri.example/abri"
)

// memory is a Keeper that remembers what it was told.
type memory struct {
	loaded Prefixes
	mode   abri.Mode
	said   []Decision
	beats  int

	names     Names
	resolving Resolving
	apart     Isolation
	flood     Flood
	line      Line
}

func (m *memory) Load(p Prefixes) (Loaded, error) {
	m.loaded = Pack(p.V4(), p.Len4(), p.V6(), p.Len6()) // what was given is the frame's, and gone after this
	return Loaded{Entries4: p.Len4(), Entries6: p.Len6(), Took: time.Second}, nil
}
func (m *memory) Mode(x abri.Mode) error  { m.mode = x; return nil }
func (m *memory) Decide(d Decision) error { m.said = append(m.said, d); return nil }
func (m *memory) Withdraw(Decision) error {
	return &abri.Error{Code: abri.CodeRefused, What: "not now"}
}
func (m *memory) Counters() (Counters, error)   { return Counters{Mode: m.mode, Entries4: 7}, nil }
func (m *memory) Standing() ([]Decision, error) { return m.said, nil }
func (m *memory) Prove() (Proof, error) {
	return Proof{Steps: []Step{{Tried: "one", Held: true}, {Tried: "two", Said: "it came through"}}, Frames: 2}, nil
}
func (m *memory) Isolate(i Isolation) error { m.apart = i; return nil }
func (m *memory) Beat() error               { m.beats++; return nil }
func (m *memory) Names(n Names) (NamesLoaded, error) {
	m.names = n
	return NamesLoaded{Names: len(n.Keys), Rules: len(n.Rules)}, nil
}
func (m *memory) Resolving(r Resolving) error { m.resolving = r; return nil }
func (m *memory) Flood(f Flood) error         { m.flood = f; return nil }
func (m *memory) Line(l Line) error           { m.line = l; return nil }

func converse(t *testing.T) (*Caller, *memory) {
	t.Helper()
	up, down := net.Pipe()
	m := &memory{}
	done := make(chan error, 1)
	go func() { done <- Serve(down, m) }()
	t.Cleanup(func() {
		up.Close()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return NewCaller(up), m
}

func TestOrdersArriveAsGiven(t *testing.T) {
	c, m := converse(t)
	want := Pack(slices.Values([]uint64{0x2d9bcd0a<<8 | 32, 0x08000000<<8 | 8}), 2, slices.Values([]Prefix6{{0x2a00_1450_0000_0000, 1, 128}}), 1)
	l, err := c.Load(want)
	if err != nil || l.Entries4 != 2 || l.Entries6 != 1 {
		t.Fatalf("load answered %+v, %v", l, err)
	}
	if v4 := slices.Collect(m.loaded.V4()); !slices.Equal(v4, []uint64{0x2d9bcd0a<<8 | 32, 0x08000000<<8 | 8}) {
		t.Errorf("loaded %x", v4)
	}
	if v6 := slices.Collect(m.loaded.V6()); !slices.Equal(v6, []Prefix6{{0x2a00_1450_0000_0000, 1, 128}}) {
		t.Errorf("loaded %x", v6)
	}
	if l, err := c.Load(Prefixes{}); err != nil || l.Entries4 != 0 || l.Entries6 != 0 {
		t.Errorf("no lists: %+v, %v", l, err)
	}
	many := Pack(func(yield func(uint64) bool) {
		for i := range uint64(50_000) {
			if !yield((0x2d000000+i)<<8 | 32) {
				return
			}
		}
	}, 0, func(func(Prefix6) bool) {}, 0)
	if l, err := c.Load(many); err != nil || l.Entries4 != 50_000 || !slices.Equal(slices.Collect(m.loaded.V4()), slices.Collect(many.V4())) {
		t.Errorf("a long load: %+v, %v", l, err)
	}
	d := Decision{Choice: Ban, Prefix: netip.MustParsePrefix("198.51.100.0/24"), For: time.Hour}
	if err := errors.Join(c.Mode(abri.Protect), c.Beat(), c.Decide(d)); err != nil {
		t.Fatal(err)
	}
	if m.mode != abri.Protect || m.beats != 1 || len(m.said) != 1 || m.said[0] != d {
		t.Errorf("the keeper heard %+v", m)
	}
	if ds, err := c.Standing(); err != nil || len(ds) != 1 || ds[0] != d {
		t.Errorf("standing %v, %v", ds, err)
	}
	if k, err := c.Counters(); err != nil || k.Entries4 != 7 || k.Mode != abri.Protect {
		t.Errorf("counters %+v, %v", k, err)
	}
}

// What is as wide as a provider or a site's own is allowed, with a warning when it is wider than a site; what an earlier
// version allowed can be taken back.
func TestWideDecisions(t *testing.T) {
	c, _ := converse(t)
	for _, row := range []struct {
		choice Choice
		prefix string
		warned bool
	}{
		{Exempt, "203.0.113.0/24", false}, {Exempt, "203.0.112.0/23", true}, {Trust, "10.0.0.0/8", true}, {Trust, "fd00::/8", true},
		{Exempt, "2001:db8::/56", false}, {Exempt, "2001:db8::/55", true}, {Ban, "203.0.0.0/8", false},
	} {
		d := Decision{Choice: row.choice, Prefix: netip.MustParsePrefix(row.prefix).Masked()}
		if err := c.Decide(d); err != nil || (d.Warning() != "") != row.warned {
			t.Errorf("%s %s: %v, warning %q", row.choice, row.prefix, err, d.Warning())
		}
	}
	if err := c.Withdraw(Decision{Choice: Exempt, Prefix: netip.MustParsePrefix("0.0.0.0/0")}); abri.CodeOf(err) != abri.CodeRefused { // the keeper's own word
		t.Errorf("what was allowed once can't be taken back: %v", err)
	}
}

func TestWhatIsRefusedIsAnsweredAndTheConversationGoesOn(t *testing.T) {
	c, m := converse(t)
	for name, d := range map[string]Decision{
		"unknown choice":    {Choice: "forgive", Prefix: netip.MustParsePrefix("192.0.2.1/32")},
		"host bits":         {Choice: Ban, Prefix: netip.PrefixFrom(netip.MustParseAddr("192.0.2.1"), 24)},
		"no prefix":         {Choice: Ban, Prefix: netip.Prefix{}},
		"past":              {Choice: Ban, Prefix: netip.MustParsePrefix("192.0.2.1/32"), For: -time.Second},
		"half the world":    {Choice: Ban, Prefix: netip.MustParsePrefix("0.0.0.0/1")},
		"all pass":          {Choice: Exempt, Prefix: netip.MustParsePrefix("0.0.0.0/0")},
		"all of 6 pass":     {Choice: Exempt, Prefix: netip.MustParsePrefix("::/0")},
		"all trusted":       {Choice: Trust, Prefix: netip.MustParsePrefix("0.0.0.0/7"), For: time.Hour},
		"more than ULA":     {Choice: Trust, Prefix: netip.MustParsePrefix("fc00::/6")},
		"this machine":      {Choice: Ban, Prefix: netip.MustParsePrefix("127.0.0.1/32")},
		"this machine 6":    {Choice: Ban, Prefix: netip.MustParsePrefix("::1/128")},
		"multicast":         {Choice: Ban, Prefix: netip.MustParsePrefix("224.0.0.251/32")},
		"multicast 6":       {Choice: Ban, Prefix: netip.MustParsePrefix("ff02::/16")},
		"nobody":            {Choice: Ban, Prefix: netip.MustParsePrefix("0.0.0.0/32")},
		"everybody":         {Choice: Ban, Prefix: netip.MustParsePrefix("255.255.255.255/32")},
		"neighbours":        {Choice: Ban, Prefix: netip.MustParsePrefix("fe80::1/128")},
		"a released door":   {Choice: Exempt, Prefix: netip.MustParsePrefix("192.0.2.1/32"), Door: abri.Door{Proto: 6, Port: 22}},
		"a network's door":  {Choice: Ban, Prefix: netip.MustParsePrefix("192.0.2.0/24"), Door: abri.Door{Proto: 6, Port: 22}},
		"a door of nothing": {Choice: Ban, Prefix: netip.MustParsePrefix("192.0.2.1/32"), Door: abri.Door{Port: 22}},
		"mapped":            {Choice: Ban, Prefix: netip.MustParsePrefix("::ffff:1.2.3.4/128")},
	} {
		if err := c.Decide(d); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.Mode("disarm"); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("mode: %v", err)
	}
	if err := c.Withdraw(Decision{Choice: Ban, Prefix: netip.MustParsePrefix("192.0.2.1/32")}); abri.CodeOf(err) != abri.CodeRefused {
		t.Errorf("the keeper's own refusal came back as %v", err)
	}
	if len(m.said) != 0 {
		t.Errorf("the keeper was told %v", m.said)
	}
	if err := c.Beat(); err != nil {
		t.Errorf("after refusals: %v", err)
	}
}

// gathered is a Listener that keeps what it hears.
type gathered struct {
	pressing Pressing
	packets  []Packet
	flows    []Flow
	places   []Place
	settings []Settings

	questions []Question
}

func (g *gathered) Packet(p Packet) {
	p.Data = bytes.Clone(p.Data)
	g.packets = append(g.packets, p)
}
func (g *gathered) Flow(f Flow) { g.flows = append(g.flows, f) }
func (g *gathered) Question(q Question) {
	q.Name = bytes.Clone(q.Name)
	g.questions = append(g.questions, q)
}
func (g *gathered) Place(p Place)       { g.places = append(g.places, p) }
func (g *gathered) Settings(s Settings) { g.settings = append(g.settings, s) }
func (g *gathered) Pressing(p Pressing) { g.pressing = p }

func TestNewsArriveAsTold(t *testing.T) {
	var wire bytes.Buffer
	tell := NewTeller(&wire)
	var want gathered
	for i := range 2000 {
		p := Packet{At: int64(i), Length: 1500, Side: abri.Inside, Fate: Would, Asks: i%3 == 0, Data: bytes.Repeat([]byte{byte(i)}, i%1400)}
		want.packets = append(want.packets, p)
		if err := tell.Packet(p); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 20000 {
		f := Flow{Client: netip.MustParseAddrPort("45.155.205.10:40000"), Server: netip.MustParseAddrPort("[2a00:1450::1]:443"),
			Proto: 6, Side: abri.Outside, Fate: Dropped, First: int64(i), Last: int64(i + 5), Up: Count{1, 60, 2}, Down: Count{9, 1 << 40, 0x12},
			Cause: ByBan, Packets: 3, Bytes: 180, Began: i%2 == 0}
		want.flows = append(want.flows, f)
		if err := tell.Flow(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := tell.Flush(); err != nil {
		t.Fatal(err)
	}
	want.places = []Place{{Own: []netip.Addr{netip.MustParseAddr("192.168.1.2")}}}
	want.settings = []Settings{{"box.toml", "version = 1\n", "host"}}
	if err := errors.Join(tell.Place(want.places[0]), tell.Settings(want.settings[0])); err != nil {
		t.Fatal(err)
	}
	var got gathered
	if err := Listen(&wire, &got); err != nil {
		t.Fatal(err)
	}
	together := 0
	for i := range want.packets {
		if got.packets[i].Last {
			together++
		}
		got.packets[i].Last = false
		if d := cmp.Diff(want.packets[i], got.packets[i], cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("packet %d: %s", i, d)
		}
	}
	if frames := 2; together != frames {
		t.Errorf("%d packets are the last of those that came together, in %d frames", together, frames)
	}
	if !slices.Equal(want.flows, got.flows) {
		t.Errorf("%d flows told, %d heard, or not the same", len(want.flows), len(got.flows))
	}
	if !reflect.DeepEqual(want.places, got.places) || !slices.Equal(want.settings, got.settings) {
		t.Errorf("told %+v %+v, heard %+v %+v", want.places, want.settings, got.places, got.settings)
	}
}

func FuzzServe(f *testing.F) {
	var b bytes.Buffer
	_ = writeFrame(&b, WordLoad, Pack(slices.Values([]uint64{1<<8 | 32}), 1, func(func(Prefix6) bool) {}, 0).encode())
	_ = writeFrame(&b, WordDecide, []byte(`{"choice":"ban","prefix":"192.0.2.1/32"}`))
	_ = writeFrame(&b, WordNames, Names{Keys: []uint64{7}, Rules: []NameRule{{1, NameStops}}}.encode())
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, in []byte) {
		if len(in) >= 4 && binary.LittleEndian.Uint32(in) > 1<<16 {
			return // a long claim makes a large buffer, which is allowed and slow to fuzz
		}
		m := &memory{}
		_ = Serve(struct {
			io.Reader
			io.Writer
		}{bytes.NewReader(in), io.Discard}, m)
		for _, d := range m.said {
			if d.Check() != nil {
				t.Fatalf("an unchecked decision reached the keeper: %+v", d)
			}
		}
	})
}

func FuzzListen(f *testing.F) {
	var b bytes.Buffer
	tell := NewTeller(&b)
	_ = tell.Packet(Packet{Data: []byte("abc")})
	_ = tell.Flow(Flow{Client: netip.MustParseAddrPort("1.2.3.4:5"), Server: netip.MustParseAddrPort("[::1]:6")})
	_ = tell.Question(Question{Client: netip.MustParseAddrPort("1.2.3.4:5"), Name: []byte("\x01a\x00")})
	_ = tell.Flush()
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, in []byte) {
		if len(in) >= 4 && binary.LittleEndian.Uint32(in) > 1<<16 {
			return
		}
		_ = Listen(bytes.NewReader(in), &gathered{})
	})
}

// late is a conversation that ends like one whose deadline has passed.
type late struct{ io.ReadWriter }

func (late) SetDeadline(at time.Time) error {
	if time.Until(at) <= 0 {
		return errors.New("in the past")
	}
	return nil
}
func (late) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

// A keeper that does not answer in time is told as gone, and no later answer is taken for that of another order.
func TestAKeeperThatHangsIsGivenUp(t *testing.T) {
	var sent bytes.Buffer
	c := NewCaller(late{&sent})
	if err := c.Beat(); abri.CodeOf(err) != abri.CodeUnavailable || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("no answer came, and the error is %v", err)
	}
	n := sent.Len()
	if err := c.Mode(abri.Protect); abri.CodeOf(err) != abri.CodeUnavailable || sent.Len() != n {
		t.Errorf("another order was given all the same: %v", err)
	}
}
