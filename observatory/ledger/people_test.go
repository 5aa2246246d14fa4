package ledger_test

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/ledger/ledgertest"
	"abri.example/abri/observatory/people"
)

func digest(s string) [sha256.Size]byte { return sha256.Sum256([]byte(s)) }

// person invites somebody whose link is "link" and his ID.
func person(t testing.TB, l *ledger.Ledger, p people.Person) people.Person {
	t.Helper()
	p.Invited, p.By = noon, "test"
	if p.Name == "" {
		p.Name = "P " + p.ID
	}
	must(t, l.InvitePerson(t.Context(), p, ledger.Link{Digest: digest("link " + p.ID), Made: noon, Until: noon.Add(time.Hour)}))
	return p
}

func session(word string) ledger.Session {
	return ledger.Session{Digest: digest(word), Since: noon, Origin: "192.0.2.7", Means: ledger.ByLink}
}

func refused(t testing.TB, what string, err error, code abri.Code) {
	t.Helper()
	if abri.CodeOf(err) != code {
		t.Errorf("%s: %v, not %s", what, err, code)
	}
}

// A person is invited, signs in with the link once, changes, and is taken out with all that is his.
func peopleCome(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	site(t, l, 1001)
	group := got[int64](t)(l.PutGroup(ctx, ledger.Group{Sort: ledger.Technician, Code: "durand", Name: "M. Durand"}))
	p := person(t, l, people.Person{ID: "durand", Name: "M. Durand", Mail: "Durand@loire.example", Role: people.Technician, Scope: people.Scope{Groups: []int64{group}, Sites: []int64{1001}}})
	same(t, "who was invited", got[people.Person](t)(l.Person(ctx, "durand")), p)
	if _, err := l.SignInByLink(ctx, digest("another"), session("w0")); true {
		refused(t, "another link", err, abri.CodeRefused)
	}
	late := session("w0")
	late.Since = noon.Add(time.Hour)
	if _, err := l.SignInByLink(ctx, digest("link durand"), late); true {
		refused(t, "a link that is over", err, abri.CodeRefused)
	}
	in := got[people.Person](t)(l.SignInByLink(ctx, digest("link durand"), session("w1")))
	same(t, "who signed in", in.Scope, p.Scope)
	if _, err := l.SignInByLink(ctx, digest("link durand"), session("w2")); true {
		refused(t, "a link that was used", err, abri.CodeRefused)
	}
	s, who, err := l.SessionOf(ctx, digest("w1"))
	must(t, err)
	if who.ID != "durand" || who.Joined != noon || s.Means != ledger.ByLink || s.Origin != "192.0.2.7" {
		t.Errorf("%+v of %+v", s, who)
	}
	must(t, l.ChangePerson(ctx, "durand", people.SiteReader, people.Scope{Sites: []int64{1001}}))
	if _, _, err := l.SessionOf(ctx, digest("w1")); true {
		refused(t, "a session of who may less now", err, abri.CodeNotFound)
	}
	same(t, "the new scope", got[people.Person](t)(l.Person(ctx, "durand")).Scope, people.Scope{Sites: []int64{1001}})
	must(t, l.Relink(ctx, "durand", ledger.Link{Digest: digest("again"), Made: noon, Until: noon.Add(time.Hour)}))
	got[people.Person](t)(l.SignInByLink(ctx, digest("again"), session("w3")))
	must(t, l.AddPasskey(ctx, ledger.Passkey{ID: []byte("k"), Person: "durand", Name: "clef", Credential: "{}", Made: noon}))
	must(t, l.RevokePerson(ctx, "durand", noon))
	if _, _, err := l.SessionOf(ctx, digest("w3")); true {
		refused(t, "a session of who was taken out", err, abri.CodeNotFound)
	}
	if _, err := l.Passkey(ctx, []byte("k")); true {
		refused(t, "a passkey of who was taken out", err, abri.CodeNotFound)
	}
	refused(t, "taking out twice", l.RevokePerson(ctx, "durand", noon), abri.CodeNotFound)
	refused(t, "a link for who was taken out", l.Relink(ctx, "durand", ledger.Link{}), abri.CodeNotFound)
}

