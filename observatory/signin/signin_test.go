package signin_test

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/signin"
)

const (
	redirect = "https://localhost:8443/retour"
	here     = "192.0.2.7"
)

// hall is a door with its ledger, a clock of the test's own, and two processes on one database.
type hall struct {
	*testing.T
	*signin.Door
	other  *signin.Door
	ledger *ledger.Ledger

	mu  sync.Mutex
	now time.Time
}

func (h *hall) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hall) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func open(t *testing.T, provider *signin.OpenID) *hall {
	h := &hall{T: t, now: time.Now()}
	path := filepath.Join(t.TempDir(), "o.db")
	doors := make([]*signin.Door, 2)
	for i := range doors {
		l, err := ledger.Open(t.Context(), path, slog.New(slog.NewTextHandler(io.Discard, nil)))
		h.must(err)
		t.Cleanup(func() { l.Close() })
		h.ledger = l
		doors[i] = signin.New(l, signin.Options{Now: h.clock, Random: rand.Reader, OpenID: provider})
	}
	h.Door, h.other = doors[0], doors[1]
	return h
}

func (h *hall) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *hall) refused(what string, err error, code abri.Code) {
	h.Helper()
	if abri.CodeOf(err) != code {
		h.Errorf("%s: %v, not %s", what, err, code)
	}
}

// invite invites an administrator and gives him with the secret of his link.
func (h *hall) invite(name, mail string) (people.Person, string) {
	h.Helper()
	p, secret, err := h.Invite(h.Context(), people.Person{Name: name, Mail: mail, Role: people.Administrator}, "test", time.Hour)
	h.must(err)
	return p, secret
}

// tells gives the last entries of the audit log, the last first, as "who act result".
func (h *hall) tells(n int) string {
	h.Helper()
	all, err := h.ledger.Audit(h.Context(), 0, n)
	h.must(err)
	var out []string
	for _, e := range all {
		out = append(out, fmt.Sprintf("%s %s %s %s", e.Who, e.Act, e.On, e.Result))
	}
	return strings.Join(out, "; ")
}

// A session is opened by one process and known to the other, ends when it is idle or old, and goes with the person.
func TestASessionLives(t *testing.T) {
	h := open(t, nil)
	durand, secret := h.invite("Durand", "")
	word, who, err := h.ByLink(t.Context(), secret, here)
	h.must(err)
	if in, err := h.other.Who(t.Context(), word); err != nil || in.ID != durand.ID || who.ID != durand.ID || in.Session.Means != ledger.ByLink {
		t.Errorf("%+v, %v", in, err)
	}
	for _, wrong := range []string{"", "x", strings.ToLower(word), word[1:]} {
		_, err := h.Who(t.Context(), wrong)
		h.refused(wrong, err, abri.CodeNotFound)
	}
	for range 5 {
		h.wait(2 * time.Hour)
		if _, err := h.Who(t.Context(), word); err != nil {
			t.Errorf("seen every two hours: %v", err)
		}
	}
	h.wait(2 * time.Hour)
	_, err = h.Who(t.Context(), word)
	h.refused("a session without an end", err, abri.CodeNotFound)

	_, secret = h.invite("Martin", "")
	word, who, err = h.ByLink(t.Context(), secret, here)
	h.must(err)
	h.wait(signin.IdleLife + 2*time.Minute)
	_, err = h.Who(t.Context(), word)
	h.refused("an idle session", err, abri.CodeNotFound)

	secret, err = h.Relink(t.Context(), who.ID, time.Hour)
	h.must(err)
	word, who, err = h.ByLink(t.Context(), secret, here)
	h.must(err)
	h.must(h.ledger.RevokePerson(t.Context(), who.ID, h.clock()))
	_, err = h.other.Who(t.Context(), word)
	h.refused("a session of who was taken out", err, abri.CodeNotFound)
}

// The first link is made anew until some administrator can sign in again.
func TestTheFirstLink(t *testing.T) {
	h := open(t, nil)
	one, err := h.First(t.Context())
	h.must(err)
	two, err := h.other.First(t.Context())
	h.must(err)
	_, _, err = h.ByLink(t.Context(), one, here)
	h.refused("a link that was replaced", err, abri.CodeRefused)
	_, who, err := h.ByLink(t.Context(), two, here)
	h.must(err)
	if who.Role != people.Administrator || who.ID != signin.FirstID {
		t.Errorf("%+v", who)
	}
	if again, err := h.First(t.Context()); err != nil || again == "" {
		t.Errorf("who came by the link and has nothing to come again is locked out: %v", err)
	}
	_, err = h.NewRecovery(t.Context(), who.ID)
	h.must(err)
	if again, err := h.First(t.Context()); err != nil || again != "" {
		t.Errorf("a link for who can sign in: %v", err)
	}
}

