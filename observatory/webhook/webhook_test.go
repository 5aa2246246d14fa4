package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/ledger/ledgertest"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/webhook"
)

var (
	noon  = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	quiet = slog.New(slog.NewTextHandler(io.Discard, nil))
)

// receiver is a program that is told. It verifies each message by the standard's own words, and answers status.
type receiver struct {
	*httptest.Server
	t *testing.T

	mu     sync.Mutex
	secret []byte
	status int
	asked  int
	heard  map[string]int // by id, those that were taken
	events []ledger.Event
}

func listen(t *testing.T) *receiver {
	r := &receiver{t: t, status: http.StatusNoContent, heard: map[string]int{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	body, err := io.ReadAll(q.Body)
	if err != nil {
		r.t.Error(err)
	}
	id := q.Header.Get("webhook-id")
	mac := hmac.New(sha256.New, r.secret)
	fmt.Fprintf(mac, "%s.%s.%s", id, q.Header.Get("webhook-timestamp"), body)
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); q.Header.Get("webhook-signature") != want || q.Method != http.MethodPost {
		r.t.Errorf("%s %s: the signature is not right", q.Method, id)
	}
	w.Header().Set("Location", "/elsewhere")
	w.WriteHeader(r.status)
	if r.status/100 == 2 {
		var e ledger.Event
		if err := json.Unmarshal(body, &e); err != nil {
			r.t.Error(err)
		}
		r.heard[id]++
		r.events = append(r.events, e)
	}
}

func (r *receiver) answers(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// topics are what was heard, in its order.
func (r *receiver) topics() (out []ledger.Topic) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		out = append(out, e.Type)
	}
	return out
}

// observatory is a ledger with two communes, whose people may be told.
type observatory struct {
	*testing.T
	*ledger.Ledger
	ctx context.Context
	now time.Time
}