func peopleRefused(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	link := ledger.Link{Digest: digest("l"), Made: noon, Until: noon.Add(time.Hour)}
	invite := func(p people.Person) error { return l.InvitePerson(ctx, p, link) }
	refused(t, "nobody", invite(people.Person{ID: "x"}), abri.CodeInvalid)
	refused(t, "a group that is not there", invite(people.Person{ID: "x", Name: "X", Role: people.GroupReader, Scope: people.Scope{Groups: []int64{5}}}), abri.CodeNotFound)
	refused(t, "a site that is not there", invite(people.Person{ID: "x", Name: "X", Role: people.SiteReader, Scope: people.Scope{Sites: []int64{5}}}), abri.CodeNotFound)
	person(t, l, people.Person{ID: "a", Mail: "maire@sury.example", Role: people.Administrator})
	refused(t, "a mail address that is taken", invite(people.Person{ID: "x", Name: "X", Mail: "Maire@Sury.example", Role: people.Administrator}), abri.CodeRefused)
	refused(t, "taking the last administrator out", l.RevokePerson(ctx, "a", noon), abri.CodeRefused)
	refused(t, "making the last administrator less", l.ChangePerson(ctx, "a", people.SiteReader, people.Scope{}), abri.CodeInvalid)
	site(t, l, 1001)
	refused(t, "making the last administrator less", l.ChangePerson(ctx, "a", people.SiteReader, people.Scope{Sites: []int64{1001}}), abri.CodeRefused)
	person(t, l, people.Person{ID: "b", Role: people.Administrator})
	var wait sync.WaitGroup // each takes the other out at the same time: one stays
	for _, id := range []string{"a", "b"} {
		wait.Go(func() { _ = l.RevokePerson(ctx, id, noon) })
	}
	wait.Wait()
	left := 0
	for _, p := range got[[]people.Person](t)(l.People(ctx)) {
		if p.Revoked.IsZero() {
			left++
		}
	}
	if left != 1 {
		t.Errorf("%d administrators are left", left)
	}
}

// Who signs in with a mail address first is who he is from then on: somebody else of that address later is not.
func peopleOfOpenID(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	person(t, l, people.Person{ID: "a", Mail: "maire@sury.example", Role: people.Administrator})
	if p := got[people.Person](t)(l.PersonOfMail(ctx, " Maire@sury.example")); p.ID != "a" {
		t.Errorf("%+v", p)
	}
	for _, mail := range []string{"", "x@sury.example"} {
		_, err := l.PersonOfMail(ctx, mail)
		refused(t, "mail "+mail, err, abri.CodeNotFound)
	}
	_, err := l.PersonOfSubject(ctx, "")
	refused(t, "no subject", err, abri.CodeNotFound)
	got[people.Person](t)(l.SignInByOpenID(ctx, "a", "https://op 1", session("w1")))
	got[people.Person](t)(l.SignInByOpenID(ctx, "a", "https://op 1", session("w2")))
	_, err = l.SignInByOpenID(ctx, "a", "https://op 2", session("w3"))
	refused(t, "another subject", err, abri.CodeNotFound)
	_, err = l.PersonOfMail(ctx, "maire@sury.example")
	refused(t, "a mail address whose person is known", err, abri.CodeNotFound)
	if p := got[people.Person](t)(l.PersonOfSubject(ctx, "https://op 1")); p.ID != "a" {
		t.Errorf("%+v", p)
	}
}

func passkeys(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	person(t, l, people.Person{ID: "a", Role: people.Administrator})
	can := func() bool { t.Helper(); return got[bool](t)(l.CanSignIn(ctx)) }
	if can() {
		t.Error("who has a link only can sign in again")
	}
	for _, id := range []string{"k1", "k2"} {
		must(t, l.AddPasskey(ctx, ledger.Passkey{ID: []byte(id), Person: "a", Name: id, Credential: "{}", Made: noon}))
	}
	if !can() {
		t.Error("a passkey is no way to sign in")
	}
	k := got[ledger.Passkey](t)(l.Passkey(ctx, []byte("k1")))
	k.Credential = `{"count":1}`
	s := session("w")
	s.Means = ledger.ByPasskey
	got[people.Person](t)(l.SignInByPasskey(ctx, k, s))
	k.Used = noon
	same(t, "a passkey that was used", got[ledger.Passkey](t)(l.Passkey(ctx, []byte("k1"))), k)
	must(t, l.RemovePasskey(ctx, "a", []byte("k1")))
	refused(t, "one that is gone", l.RemovePasskey(ctx, "a", []byte("k1")), abri.CodeNotFound)
	refused(t, "somebody else's", l.RemovePasskey(ctx, "b", []byte("k2")), abri.CodeNotFound)
	refused(t, "the last", l.RemovePasskey(ctx, "a", []byte("k2")), abri.CodeRefused)
	must(t, l.SetRecovery(ctx, "a", "selector", "hash"))
	must(t, l.RemovePasskey(ctx, "a", []byte("k2")))
	if !can() {
		t.Error("a recovery code is no way to sign in")
	}
	who, hash, err := l.Recovery(ctx, "selector")
	must(t, err)
	got[people.Person](t)(l.SignInByRecovery(ctx, who, hash, session("w2")))
	_, err = l.SignInByRecovery(ctx, who, hash, session("w3"))
	refused(t, "a recovery code that was used", err, abri.CodeNotFound)
	_, _, err = l.Recovery(ctx, "selector")
	refused(t, "a recovery code that was used", err, abri.CodeNotFound)
	_, _, err = l.Recovery(ctx, "")
	refused(t, "no recovery code", err, abri.CodeNotFound)
	for i := range ledger.MaxPasskeys {
		must(t, l.AddPasskey(ctx, ledger.Passkey{ID: fmt.Append(nil, "n", i), Person: "a", Name: "n", Credential: "{}", Made: noon}))
	}
	refused(t, "one more", l.AddPasskey(ctx, ledger.Passkey{ID: []byte("m"), Person: "a", Credential: "{}"}), abri.CodeFull)
}

