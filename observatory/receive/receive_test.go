package receive_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/fleet/courier"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/receive"
)

var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// house is a desk that serves on this machine, with a clock of its own.
type house struct {
	t         *testing.T
	ledger    *ledger.Ledger
	authority *authority.Authority
	desk      *receive.Desk
	url       string
	clock     atomic.Int64
	keys      map[int64]*tls.Certificate // that were stolen, by site
}

func (h *house) now() time.Time                { return time.Unix(0, h.clock.Load()).UTC() }
func (h *house) set(at time.Time)              { h.clock.Store(at.UnixNano()) }
func (h *house) pass(d time.Duration)          { h.set(h.now().Add(d)) }
func (h *house) wire() courier.Options         { return courier.Options{Now: h.now} }
func (h *house) refresh()                      { must(h.t, h.desk.Refresh(h.t.Context())) }
func (h *house) refused(r fleet.Reason) uint64 { return h.desk.Counts().Refused[r] }

func newHouse(t *testing.T, rate float64) *house {
	t.Helper()
	return houseOf(t, receive.Options{Rate: rate})
}

func houseOf(t *testing.T, o receive.Options) *house {
	t.Helper()
	h := &house{t: t}
	h.set(noon)
	var err error
	h.ledger, err = ledger.Open(t.Context(), filepath.Join(t.TempDir(), "o.db"), quiet)
	must(t, err)
	h.authority, err = authority.Open(t.TempDir(), noon)
	must(t, err)
	o.Now, o.Log = h.now, quiet
	h.desk = receive.New(h.ledger, h.authority, o)
	h.refresh()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	server := h.desk.Server(h.authority.Server([]string{"127.0.0.1"}, h.now))
	served := make(chan error, 1)
	go func() { served <- server.ServeTLS(l, "", "") }()
	t.Cleanup(func() {
		server.Close()
		<-served
		must(t, h.ledger.Close())
	})
	h.url = "https://" + l.Addr().String()
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// invite gives an invitation for a site.
func (h *house) invite(site int64) fleet.Token {
	h.t.Helper()
	ctx := h.t.Context()
	code := fmt.Sprintf("%05d", site)
	must(h.t, h.ledger.PutSites(ctx, ledger.Site{Sort: ledger.Commune, Code: code, Name: "Commune " + code, Place: ledger.Behind, Created: h.now()}))
	secret := sha256.Sum256([]byte(fmt.Sprint(site, h.t.Name(), time.Now())))
	must(h.t, h.ledger.Invite(ctx, ledger.Invitation{Site: site, Digest: sha256.Sum256(secret[:16]), Made: h.now(), Until: h.now().Add(time.Hour), By: "test"}))
	return fleet.Token{URL: h.url, Site: site, Secret: secret[:16], Pin: h.authority.Pin()}
}

// enrol enrols a box and gives its hand on the wire, and its folder.
func (h *house) enrol(site int64) (*courier.Courier, string) {
	h.t.Helper()
	ctx, folder := h.t.Context(), h.t.TempDir()
	c, err := courier.Apply(ctx, folder, h.invite(site), "1.0", h.wire())
	must(h.t, err)
	h.t.Cleanup(c.Close)
	words, err := courier.Words(folder, c.Papers())
	must(h.t, err)
	if err := c.Collect(ctx); fleet.ReasonOf(err) != fleet.ReasonUnconfirmed {
		h.t.Fatalf("before a person confirmed it, the box got %v", err)
	}
	_, err = h.ledger.Confirm(ctx, site, words, "a person", h.now())
	must(h.t, err)
	must(h.t, c.Collect(ctx))
	return c, folder
}

func (h *house) report(c *courier.Courier, seq uint64, attacks ...fleet.Attack) fleet.Report {
	p := c.Papers()
	return fleet.Report{Version: 1, Site: p.Site, Box: p.Box, Epoch: "e", Seq: seq, Sent: h.now(),
		Status: fleet.Status{Mode: abri.Protect, Sky: abri.Clear}, Attacks: attacks}
}

func (h *house) attack(i int) fleet.Attack {
	id := sha256.Sum256([]byte(fmt.Sprint(i)))
	return fleet.Attack{ID: hex.EncodeToString(id[:16]), Revision: 1, Kind: abri.Scan, Service: abri.Mail, Direction: abri.In,
		Outside: netip.MustParseAddr("203.0.113.7"), Proto: "tcp", First: h.now(), Last: h.now(), Day: abri.DayOf(h.now(), time.UTC), Outcome: abri.Blocked}
}

func send(c *courier.Courier, r fleet.Report) (fleet.Answer, error) {
	said, err := r.Encode()
	if err != nil {
		return fleet.Answer{}, err
	}
	return c.Send(context.Background(), said)
}

// Everything that is wrong is refused with its reason, and counted; the box that did nothing wrong is served all the
// while.
func TestBadInputIsRefusedByItsReason(t *testing.T) {
	h := newHouse(t, 1000)
	bad, _ := h.enrol(42001)
	good, _ := h.enrol(42002)
	if _, err := send(bad, h.report(bad, 1, h.attack(1))); err != nil {
		t.Fatal(err)
	}
	seq := uint64(0)
	for _, c := range []struct {
		name string
		said func() []byte
		want fleet.Reason
	}{
		{"oversized", func() []byte { return bytes.Repeat([]byte(" "), fleet.MaxBytes+1) }, fleet.ReasonOversized},
		{"malformed", func() []byte { return []byte(`{"version":`) }, fleet.ReasonMalformed},
		{"of a later version", func() []byte { return []byte(`{"version":9}`) }, fleet.ReasonVersion},
		{"for another site", change(h.report(bad, 2), func(r *fleet.Report) { r.Site = 42002 }), fleet.ReasonForged},
		{"for another box", change(h.report(bad, 2), func(r *fleet.Report) { r.Box = good.Papers().Box }), fleet.ReasonForged},
		{"the same number, another report", change(h.report(bad, 1, h.attack(2)), nil), fleet.ReasonConflict},
		{"out of order", change(h.report(bad, 3), nil), fleet.ReasonOutOfOrder},
		{"from a clock that is ahead", change(h.report(bad, 2), func(r *fleet.Report) { r.Sent = h.now().Add(time.Hour) }), fleet.ReasonFuture},
		{"of an attack that is to come", change(h.report(bad, 2, h.attack(3)), func(r *fleet.Report) { r.Attacks[0].Day = "2026-04-01" }), fleet.ReasonFuture},
		{"of long ago", change(h.report(bad, 2, h.attack(3)), func(r *fleet.Report) { r.Attacks[0].Day = "2020-04-01" }), fleet.ReasonPast},
	} {
		before := h.refused(c.want)
		_, err := bad.Send(t.Context(), c.said())
		if fleet.ReasonOf(err) != c.want || h.refused(c.want) != before+1 {
			t.Errorf("%s: %v, counted %d times", c.name, err, h.refused(c.want)-before)
		}
		var r *fleet.Refusal
		if errors.As(err, &r) && !r.Now.Equal(h.now()) {
			t.Errorf("%s: the box does not learn the time: %s", c.name, r.Now)
		}
		seq++
		if _, err := send(good, h.report(good, seq)); err != nil {
			t.Errorf("after a report that was %s another box is not served: %v", c.name, err)
		}
	}
	if a, err := send(bad, h.report(bad, 1, h.attack(1))); err != nil || a.Seq != 1 || h.refused(fleet.ReasonDuplicate) != 1 {
		t.Errorf("a duplicate is answered by %+v, %v, and counted %d times", a, err, h.refused(fleet.ReasonDuplicate))
	}
	if _, err := send(bad, h.report(bad, 2)); err != nil {
		t.Error(err)
	}
	if _, err := send(bad, h.report(bad, 1, h.attack(1))); fleet.ReasonOf(err) != fleet.ReasonReplayed {
		t.Errorf("a report of before is answered by %v", err)
	}
	rows, err := h.ledger.Attacks(t.Context(), 42001, "2026-03-05", "2026-03-05", 10)
	if err != nil || len(rows) != 1 {
		t.Errorf("%d rows of one attack, %v", len(rows), err)
	}
}

func change(r fleet.Report, to func(*fleet.Report)) func() []byte {
	return func() []byte {
		if to != nil {
			to(&r)
		}
		said, _ := r.Encode()
		return said
	}
}

// A certificate that was copied: the second box is found out, and whoever holds it gets no further.
func TestAClonedCertificateIsFound(t *testing.T) {
	h := newHouse(t, 1000)
	c, folder := h.enrol(42001)
	copied := t.TempDir()
	must(t, os.CopyFS(copied, os.DirFS(folder)))
	p, _, err := courier.Enrolled(copied)
	must(t, err)
	clone, err := courier.Open(copied, p, h.wire())
	must(t, err)
	t.Cleanup(clone.Close)
	_, err = send(c, h.report(c, 1))
	must(t, err)
	other := h.report(clone, 1)
	other.Epoch = "another"
	_, err = send(clone, other)
	must(t, err)
	if _, err := send(c, h.report(c, 2)); fleet.ReasonOf(err) != fleet.ReasonCloned || h.refused(fleet.ReasonCloned) != 1 {
		t.Errorf("two boxes with one certificate: %v", err)
	}
	must(t, h.ledger.Revoke(t.Context(), p.Identity()))
	for name, x := range map[string]*courier.Courier{"the box": c, "its clone": clone} {
		if _, err := send(x, h.report(x, 3)); fleet.ReasonOf(err) != fleet.ReasonRevoked {
			t.Errorf("%s reports after the revocation: %v", name, err)
		}
		if _, err := x.Orders(t.Context(), 0); fleet.ReasonOf(err) != fleet.ReasonRevoked {
			t.Errorf("%s gets orders after the revocation: %v", name, err)
		}
		if err := x.Renew(t.Context()); fleet.ReasonOf(err) != fleet.ReasonRevoked {
			t.Errorf("%s renews after the revocation: %v", name, err)
		}
	}
}

// A certificate is renewed, also a while after its end; until then it does nothing else.
func TestTheLongAbsentComeBack(t *testing.T) {
	h := newHouse(t, 1000)
	c, _ := h.enrol(42001)
	if half := c.Papers().RenewAt(); half.Before(noon.Add(14*24*time.Hour)) || half.After(noon.Add(16*24*time.Hour)) {
		t.Errorf("it is renewed at %s", half)
	}
	h.pass(100 * 24 * time.Hour)
	if _, err := send(c, h.report(c, 1)); fleet.ReasonOf(err) != fleet.ReasonExpired {
		t.Errorf("a certificate that has ended reports: %v", err)
	}
	must(t, c.Renew(t.Context()))
	if _, err := send(c, h.report(c, 1)); err != nil {
		t.Error(err)
	}
	h.pass(authority.BoxLife + authority.Grace + time.Hour)
	if err := c.Renew(t.Context()); fleet.ReasonOf(err) != fleet.ReasonStranger {
		t.Errorf("after the grace: %v", err)
	}
}

// Strangers, and boxes of another observatory, get nowhere; and a box does not speak with another observatory.
func TestStrangers(t *testing.T) {
	h, other := newHouse(t, 1000), newHouse(t, 1000)
	c, folder := other.enrol(42001)
	p := c.Papers()
	p.URL = h.url
	root := h.authority.Root().Raw
	p.Root = root
	lost, err := courier.Open(folder, p, h.wire())
	must(t, err)
	t.Cleanup(lost.Close)
	if _, err := send(lost, h.report(lost, 1)); fleet.ReasonOf(err) != fleet.ReasonStranger {
		t.Errorf("a box of another observatory: %v", err)
	}
	lured := other.invite(42002)
	lured.URL = h.url // somebody stands where the observatory should be
	if _, err := courier.Apply(t.Context(), t.TempDir(), lured, "", h.wire()); err == nil || !strings.Contains(err.Error(), "root is another") {
		t.Errorf("a box is lured: %v", err)
	}
	bare := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool(h.authority.Root()), Time: h.now}}}
	for _, path := range []string{fleet.PathReport, fleet.PathRenew, fleet.PathCollect} {
		a, err := bare.Post(h.url+path, "application/json", strings.NewReader("{}"))
		must(t, err)
		said, _ := io.ReadAll(a.Body)
		a.Body.Close()
		if r := fleet.DecodeRefusal(said); a.StatusCode != http.StatusUnauthorized || r.Reason != fleet.ReasonStranger {
			t.Errorf("%s without a certificate: %s, %v", path, a.Status, r)
		}
	}
	used := h.invite(42003)
	first, err := courier.Apply(t.Context(), t.TempDir(), used, "", h.wire())
	must(t, err)
	first.Close()
	if _, err := courier.Apply(t.Context(), t.TempDir(), used, "", h.wire()); fleet.ReasonOf(err) != fleet.ReasonToken {
		t.Errorf("an invitation is good twice: %v", err)
	}
}

