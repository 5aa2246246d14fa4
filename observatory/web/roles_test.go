package web_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/signin"
	"abri.example/abri/observatory/web"
)

// asked is what a route answers to each role, for what is the person's own and for what is not. The numbers are statuses
// of HTTP; where there is nothing foreign to ask for, foreign is "".
type asked struct {
	own, foreign string // path and query, or the form of a POST
	by           map[people.Role][2]int
}

const nobody = people.Role("nobody")

// each gives the same statuses to several roles.
func each(own, foreign int, roles ...people.Role) map[people.Role][2]int {
	out := map[people.Role][2]int{nobody: {403, 403}}
	for _, r := range people.Roles {
		out[r] = [2]int{403, 403}
	}
	for _, r := range roles {
		out[r] = [2]int{own, foreign}
	}
	return out
}

func with(m map[people.Role][2]int, role people.Role, own, foreign int) map[people.Role][2]int {
	m[role] = [2]int{own, foreign}
	return m
}

// routesOfRoles has a row for every route: one without fails the test.
func routesOfRoles(own, foreign int64) map[string]asked {
	a, b := strconv.FormatInt(own, 10), strconv.FormatInt(foreign, 10)
	all := people.Roles
	// reading is for all; what is foreign is not there, but to an administrator
	reading := func(own, foreign string) asked {
		return asked{own, foreign, with(each(200, 404, all...), people.Administrator, 200, 200)}
	}
	anybody := func(status int) map[people.Role][2]int {
		return with(each(status, status, all...), nobody, status, status)
	}
	const admin = people.Administrator
	connecting := []people.Role{admin, people.Technician, people.GroupReader} // who has programs
	release := func(site string) string { return "adresse=45.155.205.7&duree=jour&groupe=site-" + site }
	return map[string]asked{
		"GET /{$}":         reading("/", "/?groupe="+b),
		"GET /fragment":    reading("/fragment", "/fragment?groupe="+b),
		"GET /events":      reading("/events", "/events?groupe="+b),
		"GET /chiffres":    reading("/chiffres", "/chiffres?groupe="+b),
		"GET /site":        reading("/site?numero=42304", "/site?numero=86194"),
		"GET /deploiement": reading("/deploiement", "/deploiement?groupe="+b),
		"GET /regle":       {"/regle", "", each(200, 0, all...)},

		"GET /inviter":          {"/inviter?site=42304", "", each(200, 0, admin)},
		"POST /inviter":         {"sorte=commune&code=42218&nom=Saint-Etienne&place=behind", "", each(422, 0, admin)}, // no box ever reached this observatory
		"POST /expedier":        {"site=42304", "site=86194", each(303, 303, admin)},
		"POST /confirmer":       {"site=42304&mots=a+b+c+d", "site=86194&mots=a+b+c+d", with(each(422, 404, people.Technician), admin, 422, 422)},
		"POST /boitier/retirer": {"site=42304&boitier=b1", "site=86194&boitier=b1", each(303, 303, admin)},

		"GET /debloquer": {"/debloquer?groupe=" + a, "/debloquer?groupe=" + b, with(each(200, 404, people.Technician), admin, 200, 200)},
		"POST /debloquer": {release("42304"), release("86194"),
			with(each(200, 404, people.Technician), admin, 200, 200)},

		"GET /personnes":                   {"/personnes", "", each(200, 0, admin)},
		"POST /personnes/inviter":          {"nom=X&role=site-reader&sites=42304", "", each(200, 0, admin)},
		"POST /personnes/changer":          {"personne=x", "", each(422, 0, admin)},
		"POST /personnes/lien":             {"personne=x", "", each(422, 0, admin)},
		"POST /personnes/retirer":          {"personne=x", "", each(422, 0, admin)},
		"GET /journal":                     {"/journal", "", each(200, 0, admin)},
		"GET /programmes":                  {"/programmes", "", each(200, 0, connecting...)},
		"POST /programmes/cle":             {"nom=X&duree=annee", "nom=X&duree=annee&sites=86194", with(with(each(200, 422, connecting...), admin, 200, 422), people.SiteReader, 403, 403)},
		"POST /programmes/cle/retirer":     {"cle=x", "", each(422, 0, connecting...)},
		"POST /programmes/webhook":         {"nom=X&adresse=https://programme.example&sujet=attack&gravite=all", "nom=X&adresse=http://127.0.0.1&sujet=attack&gravite=all", each(200, 422, connecting...)},
		"POST /programmes/webhook/retirer": {"webhook=x", "", each(422, 0, connecting...)},
		"POST /programmes/webhook/essayer": {"webhook=x", "", each(422, 0, connecting...)},

		"GET /moi":                 {"/moi", "", each(200, 0, all...)},
		"POST /moi/question":       {"", "", each(200, 0, all...)},
		"POST /moi/clef":           {"{", "", each(403, 0, all...)},
		"POST /moi/clef/retirer":   {"clef=00", "clef=6b6579", each(422, 422, all...)}, // somebody else's, whose name is "key"
		"POST /moi/code":           {"", "", each(200, 0, all...)},
		"POST /moi/session/fermer": {"session=" + strings.Repeat("00", 32), "", each(303, 0, all...)},
		"POST /sortir":             {"", "", each(303, 0, all...)},
		"GET /entrer":              {"/entrer", "", anybody(200)},
		"POST /entrer/question":    {"", "", anybody(200)},
		"POST /entrer/clef":        {"{", "", anybody(403)},
		"POST /entrer/code":        {"code=x", "", anybody(403)},
		"GET /entrer/openid":       {"/entrer/openid", "", anybody(503)}, // none is named here
		"GET /retour":              {"/retour?state=x&code=y", "", anybody(403)},
		"GET /invitation":          {"/invitation?cle=x", "", anybody(200)},
		"POST /invitation":         {"cle=x", "", anybody(403)},
		"GET /premier":             {"/premier?cle=x", "", anybody(403)},
		"GET /healthz":             {"/healthz", "", anybody(200)},
		"GET /static/":             {"/static/page.css", "", anybody(200)},
	}
}

