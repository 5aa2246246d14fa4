// Package api is an observatory for programs: what the pages show and do, as JSON, described by an OpenAPI 3.1 document
// that is made of the same code. A program shows a key that a person made; it sees and does what that person may, and
// the key narrows it.
//
// The way of a request is one line: key → pace → role → view (what this person sees) → answer, or a problem (RFC 9457)
// with our code. Lists are given in pages, by a cursor.
//
// Its borders: it holds no data; it asks the view, as the pages do. It takes no cookie, so no page of somebody else's can
// act through a browser. Its clock is given.
package api

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/key"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/pace"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/view"
)

// Prefix begins every path; the document is at Prefix/openapi.json and .yaml, and to be read at Prefix/.
const Prefix = "/api/v1"

// Options are the settings of the interface. Now and Log must be given.
type Options struct {
	Roster   *ledger.Roster // nil: the ledger is read each time
	Now      func() time.Time
	Log      *slog.Logger
	Location *time.Location // where midnight is; UTC when nil
	Rate     float64        // requests a second of one key in the long run; 5 when zero
}

// Version is that of the interface: fields and operations are added within it, none renamed or taken away.
const Version = "1.0"

// api answers programs.
type api struct {
	Options
	ledger  *ledger.Ledger
	huma    huma.API
	needs   map[string]people.Action // by operation
	keys    *pace.Paces[string]
	origins *pace.Paces[string]
}

// New gives the interface under Prefix. It is safe for concurrent use.
func New(l *ledger.Ledger, o Options) http.Handler {
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.Rate == 0 {
		o.Rate = 5
	}
	a := &api{Options: o, ledger: l, needs: map[string]people.Action{}, keys: pace.New[string](20*o.Rate, o.Rate), origins: pace.New[string](200, 50)}
	mux := http.NewServeMux()
	a.huma = humago.NewWithPrefix(mux, Prefix, description())
	a.huma.UseMiddleware(a.admit)
	for _, part := range []func(*api){skies, sites, figures, attacks, enrolment, releases, groups, webhooks, keys, journal} {
		part(a)
	}
	mux.HandleFunc("GET "+Prefix+"/{$}", a.document)
	mux.HandleFunc("GET "+Prefix+"/document.css", style)
	mux.HandleFunc("/", a.lost)
	return harden(tagged(mux))
}

// description is what the document begins with.
func description() huma.Config {
	speakProblems()
	c := huma.DefaultConfig("Abri, observatory", Version)
	c.Info.Description = "What an observatory shows and does, for programs. A key is made by a person on the page « Programmes », or by `abri-observatory key make`; " +
		"it sees and does what that person may, and never more. What is foreign is answered as what is not there. Figures of several sites are as old as a minute."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "/openapi", "", "", nil
	c.RejectUnknownQueryParameters = true
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"key": {Type: "http", Scheme: "bearer", Description: "Authorization: Bearer " + key.Head + "…"}}
	c.Security = []map[string][]string{{"key": {}}}
	return c
}

// caller is the program that asks, as the person it speaks for.
type caller struct {
	*view.View
	key ledger.Key
}

type callerKey struct{}

// operation is one thing that may be asked, with what the person must be allowed to do for it.
type operation struct {
	id, method, path, summary, tag string
	need                           people.Action
	status                         int // 200 when zero
}

// answer is a body.
type answer[O any] struct{ Body O }

// add answers an operation by do.
func add[I, O any](a *api, op operation, do func(context.Context, *caller, *I) (O, error)) {
	a.needs[op.id] = op.need
	huma.Register(a.huma, a.operation(op), func(ctx context.Context, in *I) (*answer[O], error) {
		out, err := do(ctx, ctx.Value(callerKey{}).(*caller), in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return &answer[O]{out}, nil
	})
}

// act answers an operation whose answer is that it was done.
func act[I any](a *api, op operation, do func(context.Context, *caller, *I) error) {
	a.needs[op.id] = op.need
	op.status = http.StatusNoContent
	huma.Register(a.huma, a.operation(op), func(ctx context.Context, in *I) (*struct{}, error) {
		if err := do(ctx, ctx.Value(callerKey{}).(*caller), in); err != nil {
			return nil, a.problem(ctx, err)
		}
		return nil, nil
	})
}

func (a *api) operation(op operation) huma.Operation {
	return huma.Operation{
		OperationID: op.id, Method: op.method, Path: op.path, Summary: op.summary, Tags: []string{op.tag}, DefaultStatus: op.status, MaxBodyBytes: 64 << 10,
		Description: "Needs a key whose person may " + string(op.need) + ".",
		Errors:      []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusTooManyRequests, http.StatusServiceUnavailable},
	}
}

// admit lets in who shows a key, keeps his pace, and is allowed the operation by his role. Who acts is named for the audit
// log here.
func (a *api) admit(c huma.Context, next func(huma.Context)) {
	if c.Operation().OperationID == "" || a.needs[c.Operation().OperationID] == "" {
		next(c) // the document itself
		return
	}
	now := a.Now()
	origin, _, _ := net.SplitHostPort(c.RemoteAddr())
	if !a.origins.May(origin, now) {
		a.refuse(c, http.StatusTooManyRequests, abri.CodeFull, "too many requests from this address: wait a second")
		return
	}
	word, ok := strings.CutPrefix(c.Header("Authorization"), "Bearer ")
	if !ok {
		a.refuse(c, http.StatusUnauthorized, abri.CodeRefused, "show a key: Authorization: Bearer "+key.Head+"…")
		return
	}
	who, k, err := key.Who(c.Context(), a.ledger, strings.TrimSpace(word), now)
	switch {
	case abri.CodeOf(err) == abri.CodeRefused:
		a.refuse(c, http.StatusUnauthorized, abri.CodeRefused, err.Error())
		return
	case err != nil:
		a.Log.Error("a program is not answered", "err", err)
		a.refuse(c, http.StatusServiceUnavailable, abri.CodeUnavailable, "the database does not answer: try again in a minute")
		return
	case !a.keys.May(k.ID, now):
		a.refuse(c, http.StatusTooManyRequests, abri.CodeFull, "this key asks too often: wait a second")
		return
	case !who.May(a.needs[c.Operation().OperationID]):
		a.refuse(c, http.StatusForbidden, abri.CodeRefused, "the role of this key does not allow this")
		return
	}
	if now.Sub(k.Used) > time.Minute {
		if err := a.ledger.UseKey(c.Context(), k.ID, now.Truncate(time.Minute)); err != nil {
			a.Log.Warn("the use of a key is not noted", "err", err)
		}
	}
	ctx := audit.By(c.Context(), audit.Actor{Who: who.Name + " " + who.ID, From: "key " + k.Name + " " + origin, At: now})
	next(huma.WithContext(c, context.WithValue(ctx, callerKey{}, &caller{view.Of(a.ledger, a.Roster, who), k})))
}

// today is the day of this moment.
func (a *api) today() abri.Day { return abri.DayOf(a.Now(), a.Location) }