// A recovery code opens once, as people write it; nothing of it is in the database; tries are bounded.
func TestARecoveryCode(t *testing.T) {
	h := open(t, nil)
	durand, _ := h.invite("Durand", "")
	old, err := h.NewRecovery(t.Context(), durand.ID)
	h.must(err)
	code, err := h.NewRecovery(t.Context(), durand.ID)
	h.must(err)
	if len(code) != 29 || strings.ContainsAny(code, "ILOU") || old == code {
		t.Errorf("%q", code)
	}
	_, kept, err := h.ledger.Recovery(t.Context(), strings.ReplaceAll(code, "-", "")[:8])
	h.must(err)
	if plain := strings.ReplaceAll(code, "-", ""); strings.Contains(kept, plain[8:]) || len(kept) < 60 {
		t.Errorf("what is kept is %q", kept)
	}
	last := "0"
	if strings.HasSuffix(code, last) {
		last = "1"
	}
	for _, wrong := range []string{old, code[:28] + last, code[:28], code + "0", "", "x", strings.Repeat("0", 24)} {
		_, _, err := h.ByRecovery(t.Context(), wrong, "198.51.100.1")
		h.refused(wrong, err, abri.CodeRefused)
	}
	written := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(code, "-", " "), "0", "o"))
	word, who, err := h.other.ByRecovery(t.Context(), "  "+written+"\n", here)
	h.must(err)
	if in, err := h.Who(t.Context(), word); err != nil || in.ID != durand.ID || who.ID != durand.ID {
		t.Errorf("%+v, %v", in, err)
	}
	_, _, err = h.ByRecovery(t.Context(), code, here)
	h.refused("a code that was used", err, abri.CodeRefused)
	if got := h.tells(2); got != "somebody sign-in recovery refused; Durand "+durand.ID+" sign-in recovery done" {
		t.Error(got)
	}
}

// Who fails too often is not looked at for a while, from his place only; the audit log does not grow with him.
func TestTriesAreBounded(t *testing.T) {
	h := open(t, nil)
	_, secret := h.invite("Durand", "")
	refused := 0
	for i := range 40 {
		_, _, err := h.ByLink(t.Context(), "x", fmt.Sprintf("2001:db8::%x", i)) // one household
		if abri.CodeOf(err) == abri.CodeRefused {
			refused++
		} else {
			h.refused("one too many", err, abri.CodeFull)
		}
	}
	if refused != 10 {
		t.Errorf("%d tries were looked at", refused)
	}
	_, _, err := h.ByLink(t.Context(), secret, "2001:db8::1")
	h.refused("the right one, from there", err, abri.CodeFull)
	for i := range 300 {
		_, _, _ = h.ByLink(t.Context(), "x", fmt.Sprintf("198.51.%d.%d", 100+i/250, i%250))
	}
	all, err := h.ledger.Audit(t.Context(), 0, 1000)
	h.must(err)
	if len(all) != 201 || all[0].Who != "many" || all[0].Result != audit.Refused {
		t.Errorf("%d entries, the last %+v", len(all), all[0])
	}
	h.wait(16 * time.Minute)
	_, _, err = h.ByLink(t.Context(), secret, "2001:db8::1")
	h.refused("a quarter of an hour later", err, "")
}

