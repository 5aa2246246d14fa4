package control

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/device"
	"abri.example/abri/letter"
	"abri.example/abri/siege"
)

// fake is a Box that remembers who asked what.
type fake struct {
	Librarian
	Warden
	Member
	who  Who
	said string
}

func (f *fake) Status(context.Context) (Status, error) { return Status{Name: "Sury"}, nil }
func (f *fake) Why(_ context.Context, a netip.Addr) (Answer, error) {
	return Answer{Address: a, Action: abri.ActBlock}, nil
}
func (f *fake) Ban(_ context.Context, who Who, p netip.Prefix, d time.Duration) error {
	f.who, f.said = who, "ban "+p.String()+" "+d.String()
	return nil
}
func (f *fake) Forget(_ context.Context, _ Who, p netip.Prefix) ([]order.Choice, error) {
	f.said = "forget " + p.String()
	return []order.Choice{order.Ban}, nil
}
func (f *fake) Release(_ context.Context, _ Who, p netip.Prefix, _ time.Duration) error {
	if p.Bits() == 8 {
		return nil
	}
	return &abri.Error{Code: abri.CodeRefused, What: "that is the gateway"}
}
func (f *fake) SignIn(_ context.Context, who Who) (SignIn, error) {
	return SignIn{Code: "for-" + who.Name}, nil
}
func (f *fake) ExamineLetter(_ context.Context, file []byte) (letter.Opinion, error) {
	return letter.Examine(letter.Letter{Subject: strconv.Itoa(len(file))}, letter.Judge{}), nil
}
func (f *fake) ExamineLink(_ context.Context, link string) (letter.Opinion, error) {
	return letter.ExamineLink(link, letter.Judge{})
}
func (f *fake) SelfTest(context.Context) (SelfTest, error) {
	return SelfTest{Held: true, Frames: 6}, nil
}

func (f *fake) Line(context.Context) (Telephone, error) {
	return Telephone{Extensions: 7, Calls: []Calls{{Country: "SO", Seconds: 60}}}, nil
}

func (f *fake) Mailboxes(context.Context) ([]Tried, error) {
	return []Tried{TriedOf(abri.Attack{ID: "ab", Kind: abri.Bruteforce, Service: abri.Mail})}, nil
}

func (f *fake) Saturations(context.Context) ([]siege.Sheet, error) {
	return []siege.Sheet{{ID: "20260305T101500Z", Worst: 90_000}}, nil
}

func (f *fake) Devices(context.Context) ([]Device, error) {
	return []Device{{Called: "SECRETARIAT-2", MAC: device.MAC{2, 0, 0, 0, 0, 9}}}, nil
}

func (f *fake) Departures(context.Context) ([]abri.Departed, error) {
	return []abri.Departed{{Attack: abri.Attack{ID: "ab", Direction: abri.Out}}}, nil
}

func (f *fake) Departed(_ context.Context, id string) (abri.Departed, error) {
	f.said = id
	return abri.Departed{Attack: abri.Attack{ID: id}, Hours: []abri.DepartedHour{{Sent: 3, Received: 2, Flows: 1}, {Sent: 4}}}, nil
}

func (f *fake) SetMode(_ context.Context, _ Who, m abri.Mode) error { f.said = string(m); return nil }

func open(t *testing.T) (*Client, *fake, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), SocketName)
	l, err := Listen(path, os.Getgid())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	f, done := &fake{}, make(chan error, 1)
	go func() { done <- Serve(ctx, l, f) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return Dial(path), f, path
}