// two is an observatory of two cantons with a site each, and a person of each role in the first.
func two(t *testing.T) (c *county, cookies map[people.Role]*http.Cookie, own, foreign int64) {
	c = open(t)
	group := func(name, code, site string, attacks int) int64 {
		c.commune(code, site)
		c.report(code, 1, abri.Storm, attacks)
		g, err := c.ledger.PutGroup(t.Context(), ledger.Group{Sort: ledger.Canton, Code: code, Name: name})
		c.must(err)
		c.must(c.ledger.Join(t.Context(), g, ledger.SiteNumber(ledger.Commune, code)))
		_, err = c.ledger.Sum(t.Context())
		c.must(err)
		return g
	}
	own, foreign = group("Canton de Sury", "42304", "Sury-le-Comtal", 3), group("Canton lointain", "86194", "Poitiers", 41)
	c.must(c.ledger.AddPasskey(t.Context(), ledger.Passkey{ID: []byte("key"), Person: signin.FirstID, Name: "clef", Credential: "{}", Made: noon}))
	cookies = map[people.Role]*http.Cookie{people.Administrator: c.cookie}
	for role, scope := range map[people.Role]people.Scope{
		people.Technician: {Groups: []int64{own}}, people.GroupReader: {Groups: []int64{own}}, people.SiteReader: {Sites: []int64{42304}},
	} {
		cookies[role] = c.come(people.Person{Name: "P " + string(role), Role: role, Scope: scope})
	}
	return c, cookies, own, foreign
}