// Somebody comes from a provider: he must have been invited, and is from then on who he was there the first time.
func TestSomebodyComesFromAProvider(t *testing.T) {
	p := provider(t)
	h := open(t, &signin.OpenID{Issuer: p.URL, ID: clientID, Secret: clientSecret, Redirect: redirect})
	durand, _ := h.invite("Durand", "Durand@loire.example")
	come := func() (string, people.Person, error) {
		address, secret, err := h.AskOpenID(t.Context(), here)
		h.must(err)
		state, code := p.visit(address)
		return h.other.ByOpenID(t.Context(), secret, state, code, here) // back at another process
	}
	p.claims = map[string]any{"sub": "7", "email": "durand@loire.example"}
	_, _, err := come()
	h.refused("an address that is not verified", err, abri.CodeNotFound)
	p.claims["email_verified"] = true
	word, who, err := come()
	h.must(err)
	if in, err := h.Who(t.Context(), word); err != nil || in.ID != durand.ID || in.Session.Means != ledger.ByOpenID || who.ID != durand.ID {
		t.Errorf("%+v, %v", in, err)
	}
	p.claims = map[string]any{"sub": "7", "email": "other@loire.example"} // his address changed since
	_, who, err = come()
	h.must(err)
	if who.ID != durand.ID {
		t.Errorf("%+v", who)
	}
	p.claims = map[string]any{"sub": "8", "email": "durand@loire.example", "email_verified": true} // who has his address now
	_, _, err = come()
	h.refused("another one with his address", err, abri.CodeNotFound)
	p.claims = map[string]any{"sub": "9", "email": "stranger@loire.example", "email_verified": true}
	_, _, err = come()
	h.refused("who was not invited", err, abri.CodeNotFound)
	if got := h.tells(1); got != "stranger@loire.example sign-in openid refused" {
		t.Error(got)
	}
}

// Whatever is not the answer to our question opens nothing.
func TestAProvidersAnswerIsChecked(t *testing.T) {
	p := provider(t)
	for name, c := range map[string]struct {
		spoil  func(map[string]any)
		change func(secret, state, code *string)
	}{
		"another nonce":        {spoil: func(c map[string]any) { c["nonce"] = "another" }},
		"no nonce":             {spoil: func(c map[string]any) { delete(c, "nonce") }},
		"for somebody else":    {spoil: func(c map[string]any) { c["aud"] = "other" }},
		"of somebody else":     {spoil: func(c map[string]any) { c["iss"] = "https://evil.example" }},
		"over":                 {spoil: func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() }},
		"another state":        {change: func(_, state, _ *string) { *state = "x" }},
		"no state":             {change: func(_, state, _ *string) { *state = "" }},
		"another code":         {change: func(_, _, code *string) { *code = "x" }},
		"no code":              {change: func(_, _, code *string) { *code = "" }},
		"somebody else's link": {change: func(secret, _, _ *string) { *secret = "x" }},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, &signin.OpenID{Issuer: p.URL, ID: clientID, Secret: clientSecret, Redirect: redirect})
			h.invite("Durand", "durand@loire.example")
			p.claims, p.spoil = map[string]any{"sub": "7", "email": "durand@loire.example", "email_verified": true}, c.spoil
			address, secret, err := h.AskOpenID(t.Context(), here)
			h.must(err)
			state, code := p.visit(address)
			if c.change != nil {
				c.change(&secret, &state, &code)
			}
			if word, _, err := h.ByOpenID(t.Context(), secret, state, code, here); abri.CodeOf(err) != abri.CodeRefused {
				_, in := h.Who(t.Context(), word)
				t.Errorf("%v; signed in: %v", err, in == nil)
			}
			if got := h.tells(1); got != "somebody sign-in openid refused" {
				t.Error(got)
			}
		})
	}
}

// An answer is taken once, and a provider that is away keeps nobody from the other ways.
func TestAProviderThatIsAway(t *testing.T) {
	p := provider(t)
	h := open(t, &signin.OpenID{Issuer: p.URL, ID: clientID, Secret: clientSecret, Redirect: redirect})
	_, link := h.invite("Durand", "durand@loire.example")
	p.gone = true
	_, _, err := h.AskOpenID(t.Context(), here)
	h.refused("a provider that is away", err, abri.CodeUnavailable)
	_, _, err = h.ByLink(t.Context(), link, here)
	h.must(err)
	p.gone, p.claims = false, map[string]any{"sub": "7", "email": "durand@loire.example", "email_verified": true}
	address, secret, err := h.AskOpenID(t.Context(), here)
	h.must(err)
	state, code := p.visit(address)
	_, _, err = h.ByOpenID(t.Context(), secret, state, code, here)
	h.must(err)
	_, _, err = h.ByOpenID(t.Context(), secret, state, code, here)
	h.refused("the same answer again", err, abri.CodeRefused)
	h = open(t, nil)
	_, _, err = h.AskOpenID(t.Context(), here)
	h.refused("no provider", err, abri.CodeUnsupported)
}
