// Package web is the face of an observatory: what its boxes stopped, which are silent, how far the roll-out is. All of
// it is for who is signed in.
//
// Its borders: it holds no data and runs no SQL; it asks the ledger. Its clock is given.
package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"html/template"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
)

// Options are the settings of the pages. Both must be given.
type Options struct {
	Now func() time.Time
	Log *slog.Logger
}

// Settings of the ledger that are the pages' own: the hash of the first link, and when it was opened.
const (
	KeyFirst         = "administrator.first"
	KeyAdministrator = "administrator.opened"
)

// HashOf is how the secret of a link is kept.
func HashOf(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

// New gives the pages. The handler is safe for concurrent use.
func New(l *ledger.Ledger, o Options) http.Handler {
	p := &pages{Options: o, ledger: l}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.overview)
	mux.HandleFunc("GET /premier", p.first)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	return harden(mux)
}

// pages hold the one session there may be, of the first administrator, until the program ends.
type pages struct {
	Options
	ledger *ledger.Ledger

	mu      sync.Mutex
	session string
}

const cookie = "__Host-abri"

func harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// first opens the session of the first administrator, once.
func (p *pages) first(w http.ResponseWriter, r *http.Request) {
	taken, err := p.ledger.Forget(r.Context(), KeyFirst, HashOf(r.URL.Query().Get("cle")))
	if err == nil && taken {
		err = p.ledger.Remember(r.Context(), KeyAdministrator, p.Now().UTC().Format(time.RFC3339))
	}
	if err != nil || !taken {
		http.Error(w, "Ce lien a déjà servi, ou n'est pas le bon. / This link was used, or is not the right one.", http.StatusForbidden)
		return
	}
	p.mu.Lock()
	p.session = rand.Text()
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: p.session, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	p.mu.Unlock()
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (p *pages) signedIn(r *http.Request) bool {
	c, err := r.Cookie(cookie)
	p.mu.Lock()
	defer p.mu.Unlock()
	return err == nil && p.session != "" && subtle.ConstantTimeCompare([]byte(c.Value), []byte(p.session)) == 1
}

// view is what the overview shows.
type view struct {
	Now      time.Time
	Today    ledger.Figure
	Services []ledger.Figure
	Stages   []stage
	Silent   []ledger.Standing
}

type stage struct {
	Stage ledger.Rollout
	Sites int
}

func (p *pages) overview(w http.ResponseWriter, r *http.Request) {
	if !p.signedIn(r) {
		http.Error(w, "Ouvrez d'abord le lien imprimé au démarrage. / Open the link that was printed at the start first.", http.StatusForbidden)
		return
	}
	v, err := p.look(r)
	if err != nil {
		p.Log.Error("page", "err", err)
		http.Error(w, "La base ne répond pas. / The database does not answer.", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = overview.Execute(w, v) // the reader may have left
}

func (p *pages) look(r *http.Request) (v view, err error) {
	v.Now = p.Now()
	today := abri.DayOf(v.Now, v.Now.Location())
	q := ledger.Question{From: today, To: today, By: ledger.ByAll}
	all, err := p.ledger.Count(r.Context(), q)
	if err != nil {
		return v, err
	}
	if len(all) > 0 {
		v.Today = all[0]
	}
	q.By = ledger.ByService
	if v.Services, err = p.ledger.Count(r.Context(), q); err != nil {
		return v, err
	}
	sites, err := p.ledger.Standings(r.Context(), ledger.Scope{}, v.Now)
	count := map[ledger.Rollout]int{}
	for _, s := range sites {
		count[s.Rollout]++
		if s.Rollout == ledger.Silent {
			v.Silent = append(v.Silent, s)
		}
	}
	for _, s := range ledger.Rollouts {
		v.Stages = append(v.Stages, stage{s, count[s]})
	}
	return v, err
}

var overview = template.Must(template.New("overview").Parse(`<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Observatoire</title><meta name="viewport" content="width=device-width"></head><body>
<h1>Observatoire</h1>
<p>Aujourd'hui / today : {{.Today.Attacks}} attaques, {{.Today.Neutralised}} neutralisées. Compté une fois par minute.</p>
<table><caption>Services visés / services aimed at</caption><tr><th>service</th><th>attaques</th><th>neutralisées</th></tr>
{{range .Services}}<tr><td>{{.Word}}</td><td>{{.Attacks}}</td><td>{{.Neutralised}}</td></tr>{{end}}</table>
<table><caption>Déploiement / roll-out</caption>{{range .Stages}}<tr><th>{{.Stage}}</th><td>{{.Sites}}</td></tr>{{end}}</table>
<h2>Boîtiers muets / silent boxes</h2><ul>{{range .Silent}}<li>{{.Name}}, {{.Heard.Format "2006-01-02 15:04"}} UTC</li>{{else}}<li>aucun / none</li>{{end}}</ul>
</body></html>
`))
