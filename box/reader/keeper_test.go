package reader

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
	"abri.example/abri/store"
)

// kernel is a keeper without one: it holds what it is told, and proves it.
type kernel struct {
	mu       sync.Mutex
	counters order.Counters
	stands   []order.Decision
	apart    order.Isolation
	leaks    string // why a proof fails
	refuses  error  // what every order is answered with

	names     order.Names
	resolving order.Resolving
	flood     order.Flood
	line      order.Line
}

func (k *kernel) Load(p order.Prefixes) (order.Loaded, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.counters.Entries4, k.counters.Entries6 = p.Len4(), p.Len6()
	return order.Loaded{Entries4: p.Len4(), Entries6: p.Len6()}, k.refuses
}

func (k *kernel) Mode(m abri.Mode) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.counters.Mode = m
	return k.refuses
}

func (k *kernel) Line(l order.Line) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.line = l
	return k.refuses
}

func (k *kernel) Flood(f order.Flood) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.flood = f
	return k.refuses
}

func (k *kernel) Decide(d order.Decision) error {
	_ = k.Withdraw(d)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.refuses == nil {
		k.stands = append(k.stands, d)
	}
	return k.refuses
}

func (k *kernel) Withdraw(d order.Decision) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stands = slices.DeleteFunc(k.stands, func(s order.Decision) bool { return s.Choice == d.Choice && s.Prefix == d.Prefix && s.Door == d.Door })
	return k.refuses
}

func (k *kernel) Standing() ([]order.Decision, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.stands), k.refuses
}

func (k *kernel) Counters() (order.Counters, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.counters
	c.Ports = []order.Port{{Side: "outside", Up: true}, {Side: "inside", Up: true}}
	return c, k.refuses
}

func (k *kernel) Isolate(i order.Isolation) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.apart = i
	return k.refuses
}
func (k *kernel) Prove() (order.Proof, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := order.Step{Tried: "a frame is stopped", Held: k.leaks == "", Said: k.leaks}
	return order.Proof{Steps: []order.Step{s}, Frames: 7}, k.refuses
}

func (k *kernel) Names(n order.Names) (order.NamesLoaded, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	rules := map[uint64]bool{}
	for _, r := range n.Rules {
		rules[r.Key] = true
	}
	k.names = n
	k.counters.Names, k.counters.NameRules = len(n.Keys), len(rules)
	return order.NamesLoaded{Names: len(n.Keys), Rules: len(rules)}, k.refuses
}

func (k *kernel) Resolving(r order.Resolving) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.resolving = r
	return k.refuses
}
func (k *kernel) Beat() error { return k.refuses }

// holds says what of these decisions the kernel lacks, or has too many.
func (k *kernel) holds(want ...string) error {
	var got []string
	all, _ := k.Standing()
	for _, d := range all {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", d.Choice, d.Prefix, d.Door)))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		return fmt.Errorf("the kernel holds %q, not %q", got, want)
	}
	return nil
}

// site is where a reader lives in a test: a folder, a kernel, and a wall clock that anybody may set.
type site struct {
	*testing.T
	kernel
	folder string
	clock  time.Time
	reader *Reader
	log    *slog.Logger
}

var paris, _ = time.LoadLocation("Europe/Paris")

func newSite(t *testing.T) *site {
	return &site{T: t, folder: t.TempDir(), clock: time.Date(2026, 3, 5, 12, 30, 0, 0, paris), log: slog.New(slog.NewTextHandler(t.Output(), nil))}
}

func (s *site) database() string { return filepath.Join(s.folder, "abri.db") }

// config is the file's text, with more of it.
func (s *site) config(more string) *config.Config {
	s.Helper()
	c, err := config.Parse("version = 1\n[box]\nmode = \"protect\"\ndata = \""+s.folder+"\"\n"+more, filepath.Join(s.folder, "box.toml"))
	if err != nil {
		s.Fatal(err)
	}
	return c
}

// live begins a life of the reader, without its loops: each test makes the steps.
func (s *site) live() *Reader {
	s.Helper()
	r := newReader(&s.kernel, func() time.Time { return s.clock }, s.log)
	if err := r.settle(s.Context(), s.config(""), "box.toml"); err != nil {
		s.Fatal(err)
	}
	s.reader = r
	return r
}

// step is a second of the reader's life, to the disk.
func (s *site) step() {
	s.reader.step(s.clock)
	s.reader.record.open(context.Background())
	s.reader.record.write(context.Background())
}

// die ends a life without a last word.
func (s *site) die() {
	s.Helper()
	if db := s.reader.record.opened(); db != nil {
		if err := db.Close(); err != nil {
			s.Fatal(err)
		}
	}
}

// monotonic is the kernel's clock, which nobody sets.
func monotonic() int64 {
	var ts unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts)
	return ts.Nano()
}

// dropped tells the reader of an attempt at the mail server by the nth attacker: its first packet, or one more.
func (s *site) dropped(n int, began bool) {
	now := monotonic()
	(&listener{Reader: s.reader, ctx: s.Context()}).Flow(order.Flow{
		Client: netip.AddrPortFrom(netip.AddrFrom4([4]byte{45, 155, 205, byte(n)}), 40000),
		Server: netip.MustParseAddrPort("192.168.10.25:25"), Proto: 6, Side: abri.Outside, Fate: order.Dropped, Cause: order.ByList,
		First: now - int64(time.Millisecond), Last: now, Up: order.Count{Packets: 1, Bytes: 60, Flags: 2}, Packets: 1, Bytes: 60, Began: began,
	})
}

// kept is what the store holds, by the last byte of the attacker's address. Two of one address are an error.
func (s *site) kept() map[byte]abri.Attack {
	s.Helper()
	db, err := store.Open(s.Context(), s.database(), s.log)
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	all, err := db.Recent(s.Context(), 1000)
	if err != nil {
		s.Fatal(err)
	}
	out := map[byte]abri.Attack{}
	for _, a := range all {
		n := a.Outside.As4()[3]
		if _, twice := out[n]; twice {
			s.Errorf("attacker %d is in the store twice", n)
		}
		out[n] = a
	}
	return out
}