// come invites somebody, who signs in by his link, and gives his cookie.
func (c *county) come(p people.Person) *http.Cookie {
	c.Helper()
	_, secret, err := c.door.Invite(c.Context(), p, "test", time.Hour)
	c.must(err)
	w := c.send(nil, "/invitation", url.Values{"cle": {secret}}.Encode())
	if w.Code != http.StatusSeeOther {
		c.Fatalf("the invitation of %s: %d", p.Name, w.Code)
	}
	return w.Result().Cookies()[0]
}

// send sends a form as a page of ours would.
func (c *county) send(as *http.Cookie, path, form string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form))
	r.Host = "localhost:8443"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://localhost:8443")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return c.do(r, as)
}

func (c *county) get(as *http.Cookie, path string) *httptest.ResponseRecorder {
	ctx, cancel := context.WithCancel(c.Context())
	if strings.HasPrefix(path, "/events") {
		time.AfterFunc(50*time.Millisecond, cancel) // a stream ends with it, and what is drawn is not hurried
	}
	defer cancel()
	return c.do(httptest.NewRequestWithContext(ctx, "GET", path, nil), as)
}

func (c *county) do(r *http.Request, as *http.Cookie) *httptest.ResponseRecorder {
	if as != nil {
		r.AddCookie(as)
	}
	w := httptest.NewRecorder()
	c.pages.ServeHTTP(w, r)
	return w
}

// Every route × every role × (own, foreign). A route without a row fails, and so does a row without a route.
func TestEveryRouteForEveryRole(t *testing.T) {
	patterns := web.Patterns()
	_, _, own, foreign := two(t)
	rows := routesOfRoles(own, foreign)
	for _, p := range patterns {
		if _, ok := rows[p]; !ok {
			t.Errorf("%s has no row: say what each role may there", p)
		}
	}
	for p := range rows {
		if !slices.Contains(patterns, p) {
			t.Errorf("%s is no route", p)
		}
	}
	for _, role := range append(slices.Clone(people.Roles), nobody) {
		t.Run(string(role), func(t *testing.T) {
			c, cookies, _, _ := two(t)
			const leaving = "POST /sortir" // comes last
			patterns := append(slices.DeleteFunc(slices.Clone(patterns), func(p string) bool { return p == leaving }), leaving)
			for _, p := range patterns {
				for i, what := range []string{rows[p].own, rows[p].foreign} {
					if i == 1 && what == "" {
						continue
					}
					method, path, _ := strings.Cut(p, " ")
					var w *httptest.ResponseRecorder
					if method == "GET" {
						w = c.get(cookies[role], what)
					} else {
						w = c.send(cookies[role], path, what)
					}
					if want := rows[p].by[role][i]; w.Code != want {
						t.Errorf("%s %q as %s: %d, not %d", p, what, role, w.Code, want)
					}
					if role == people.Administrator {
						continue
					}
					for _, secret := range []string{"Poitiers", "lointain", "86194,", ">41<", ">44<", strconv.FormatInt(foreign, 10) + `"`} {
						if strings.Contains(w.Body.String(), secret) {
							t.Errorf("%s %q tells %s of %q", p, what, role, secret)
						}
					}
				}
			}
			orders, err := c.ledger.Orders(t.Context(), 86194, 0)
			if err != nil || (len(orders) > 0) != (role == people.Administrator) {
				t.Errorf("%d orders at the foreign site, %v", len(orders), err)
			}
		})
	}
}

// What is foreign is answered in the very words of what is not there.
func TestWhatIsForeignIsAsIfItWereNotThere(t *testing.T) {
	c, cookies, _, foreign := two(t)
	for _, role := range []people.Role{people.Technician, people.GroupReader, people.SiteReader} {
		for _, path := range []string{"/?groupe=", "/chiffres?groupe=", "/deploiement?groupe=", "/fragment?groupe=", "/events?groupe=", "/site?numero=", "/debloquer?groupe=", "/debloquer?groupe=site-"} {
			there, not := strconv.FormatInt(foreign, 10), strconv.FormatInt(foreign+1, 10)
			if strings.HasSuffix(path, "numero=") || strings.HasSuffix(path, "site-") {
				there, not = "86194", "86195"
			}
			a, b := c.get(cookies[role], path+there), c.get(cookies[role], path+not)
			if a.Code != b.Code || strings.ReplaceAll(a.Body.String(), there, not) != b.Body.String() {
				t.Errorf("%s, %s: %d and %d tell apart what is foreign and what is not there", role, path, a.Code, b.Code)
			}
		}
	}
}