// Sessions and challenges are bounded, whoever drives them.
func boundedSignIn(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	person(t, l, people.Person{ID: "a", Role: people.Administrator})
	for i := range ledger.MaxSessions + 3 {
		s := session(fmt.Sprint("w", i))
		s.Since = noon.Add(time.Duration(i) * time.Second)
		must(t, l.Relink(ctx, "a", ledger.Link{Digest: digest(fmt.Sprint(i)), Until: noon.Add(time.Hour)}))
		got[people.Person](t)(l.SignInByLink(ctx, digest(fmt.Sprint(i)), s))
	}
	all := got[[]ledger.Session](t)(l.SessionsOf(ctx, "a"))
	if len(all) != ledger.MaxSessions || all[0].Digest != digest("w22") {
		t.Errorf("%d sessions, the last %v", len(all), all[0])
	}
	must(t, l.SeeSession(ctx, digest("w22"), noon.Add(time.Hour)))
	must(t, l.EndSession(ctx, "nobody", digest("w22")))
	must(t, l.SweepPeople(ctx, noon, noon.Add(-time.Hour), noon.Add(30*time.Minute)))
	if all = got[[]ledger.Session](t)(l.SessionsOf(ctx, "a")); len(all) != 1 {
		t.Errorf("%d sessions are left of those not seen", len(all))
	}
	must(t, l.EndSession(ctx, "a", digest("w22")))
	if all = got[[]ledger.Session](t)(l.SessionsOf(ctx, "a")); len(all) != 0 {
		t.Errorf("%d sessions are left of one that ended", len(all))
	}
	c := ledger.Challenge{Digest: digest("c"), Sort: "passkey", Detail: "d", Until: noon.Add(time.Minute)}
	must(t, l.PutChallenge(ctx, c, noon))
	_, err := l.TakeChallenge(ctx, "openid", c.Digest, noon)
	refused(t, "a challenge of another sort", err, abri.CodeRefused)
	_, err = l.TakeChallenge(ctx, "passkey", c.Digest, noon.Add(time.Minute))
	refused(t, "a challenge that is over", err, abri.CodeRefused)
	same(t, "the detail", got[string](t)(l.TakeChallenge(ctx, "passkey", c.Digest, noon)), "d")
	_, err = l.TakeChallenge(ctx, "passkey", c.Digest, noon)
	refused(t, "a challenge that was answered", err, abri.CodeRefused)
}