func pool(c *x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(c)
	return p
}

// One box that asks without end is told to wait, and when; another is not.
func TestEachBoxHasItsPace(t *testing.T) {
	h := newHouse(t, 1)
	eager, _ := h.enrol(42001)
	calm, _ := h.enrol(42002)
	var last error
	for i := range 100 {
		if _, last = send(eager, h.report(eager, uint64(i+1))); last != nil {
			break
		}
	}
	var r *fleet.Refusal
	if !errors.As(last, &r) || r.Reason != fleet.ReasonTooMany || r.Wait == 0 {
		t.Errorf("a hundred reports at once are answered by %v", last)
	}
	if _, err := send(calm, h.report(calm, 1)); err != nil {
		t.Errorf("the other waits too: %v", err)
	}
	h.pass(time.Minute)
	if _, err := eager.Orders(t.Context(), 0); err != nil {
		t.Errorf("after a minute: %v", err)
	}
}

// Clients that say half a sentence and wait hold nothing that others need; each is sent away, and counted.
func TestSlowClientsHarmNobody(t *testing.T) {
	const slow = 300
	h := houseOf(t, receive.Options{Rate: 1000, Patience: time.Second})
	for i := range slow {
		h.halfSaid(h.stolen(42001), i%3)
	}
	good, _ := h.enrol(42002)
	if _, err := send(good, h.report(good, 1, h.attack(1))); err != nil {
		t.Errorf("among slow clients an honest box is not served: %v", err)
	}
	h.awaitUnanswered(slow)
	if _, err := send(good, h.report(good, 2)); err != nil {
		t.Errorf("after slow clients an honest box is not served: %v", err)
	}
}