// The live feed of somebody says nothing when something changes elsewhere.
func TestTheFeedTellsOfOnesOwnOnly(t *testing.T) {
	c, cookies, _, _ := two(t)
	server := httptest.NewServer(c.pages)
	t.Cleanup(server.CloseClientConnections)
	changed := func(code string, limit time.Duration) bool {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/events", nil)
		c.must(err)
		r.AddCookie(cookies[people.GroupReader])
		answer, err := server.Client().Do(r)
		c.must(err)
		defer answer.Body.Close()
		lines := bufio.NewScanner(answer.Body)
		if !lines.Scan() { // it has begun, and has looked once
			t.Fatalf("the stream does not begin: %v", lines.Err())
		}
		c.wait(time.Minute)
		c.report(code, 2, abri.Tornado, 9)
		c.wait(time.Minute)
		for lines.Scan() {
			if lines.Text() == "event: changed" {
				return true
			}
		}
		return false
	}
	if changed("86194", 300*time.Millisecond) {
		t.Error("somebody learns that another canton changed")
	}
	if !changed("42304", 30*time.Second) {
		t.Error("somebody is not told that his own canton changed")
	}
}

// A technician releases an address at all his sites at once, and at no other.
func TestATechnicianReleasesAtAllHisSites(t *testing.T) {
	c := open(t)
	var sites []int64
	for i := range 30 {
		code := strconv.Itoa(42100 + i)
		c.must(c.ledger.PutSites(t.Context(), ledger.Site{Sort: ledger.Commune, Code: code, Name: "Commune " + code, Place: ledger.Behind, Created: noon}))
		sites = append(sites, ledger.SiteNumber(ledger.Commune, code))
	}
	c.must(c.ledger.PutSites(t.Context(), ledger.Site{Sort: ledger.Commune, Code: "86194", Name: "Poitiers", Place: ledger.Behind, Created: noon}))
	g, err := c.ledger.PutGroup(t.Context(), ledger.Group{Sort: ledger.Technician, Code: "durand", Name: "M. Durand"})
	c.must(err)
	c.must(c.ledger.Join(t.Context(), g, sites...))
	durand := c.come(people.Person{Name: "M. Durand", Role: people.Technician, Scope: people.Scope{Groups: []int64{g}}})
	group := strconv.FormatInt(g, 10)
	if w := c.send(durand, "/debloquer", "adresse=51.75.1.9&duree=semaine&groupe="+group); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "30 ·") {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
	for _, s := range append(sites, 86194) {
		orders, err := c.ledger.Orders(t.Context(), s, 0)
		c.must(err)
		if want := s != 86194; len(orders) == 1 != want || want && (orders[0].Prefix.String() != "51.75.1.9/32" || orders[0].By != "M. Durand" || !orders[0].Until.Equal(noon.Add(7*24*time.Hour))) {
			t.Errorf("site %d: %+v", s, orders)
		}
	}
	for what, form := range map[string]string{"no address": "adresse=mairie&duree=jour&groupe=", "too wide": "adresse=51.0.0.0/8&duree=jour&groupe=", "for ever": "adresse=51.75.1.9&duree=toujours&groupe="} {
		if w := c.send(durand, "/debloquer", form+group); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", what, w.Code)
		}
	}
}