func TestWhatIsAskedArrives(t *testing.T) {
	c, f, path := open(t)
	ctx := context.Background()
	if s, err := c.Status(ctx); err != nil || s.Name != "Sury" {
		t.Errorf("status %+v, %v", s, err)
	}
	if l, err := c.Line(ctx); err != nil || l.Extensions != 7 || len(l.Calls) != 1 || l.Calls[0].Seconds != 60 {
		t.Errorf("the line %+v, %v", l, err)
	}
	if m, err := c.Mailboxes(ctx); err != nil || len(m) != 1 || m[0].Kind != abri.Bruteforce {
		t.Errorf("the mail %+v, %v", m, err)
	}
	if s, err := c.Saturations(ctx); err != nil || len(s) != 1 || s[0].Worst != 90_000 {
		t.Errorf("saturations: %+v, %v", s, err)
	}
	if d, err := c.Devices(ctx); err != nil || len(d) != 1 || d[0].MAC.String() != "02:00:00:00:00:09" {
		t.Errorf("devices %+v, %v", d, err)
	}
	if a, err := c.Why(ctx, netip.MustParseAddr("2a00::1")); err != nil || a.Address.String() != "2a00::1" {
		t.Errorf("why %+v, %v", a, err)
	}
	if err := c.Ban(ctx, netip.MustParsePrefix("9.9.9.0/24"), time.Hour); err != nil || f.said != "ban 9.9.9.0/24 1h0m0s" {
		t.Errorf("ban said %q, %v", f.said, err)
	}
	if f.who.UID != uint32(os.Getuid()) {
		t.Errorf("the kernel says that %+v asked, and it was %d", f.who, os.Getuid())
	}
	if was, err := c.Forget(ctx, netip.MustParsePrefix("9.9.9.0/24")); err != nil || !slices.Equal(was, []order.Choice{order.Ban}) || f.said != "forget 9.9.9.0/24" {
		t.Errorf("forget gave %v, %v and said %q", was, err, f.said)
	}
	if warning, err := c.Release(ctx, netip.MustParsePrefix("9.0.0.0/8"), 0); err != nil || !strings.Contains(warning, "9.0.0.0/8 is wide") {
		t.Errorf("a wide release warns %q, %v", warning, err)
	}
	if _, err := c.Release(ctx, netip.MustParsePrefix("9.9.9.0/24"), 0); abri.CodeOf(err) != abri.CodeRefused {
		t.Errorf("a refusal came back as %v", err)
	}
	if in, err := c.SignIn(ctx); err != nil || in.Code != "for-"+f.who.Name || f.who.Name == "" {
		t.Errorf("sign-in %+v of %q, %v", in, f.who.Name, err)
	}
	if o, err := c.ExamineLetter(ctx, make([]byte, letter.MaxBytes)); err != nil || o.Subject != strconv.Itoa(letter.MaxBytes) {
		t.Errorf("a letter arrives as %+v, %v", o, err)
	}
	if o, err := c.ExamineLink(ctx, "javascript:x"); err != nil || o.Advice != letter.Danger || len(o.Reasons) != 1 {
		t.Errorf("a link arrives as %+v, %v", o, err)
	}
	if _, err := c.ExamineLink(ctx, "bonjour"); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("no link: %v", err)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o660 {
		t.Errorf("the socket is open to %v, %v", st.Mode(), err)
	}
}

func TestNoBoxIsSaidInWords(t *testing.T) {
	_, err := Dial(filepath.Join(t.TempDir(), SocketName)).Status(context.Background())
	if abri.CodeOf(err) != abri.CodeNoBox {
		t.Errorf("got %v", err)
	}
}

// A box that ends late is waited for, and takes nothing of the next one's away.
func TestTheNextBoxsSocketStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), SocketName)
	old, err := Listen(path, os.Getgid())
	if err != nil {
		t.Fatal(err)
	}
	ends := make(chan error, 1)
	go func() {
		if asks, err := old.Accept(); err == nil { // somebody wants the place
			asks.Close()
		}
		ends <- old.Close()
	}()
	next, err := Listen(path, os.Getgid())
	if err != nil {
		t.Fatal(err)
	}
	if err := <-ends; err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, next, &fake{}) }()
	if _, err := Dial(path).Status(ctx); err != nil {
		t.Errorf("the next box can't be asked: %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestWhatIsNotASocketIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), SocketName)
	if err := os.WriteFile(path, []byte("letter"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(path, os.Getgid()); abri.CodeOf(err) != abri.CodeRefused {
		t.Errorf("got %v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "letter" {
		t.Error("the file was harmed")
	}
}

// The socket of a box that answers is left to it; what a killed one left is taken away.
func TestTheSocketOfARunningBox(t *testing.T) {
	defer func(d time.Duration) { farewell = d }(farewell)
	farewell = 0
	c, _, path := open(t)
	if _, err := Listen(path, os.Getgid()); abri.CodeOf(err) != abri.CodeRefused {
		t.Errorf("a second box at the socket: %v", err)
	}
	if s, err := c.Status(t.Context()); err != nil || s.Name != "Sury" {
		t.Errorf("the first box answers %+v, %v", s, err)
	}
	left := filepath.Join(t.TempDir(), SocketName)
	for range 2 {
		l, err := Listen(left, os.Getgid())
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
	}
}

// A sheet comes through with its sums.
func TestDepartures(t *testing.T) {
	c, f, _ := open(t)
	d, err := c.Departed(t.Context(), "ab")
	if err != nil || f.said != "ab" || d.ID != "ab" || d.Sent != 7 || d.Received != 2 || d.Flows != 1 || len(d.Hours) != 2 || d.Hours[0].Sent != 3 {
		t.Errorf("%+v, %v", d, err)
	}
	if all, err := c.Departures(t.Context()); err != nil || len(all) != 1 || all[0].ID != "ab" {
		t.Errorf("%+v, %v", all, err)
	}
}