// Beyond a number of them the longest silent have to go at once, and those who come are served.
func TestTheLongestSilentMakeRoom(t *testing.T) {
	const silent, room = 100, 10
	h := houseOf(t, receive.Options{Rate: 1000, Patience: time.Hour, Crowd: room})
	for range silent {
		h.halfSaid(nil, 0)
	}
	h.awaitUnanswered(silent - room)
	good, _ := h.enrol(42002)
	if _, err := send(good, h.report(good, 1, h.attack(1))); err != nil {
		t.Errorf("among silent clients an honest box is not served: %v", err)
	}
}

// One box, or who stole its certificate, can't take the place of all with reports that it never ends.
func TestABoxHoldsFewReportsAtOnce(t *testing.T) {
	const tries = 20
	h := houseOf(t, receive.Options{Rate: 1000, Patience: time.Hour})
	key := h.stolen(42001)
	for range tries {
		h.halfSaid(key, 1)
	}
	h.await("all but four to be refused", func() bool { return h.refused(fleet.ReasonTooMany) == tries-4 })
	good, _ := h.enrol(42002)
	if _, err := send(good, h.report(good, 1, h.attack(1))); err != nil {
		t.Errorf("another box is not served: %v", err)
	}
}

func (h *house) await(what string, is func() bool) {
	h.t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatalf("a minute was not enough for %s", what)
		}
	}
}