// Who was given sites one by one, and groups, sees each of them once: together, or one of them; and releases at all at once.
func TestSeveralPlacesAreSeenTogether(t *testing.T) {
	c, _, own, _ := two(t)
	c.commune("42218", "Saint-Étienne")
	c.report("42218", 1, abri.Rain, 5)
	p := c.come(people.Person{Name: "M. Durand", Role: people.Technician, Scope: people.Scope{Groups: []int64{own}, Sites: []int64{42304, 42218}}})
	body := c.get(p, "/").Body.String()
	for _, want := range []string{"Sury-le-Comtal", "Saint-Étienne", "selected>Tous mes sites", `<p class="figure">8</p>`} {
		if !strings.Contains(body, want) {
			t.Errorf("the map does not say %q", want)
		}
	}
	if strings.Contains(body, "Poitiers") || strings.Contains(body, `">Tous les sites`) {
		t.Error("the map tells of others")
	}
	if body := c.get(p, "/chiffres").Body.String(); !strings.Contains(body, `<p class="figure">8</p>`) {
		t.Error("the figures are not those of both sites, each once")
	}
	if body := c.get(p, "/?groupe=site-42218").Body.String(); strings.Contains(body, "Sury-le-Comtal</a>") || !strings.Contains(body, `<p class="figure">5</p>`) {
		t.Error("one of them can't be looked at alone")
	}
	if w := c.send(p, "/debloquer", "adresse=51.75.1.9&duree=jour&groupe=miens"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "2 ·") {
		t.Errorf("releasing at all: %d", w.Code)
	}
	for site, want := range map[int64]int{42304: 1, 42218: 1, 86194: 0} {
		if orders, err := c.ledger.Orders(t.Context(), site, 0); err != nil || len(orders) != want {
			t.Errorf("site %d has %d orders, %v", site, len(orders), err)
		}
	}
	reader := c.come(people.Person{Name: "Mme Martin", Role: people.GroupReader, Scope: people.Scope{Groups: []int64{own}}})
	if w := c.get(reader, "/?groupe=miens"); w.Code != http.StatusNotFound {
		t.Errorf("who has one place only: %d", w.Code)
	}
	if w := c.get(c.cookie, "/?groupe=-1"); w.Code != http.StatusNotFound {
		t.Errorf("a number that is no group: %d", w.Code)
	}
}

// Every act that a page does is in the audit log, with who and from where; a form of somebody else's page does nothing.
func TestActsOfPagesAreNotedAndAreOurOwn(t *testing.T) {
	c, cookies, own, _ := two(t)
	admin := cookies[people.Administrator]
	last := func() audit.Entry {
		t.Helper()
		e, err := c.ledger.Audit(t.Context(), 0, 1)
		c.must(err)
		return e[0]
	}
	for _, act := range []struct {
		path, form string
		want       audit.Act
	}{
		{"/debloquer", "adresse=45.155.205.7&duree=jour&groupe=" + strconv.FormatInt(own, 10), audit.OrderRelease},
		{"/personnes/inviter", "nom=Mme+Martin&role=group-reader&groupe=" + strconv.FormatInt(own, 10), audit.InvitePerson},
		{"/moi/code", "", audit.NewRecovery},
		{"/moi/clef/retirer", "clef=6b6579", audit.RemovePasskey},
	} {
		before := last()
		for _, header := range [][]string{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}} {
			if w := c.send(admin, act.path, act.form, header...); w.Code != http.StatusForbidden || last() != before {
				t.Errorf("%s sent by %v: %d", act.path, header, w.Code)
			}
		}
		if w := c.send(admin, act.path, act.form); w.Code != http.StatusOK && w.Code != http.StatusSeeOther {
			t.Errorf("%s: %d", act.path, w.Code)
		}
		if e := last(); e.Number != before.Number+1 || e.Act != act.want || e.Who != "Administrateur first" || e.From != "192.0.2.1" || !e.At.Equal(noon) {
			t.Errorf("%s is noted as %+v", act.path, e)
		}
	}
	if _, err := c.ledger.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}