func open(t *testing.T, address string) *observatory {
	l, err := ledger.Open(t.Context(), address, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &observatory{T: t, Ledger: l, ctx: audit.By(t.Context(), audit.Actor{Who: "test", From: "test", At: noon}), now: noon}
}

func (o *observatory) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// person enters somebody.
func (o *observatory) person(id string, role people.Role, sites ...int64) people.Person {
	o.Helper()
	p := people.Person{ID: id, Name: id, Role: role, Scope: people.Scope{Sites: sites}, Invited: noon, By: "test"}
	o.must(o.InvitePerson(o.ctx, p, ledger.Link{Digest: sha256.Sum256([]byte(id)), Made: noon, Until: noon.Add(time.Hour)}))
	return p
}

// site enters a site whose box asks to be taken in.
func (o *observatory) site(code string) int64 {
	o.Helper()
	n := ledger.SiteNumber(ledger.Commune, code)
	o.must(o.PutSites(o.ctx, ledger.Site{Sort: ledger.Commune, Code: code, Name: "Commune " + code, Place: ledger.Behind, Created: noon}))
	secret := []byte(code)
	o.must(o.Invite(o.ctx, ledger.Invitation{Site: n, Digest: sha256.Sum256(secret), Made: noon.Add(-time.Hour), Until: noon.Add(time.Hour), By: "test"}))
	o.must(o.Apply(o.ctx, secret, ledger.Box{Identity: fleet.Identity{Site: n, Box: "b1"}, Fingerprint: []byte("f"), Request: []byte("r"), Words: "w", Asked: noon}))
	return n
}

func (o *observatory) confirm(site int64) {
	o.Helper()
	_, err := o.Confirm(o.ctx, site, "w", "a person", noon)
	o.must(err)
}

// report has a box tell attacks of these kinds.
func (o *observatory) report(site int64, epoch string, seq uint64, kinds ...abri.Kind) error {
	o.Helper()
	r := fleet.Report{Version: 1, Site: site, Box: "b1", Epoch: epoch, Seq: seq, Sent: o.now, Status: fleet.Status{Mode: abri.Protect, Sky: abri.Rain}}
	for _, k := range kinds {
		id := sha256.Sum256([]byte(fmt.Sprint(site, k)))
		way := abri.In
		if k == abri.CommandAndControl || k == abri.DGA {
			way = abri.Out
		}
		r.Attacks = append(r.Attacks, fleet.Attack{ID: hex.EncodeToString(id[:16]), Revision: int(seq), Kind: k, Service: abri.Mail, Direction: way, Outside: netip.MustParseAddr("45.155.205.7"),
			Device: "pseudonym", Proto: "tcp", First: noon.Add(-time.Hour), Last: noon, Day: "2026-03-05", Attempts: 3, Packets: 10, Bytes: 1000, Sources: 1, Outcome: abri.Blocked})
	}
	said, err := r.Encode()
	o.must(err)
	return o.Receive(o.ctx, r, said, o.now, func(fleet.Attack) string { return "DE" })
}

func (o *observatory) teller() *webhook.Teller {
	return webhook.NewTeller(o.Ledger, webhook.Options{Now: func() time.Time { return o.now }, Log: quiet})
}

// hook has a person's program told, as an administrator may in the own network.
func (o *observatory) hook(who people.Person, r *receiver, severity ledger.Severity, topics ...ledger.Topic) ledger.Webhook {
	o.Helper()
	near := who
	near.Role = people.Administrator // the receiver lies on this machine
	w, err := webhook.Make(o.ctx, o.Ledger, near, webhook.Wish{Name: "programme", URL: r.URL, Topics: topics, Severity: severity, Near: true}, noon)
	o.must(err)
	secret, ok := strings.CutPrefix(webhook.SecretOf(w), webhook.SecretHead)
	if !ok {
		o.Error("the secret has no head")
	}
	if r.secret, err = base64.StdEncoding.DecodeString(secret); err != nil || len(r.secret) < 24 {
		o.Errorf("the secret: %v, %d bytes", err, len(r.secret))
	}
	return w
}

// tell tells until nothing is due, and gives how many calls that were.
func (o *observatory) tell(t *webhook.Teller) (all int) {
	o.Helper()
	for {
		n, err := t.Tell(o.ctx)
		o.must(err)
		if n == 0 {
			return all
		}
		all += n
	}
}

// everywhere runs a proof on both databases.
func everywhere(t *testing.T, prove func(*testing.T, string)) {
	t.Run("sqlite", func(t *testing.T) { prove(t, filepath.Join(t.TempDir(), "o.db")) })
	t.Run("postgres", func(t *testing.T) {
		if testing.Short() {
			t.Skip("a PostgreSQL takes a while to start")
		}
		prove(t, ledgertest.Database(t, ledgertest.Server(t, "fsync=off")))
	})
}

func TestAProgramIsToldWhatHappensOnceAndSigned(t *testing.T) {
	everywhere(t, func(t *testing.T, address string) {
		o, r := open(t, address), listen(t)
		site := o.site("42304")
		o.hook(o.person("admin", people.Administrator), r, ledger.Outward, ledger.Topics...)
		o.confirm(site)
		o.must(o.report(site, "e1", 1, abri.Bruteforce, abri.CommandAndControl, abri.DGA))
		o.must(o.report(site, "e1", 2, abri.CommandAndControl)) // a later revision
		o.now = o.now.Add(2 * time.Hour)
		for range 2 {
			_, err := o.Notices(o.ctx, o.now)
			o.must(err)
		}
		o.must(o.report(site, "e1", 3))
		_, err := o.Notices(o.ctx, o.now)
		o.must(err)
		o.must(o.report(site, "e2", 1))
		if err := o.report(site, "e1", 4); fleet.ReasonOf(err) != fleet.ReasonCloned {
			t.Fatalf("the clone: %v", err)
		}
		o.must(o.Revoke(o.ctx, fleet.Identity{Site: site, Box: "b1"}))
		o.tell(o.teller())
		heard := r.topics()
		slices.Sort(heard)
		if want := []ledger.Topic{"attack", "attack", "box.cloned", "box.enrolled", "box.revoked", "site.back", "site.silent"}; !slices.Equal(heard, want) {
			t.Errorf("heard %v, want %v", heard, want)
		}
		for _, e := range r.events {
			if e.Data.Site != site || e.Data.Name != "Commune 42304" || e.Data.Code != "42304" || e.Timestamp.IsZero() {
				t.Errorf("%+v", e)
			}
			if a := e.Data.Attack; e.Type == ledger.TopicAttack && (a == nil || a.Country != "DE" || a.Outcome != abri.Blocked || a.Direction != abri.Out) {
				t.Errorf("the attack is %+v", a)
			}
		}
		if n := o.tell(o.teller()); n != 0 || r.asked != len(heard) {
			t.Errorf("%d calls more, asked %d times", n, r.asked)
		}
	})
}

func TestAReceiverThatIsDownIsToldLater(t *testing.T) {
	everywhere(t, func(t *testing.T, address string) {
		o, r := open(t, address), listen(t)
		site := o.site("42304")
		w := o.hook(o.person("admin", people.Administrator), r, ledger.All, ledger.TopicAttack, ledger.TopicEnrolled)
		o.confirm(site)
		o.must(o.report(site, "e1", 1, abri.Bruteforce, abri.Scan, abri.Exploit))
		for _, status := range []int{500, 503, 429, 302, 404} {
			r.answers(status)
			before := r.asked
			o.tell(o.teller())
			if r.asked != before+1 {
				t.Errorf("at %d it was asked %d times for four calls", status, r.asked-before)
			}
			if again := r.asked; o.tell(o.teller()) != 0 || r.asked != again {
				t.Errorf("at %d it is asked again at once", status)
			}
			o.now = o.now.Add(time.Hour)
		}
		told, err := o.Calls(o.ctx, w.ID, 10)
		o.must(err)
		if len(told) != 4 || !told[0].Ended.IsZero() {
			t.Errorf("%+v", told)
		}
		// The process ends, and another one goes on.
		r.answers(http.StatusOK)
		o.now = o.now.Add(24 * time.Hour)
		again := open(t, address)
		again.now = o.now
		again.tell(again.teller())
		if len(r.heard) != 4 {
			t.Errorf("%d of 4 were heard in the end", len(r.heard))
		}
		for id, n := range r.heard {
			if n != 1 {
				t.Errorf("%s was heard %d times", id, n)
			}
		}
		if all, err := o.Webhooks(o.ctx, ""); err != nil || !all[0].Failing.IsZero() || all[0].Waiting != 0 {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func TestSeveralProcessesTellEachOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("a PostgreSQL takes a while to start")
	}
	address := ledgertest.Database(t, ledgertest.Server(t, "fsync=off"))
	o, r := open(t, address), listen(t)
	site := o.site("42304")
	o.hook(o.person("admin", people.Administrator), r, ledger.All, ledger.TopicAttack)
	o.confirm(site)
	for i := range 5 {
		o.must(o.report(site, "e1", uint64(i+1), abri.Kinds[i*4:i*4+4]...))
	}
	others := []*observatory{o, open(t, address), open(t, address)}
	var wait sync.WaitGroup
	for _, other := range others {
		wait.Go(func() {
			teller := other.teller()
			for range 20 {
				if _, err := teller.Tell(other.ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if len(r.heard) != 20 || r.asked != 20 {
		t.Errorf("%d events in %d messages, of 20", len(r.heard), r.asked)
	}
}

func TestAWebhookHasTheScopeOfItsPerson(t *testing.T) {
	o, r := open(t, filepath.Join(t.TempDir(), "o.db")), listen(t)
	own, foreign := o.site("42304"), o.site("42044")
	who := o.person("durand", people.Technician, own)
	o.hook(who, r, ledger.All, ledger.Topics...)
	o.confirm(own)
	o.confirm(foreign)
	o.must(o.report(foreign, "e1", 1, abri.Exfiltration))
	o.tell(o.teller())
	if got := r.topics(); !slices.Equal(got, []ledger.Topic{ledger.TopicEnrolled}) || r.events[0].Data.Site != own {
		t.Errorf("heard %v", got)
	}
	o.must(o.report(own, "e1", 1, abri.Exfiltration))
	o.must(o.RevokePerson(o.ctx, who.ID, noon)) // before it was told
	o.tell(o.teller())
	if len(r.events) != 1 {
		t.Error("who was taken out is still told")
	}
	o.must(o.RefreshWebhooks(o.ctx))
	o.must(o.report(own, "e1", 2, abri.Scan))
	if calls := o.tell(o.teller()); calls != 0 {
		t.Errorf("%d calls wait for who was taken out", calls)
	}
}

func TestWhoIsGoneIsToldNoMore(t *testing.T) {
	o, r := open(t, filepath.Join(t.TempDir(), "o.db")), listen(t)
	site := o.site("42304")
	w := o.hook(o.person("admin", people.Administrator), r, ledger.All, ledger.TopicEnrolled)
	r.answers(http.StatusGone)
	o.confirm(site)
	o.tell(o.teller())
	all, err := o.Webhooks(o.ctx, "")
	o.must(err)
	if all[0].Stopped.IsZero() {
		t.Error("one that is gone is not stopped")
	}
	o.must(o.RemoveWebhook(o.ctx, w.ID, "admin"))
	if err := o.RemoveWebhook(o.ctx, w.ID, "admin"); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("taken away twice: %v", err)
	}
}

func TestATestIsToldToOneOnly(t *testing.T) {
	o, r, other := open(t, filepath.Join(t.TempDir(), "o.db")), listen(t), listen(t)
	admin := o.person("admin", people.Administrator)
	o.hook(admin, other, ledger.All, ledger.TopicEnrolled)
	w := o.hook(admin, r, ledger.All, ledger.TopicEnrolled)
	o.must(o.TestWebhook(o.ctx, w.ID, noon))
	o.tell(o.teller())
	if got := r.topics(); !slices.Equal(got, []ledger.Topic{ledger.TopicTest}) || other.asked != 0 {
		t.Errorf("heard %v; the other was asked %d times", got, other.asked)
	}
}

func TestNothingIsToldToPrivateAddresses(t *testing.T) {
	o, r := open(t, filepath.Join(t.TempDir(), "o.db")), listen(t)
	site := o.site("42304")
	admin := o.person("admin", people.Administrator)
	port := r.URL[strings.LastIndex(r.URL, ":"):]
	for _, url := range []string{"https://127.0.0.1" + port, "https://localhost" + port, "https://[::1]" + port, "https://[::ffff:127.0.0.1]" + port, "https://10.0.0.1", "https://169.254.169.254",
		"https://192.168.1.1", "https://100.64.0.1", "https://[64:ff9b::7f00:1]", "https://[fd00::1]", "https://[fe80::1]"} {
		w, err := webhook.Make(o.ctx, o.Ledger, admin, webhook.Wish{Name: "x", URL: url, Topics: ledger.Topics, Severity: ledger.All}, noon)
		o.must(err)
		o.must(o.TestWebhook(o.ctx, w.ID, noon))
		o.tell(o.teller())
		told, err := o.Calls(o.ctx, w.ID, 1)
		o.must(err)
		if len(told) != 1 || !strings.HasPrefix(told[0].Answer, "not asked") {
			t.Errorf("%s: %+v", url, told)
		}
		o.must(o.RemoveWebhook(o.ctx, w.ID, ""))
	}
	if r.asked != 0 {
		t.Errorf("asked %d times", r.asked)
	}
	_ = site
}

func TestAWishThatCantBeIsRefused(t *testing.T) {
	o := open(t, filepath.Join(t.TempDir(), "o.db"))
	site := o.site("42304")
	admin, technician, reader := o.person("admin", people.Administrator), o.person("durand", people.Technician, site), o.person("mayor", people.SiteReader, site)
	good := webhook.Wish{Name: "x", URL: "https://programme.example/abri", Topics: ledger.Topics, Severity: ledger.Serious}
	for what, c := range map[string]struct {
		who   people.Person
		spoil func(*webhook.Wish)
		want  abri.Code
	}{
		"no name":                   {admin, func(w *webhook.Wish) { w.Name = " " }, abri.CodeInvalid},
		"no address":                {admin, func(w *webhook.Wish) { w.URL = "programme" }, abri.CodeInvalid},
		"without TLS":               {admin, func(w *webhook.Wish) { w.URL = "http://programme.example" }, abri.CodeInvalid},
		"a file":                    {admin, func(w *webhook.Wish) { w.URL, w.Near = "file:///etc/passwd", true }, abri.CodeInvalid},
		"a password in the address": {admin, func(w *webhook.Wish) { w.URL = "https://a:b@programme.example" }, abri.CodeInvalid},
		"no topic":                  {admin, func(w *webhook.Wish) { w.Topics = nil }, abri.CodeInvalid},
		"another topic":             {admin, func(w *webhook.Wish) { w.Topics = []ledger.Topic{"weather"} }, abri.CodeInvalid},
		"another severity":          {admin, func(w *webhook.Wish) { w.Severity = "loud" }, abri.CodeInvalid},
		"near, by a technician":     {technician, func(w *webhook.Wish) { w.Near = true }, abri.CodeRefused},
		"by a site reader":          {reader, func(*webhook.Wish) {}, abri.CodeRefused},
		"as it should be":           {technician, func(*webhook.Wish) {}, ""},
	} {
		w := good
		c.spoil(&w)
		if _, err := webhook.Make(o.ctx, o.Ledger, c.who, w, noon); err == nil && c.want != "" || err != nil && abri.CodeOf(err) != c.want {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What the standard's own example signs, another program has signed too (standardwebhooks.com, specification).
func TestTheSignatureIsTheStandards(t *testing.T) {
	secret, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := webhook.Sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), `{"test": 2432232314}`)
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