// awaitUnanswered waits until so many clients were sent away, or told to wait, without having said a whole sentence.
func (h *house) awaitUnanswered(n uint64) {
	h.t.Helper()
	h.await(fmt.Sprintf("%d clients to be sent away", n), func() bool { return h.refused(fleet.ReasonUnfinished)+h.refused(fleet.ReasonTooMany) == n })
}

// stolen gives the certificate and key of a box, for hands that are not the box's. It makes the box the first time.
func (h *house) stolen(site int64) *tls.Certificate {
	h.t.Helper()
	if h.keys == nil {
		h.keys = map[int64]*tls.Certificate{}
	}
	if h.keys[site] == nil {
		c, folder := h.enrol(site)
		key, err := tls.LoadX509KeyPair(papersPEM(h.t, folder, c))
		must(h.t, err)
		h.keys[site] = &key
	}
	return h.keys[site]
}

// halfSaid connects and says nothing (0), half a report (1) or half a head (2), and waits.
func (h *house) halfSaid(key *tls.Certificate, how int) {
	h.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "https://"))
	must(h.t, err)
	h.t.Cleanup(func() { conn.Close() })
	if how == 0 {
		return
	}
	s := tls.Client(conn, &tls.Config{RootCAs: pool(h.authority.Root()), Time: h.now, ServerName: "127.0.0.1", Certificates: []tls.Certificate{*key}})
	must(h.t, s.Handshake())
	half := "POST " + fleet.PathReport + " HTTP/1.1\r\nHost: x\r\n"
	if how == 1 {
		half += "Content-Length: 100000\r\n\r\n{\"version\":1,"
	}
	_, err = s.Write([]byte(half))
	must(h.t, err)
}