// Every act of a person leaves its entry with who, from where and when; one that is not done leaves none; what the
// observatory does by itself is in its log.
func actsAreNoted(t *testing.T, l *ledger.Ledger) {
	ctx := audit.By(t.Context(), audit.Actor{Who: "Mme Durand", From: "192.0.2.7", At: noon})
	id := fleet.Identity{Site: 1001, Box: "b1"}
	site(t, l, 1001)
	person(t, l, people.Person{ID: "adm", Role: people.Administrator})
	enrolBox(t, l, 1001, "b2") // by nobody
	group := ledger.GroupNumber(ledger.Technician, "durand")
	order := fleet.Order{Verb: fleet.VerbRelease, Prefix: netip.MustParsePrefix("203.0.113.7/32"), Until: noon.Add(time.Hour), By: "Mme Durand"}
	before := len(got[[]audit.Entry](t)(l.Audit(ctx, 0, 1000)))
	link := ledger.Link{Digest: digest("x"), Until: noon.Add(time.Hour)}
	acts := []struct {
		act audit.Act
		do  func() error
	}{
		{audit.EnterSites, func() error {
			return l.PutSites(ctx, ledger.Site{Sort: ledger.Commune, Code: "42304", Name: "Sury", Place: ledger.Behind, Created: noon})
		}},
		{audit.ShipBox, func() error { return l.Ship(ctx, 42304, noon) }},
		{audit.InviteBox, func() error {
			return l.Invite(ctx, ledger.Invitation{Site: 1001, Digest: digest("b3"), Until: noon.Add(time.Hour)})
		}},
		{audit.ConfirmBox, func() error {
			must(t, l.Apply(t.Context(), []byte("b3"), ledger.Box{Identity: fleet.Identity{Site: 1001, Box: "b3"}, Fingerprint: []byte("f"), Request: []byte("r"), Words: "w b3", Asked: noon}))
			_, err := l.Confirm(ctx, 1001, "w b3", "x", noon)
			return err
		}},
		{audit.RevokeBox, func() error { return l.Revoke(ctx, id) }},
		{audit.ChangeGroup, func() error {
			_, err := l.PutGroup(ctx, ledger.Group{Sort: ledger.Technician, Code: "durand", Name: "M. Durand"})
			return err
		}},
		{audit.ChangeGroup, func() error { return l.Join(ctx, group, 1001) }},
		{audit.ChangeGroup, func() error { return l.Leave(ctx, group, 1001) }},
		{audit.OrderRelease, func() error { _, err := l.Ask(ctx, order, noon, 1001, 42304); return err }},
		{audit.EnterCommunes, func() error { return l.PutCommunes(ctx, []ledger.CommuneShape{{Code: "42304"}}) }},
		{audit.ChangeSetting, func() error { return l.Remember(ctx, "boxes.url", "https://x") }},
		{audit.InvitePerson, func() error {
			return l.InvitePerson(ctx, people.Person{ID: "n", Name: "N", Role: people.Administrator}, link)
		}},
		{audit.SignIn, func() error { _, err := l.SignInByLink(ctx, digest("x"), session("w")); return err }},
		{audit.AddPasskey, func() error { return l.AddPasskey(ctx, ledger.Passkey{ID: []byte("k"), Person: "n", Credential: "{}"}) }},
		{audit.NewRecovery, func() error { return l.SetRecovery(ctx, "n", "s", "h") }},
		{audit.RemovePasskey, func() error { return l.RemovePasskey(ctx, "n", []byte("k")) }},
		{audit.EndSession, func() error { return l.EndSession(ctx, "n", digest("w")) }},
		{audit.InvitePerson, func() error { return l.Relink(ctx, "n", link) }},
		{audit.ChangePerson, func() error { return l.ChangePerson(ctx, "n", people.SiteReader, people.Scope{Sites: []int64{1001}}) }},
		{audit.RevokePerson, func() error { return l.RevokePerson(ctx, "n", noon) }},
		{audit.Export, func() error { return l.Note(ctx, audit.Export, "backup", audit.Done) }},
	}
	for _, a := range acts {
		must(t, a.do())
	}
	if _, err := l.Ask(ctx, fleet.Order{}, noon, 1001); err == nil {
		t.Error("an order that is none is given")
	}
	refused(t, "a site that is not there", l.Ship(ctx, 9, noon), abri.CodeNotFound)
	all := got[[]audit.Entry](t)(l.Audit(ctx, 0, 1000))
	if len(all) != before+len(acts) {
		t.Fatalf("%d acts left %d entries", len(acts), len(all)-before)
	}
	for i, a := range acts {
		e := all[len(acts)-1-i]
		who, from := "Mme Durand", "192.0.2.7"
		if a.act == audit.SignIn {
			who = "N n"
		}
		if e.Act != a.act || e.Who != who || e.From != from || !e.At.Equal(noon) || e.Result != audit.Done || e.On == "" {
			t.Errorf("%s left %+v", a.act, e)
		}
	}
	head := got[audit.Head](t)(l.VerifyAudit(ctx))
	if head.Number != uint64(len(all)) || head.Hash != all[0].Hash {
		t.Errorf("the head is %v", head)
	}
	if page := got[[]audit.Entry](t)(l.Audit(ctx, head.Number-1, 2)); len(page) != 2 || page[0].Number != head.Number-2 {
		t.Errorf("%+v", page)
	}
}

// Two ledgers on one database, many acts at once: one chain without a gap.
func chainHolds(t *testing.T, l, other *ledger.Ledger) {
	const writers, each = 4, 8
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			ctx := audit.By(t.Context(), audit.Actor{Who: fmt.Sprint(w), From: "test", At: noon})
			for i := range each {
				which := []*ledger.Ledger{l, other}[w%2]
				if err := which.Remember(ctx, fmt.Sprint("setting ", w), fmt.Sprint(i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	head := got[audit.Head](t)(l.VerifyAudit(t.Context()))
	if head.Number != writers*each {
		t.Errorf("%d entries of %d", head.Number, writers*each)
	}
}

func TestTheChainHoldsUnderSeveralProcesses(t *testing.T) {
	address := filepath.Join(t.TempDir(), "o.db")
	t.Run("sqlite", func(t *testing.T) { chainHolds(t, open(t, address), open(t, address)) })
	t.Run("postgres", func(t *testing.T) {
		address := ledgertest.Database(t, server(t))
		chainHolds(t, open(t, address), open(t, address))
	})
}