// papersPEM writes a box's certificate and key as files.
func papersPEM(t *testing.T, folder string, c *courier.Courier) (cert, key string) {
	t.Helper()
	var text []byte
	for _, der := range c.Papers().Chain {
		text = append(text, pemOf(der)...)
	}
	cert = filepath.Join(t.TempDir(), "c.pem")
	must(t, os.WriteFile(cert, text, 0o600))
	return cert, filepath.Join(folder, "key.pem")
}

// An order reaches every site of a technician with the next look at the signpost, and no other site.
func TestATechnicianReleasesAtAllHisSites(t *testing.T) {
	h := newHouse(t, 1000)
	ctx := t.Context()
	group, err := h.ledger.PutGroup(ctx, ledger.Group{Sort: ledger.Technician, Code: "durand", Name: "M. Durand"})
	must(t, err)
	var his []*courier.Courier
	for i := range 30 {
		c, _ := h.enrol(int64(42001 + i))
		his = append(his, c)
		must(t, h.ledger.Join(ctx, group, c.Papers().Site))
	}
	stranger, _ := h.enrol(42900)
	standings, err := h.ledger.Standings(ctx, ledger.Scope{Group: group}, h.now())
	if err != nil || len(standings) != 30 {
		t.Errorf("a technician with thirty sites sees %d, %v", len(standings), err)
	}
	sites, err := h.ledger.Members(ctx, group)
	must(t, err)
	o := fleet.Order{Verb: fleet.VerbRelease, Prefix: netip.MustParsePrefix("51.75.1.9/32"), Until: h.now().Add(24 * time.Hour), By: "M. Durand"}
	n, err := h.ledger.Ask(ctx, o, h.now(), sites...)
	if err != nil || n != 30 {
		t.Fatalf("%d sites, %v", n, err)
	}
	h.refresh()
	for _, c := range append(his, stranger) {
		post, err := c.Signpost(ctx)
		must(t, err)
		orders, err := c.Orders(ctx, 0)
		must(t, err)
		if mine := c != stranger; (post.Latest(c.Papers().Site) == 1) != mine || (len(orders) == 1 && orders[0].Prefix == o.Prefix) != mine {
			t.Errorf("site %d: signpost %d, orders %v", c.Papers().Site, post.Latest(c.Papers().Site), orders)
		}
	}
}

// What a client of the first version recorded on the wire is taken today.
func TestARecordedClientIsServed(t *testing.T) {
	h := newHouse(t, 1000)
	c, _ := h.enrol(42304)
	said, err := os.ReadFile("../../fleet/testdata/v1/report.json")
	must(t, err)
	said = bytes.Replace(said, []byte(`"box":"b1"`), []byte(`"box":"`+c.Papers().Box+`"`), 1)
	if _, err := c.Send(t.Context(), said); err != nil {
		t.Error(err)
	}
	newer := bytes.Replace(said, []byte(`"seq":1`), []byte(`"seq":2,"mood":["fair"]`), 1)
	if _, err := c.Send(t.Context(), newer); err != nil {
		t.Errorf("a newer client that says more: %v", err)
	}
	var answer map[string]any
	b, _ := json.Marshal(fleet.Answer{Seq: 1, Now: noon})
	must(t, json.Unmarshal(b, &answer))
	for _, field := range []string{"seq", "now", "orders"} {
		if _, ok := answer[field]; !ok {
			t.Errorf("the answer lacks %s, which an old client reads", field)
		}
	}
}

func pemOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
