// Package receive is the observatory's desk for boxes: enrolment, certificates, reports, orders and the signpost, over
// HTTPS with the boxes' own certificates. It refuses with a reason, counts each, and lets no box harm another: what a
// box may send, how often, and how much may wait at once is bounded.
//
// Its borders: it judges who speaks and the form of what is said; what is kept is the ledger's.
package receive

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/pace"
)

// Options are the settings of a desk. Now and Log must be given.
type Options struct {
	Now     func() time.Time
	Country ledger.Country // of an attack; none when nil
	Log     *slog.Logger

	// Rate is how many requests a second a box may make in the long run, 2 when zero; it may save up those of a minute
	// while it is silent, for what it has to tell afterwards.
	Rate float64

	// Patience is how long a client may take for the head of a request, 10 s when zero, and six times as long for all of it:
	// enough for the largest report on a line of 150 kbit/s. Crowd is how many may be connected that have not said one whole
	// request yet, 4096 when zero.
	Patience time.Duration
	Crowd    int

	// Took is told how long each answer took, by the path that was asked; nil: nobody.
	Took func(path string, d time.Duration)
}

// Desk answers boxes. It is safe for concurrent use.
type Desk struct {
	Options
	ledger    *ledger.Ledger
	authority *authority.Authority
	known     *acquaintances
	paces     *pace.Paces[fleet.Identity]
	refused   [64]atomic.Uint64 // by the place in fleet.Reasons
	reports   atomic.Uint64
	attacks   atomic.Uint64
	waiting   atomic.Int64 // bytes of reports that are held in memory
	speaking  *speakers
	crowd     *crowd
	post      atomic.Pointer[[]byte]
	orders    atomic.Pointer[map[int64]uint64]
}

// New makes a desk. Refresh must be called before it serves, and every second or so.
func New(l *ledger.Ledger, a *authority.Authority, o Options) *Desk {
	if o.Rate == 0 {
		o.Rate = 2
	}
	if o.Country == nil {
		o.Country = func(fleet.Attack) string { return "" }
	}
	if o.Took == nil {
		o.Took = func(string, time.Duration) {}
	}
	if o.Patience == 0 {
		o.Patience = 10 * time.Second
	}
	if o.Crowd == 0 {
		o.Crowd = 4096
	}
	d := &Desk{Options: o, ledger: l, authority: a, known: newAcquaintances(), paces: pace.New[fleet.Identity](60*o.Rate, o.Rate), speaking: newSpeakers()}
	d.crowd = newCrowd(o.Crowd, func() { d.count(fleet.ReasonUnfinished) })
	return d
}

// Handler is the desk's pages for boxes.
func (d *Desk) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+fleet.PathEnrol, d.answer(d.enrol))
	mux.HandleFunc("POST "+fleet.PathCollect, d.answer(d.collect))
	mux.HandleFunc("POST "+fleet.PathRenew, d.answer(d.renew))
	mux.HandleFunc("POST "+fleet.PathReport, d.answer(d.report))
	mux.HandleFunc("GET "+fleet.PathOrders, d.answer(d.ordersOf))
	mux.HandleFunc("GET "+fleet.PathSignpost, d.signpost)
	return d.heard(mux)
}

// heard takes a client out of the crowd when its request was heard whole, or refused before.
func (d *Desk) heard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength == 0 {
			d.crowd.heard(r)
		}
		next.ServeHTTP(w, r)
		d.crowd.heard(r)
	})
}

// Server is a server for the desk, with bounds against clients that never end a sentence.
func (d *Desk) Server(certificate func() (*tls.Certificate, error)) *http.Server {
	return &http.Server{
		Handler: d.Handler(), ReadHeaderTimeout: d.Patience, ReadTimeout: 6 * d.Patience, WriteTimeout: 6*d.Patience + patience,
		ConnState: d.crowd.changed, ConnContext: d.crowd.know,
		IdleTimeout: 20 * time.Second, MaxHeaderBytes: 8 << 10, ErrorLog: slog.NewLogLogger(d.Log.Handler(), slog.LevelDebug),
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1: a box says one thing at a time
		TLSConfig: &tls.Config{
			MinVersion: tls.VersionTLS13, ClientAuth: tls.RequestClientCert, // judged in the handler, which can say why
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return certificate() },
		},
	}
}

// answer makes a handler of a function that gives its answer or a refusal.
func (d *Desk) answer(do func(context.Context, *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		defer func() { d.Took(r.URL.Path, time.Since(began)) }()
		v, err := do(r.Context(), r)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if err != nil {
			d.refuse(w, err)
			return
		}
		_ = json.NewEncoder(w).Encode(v) // the box may have gone
	}
}

// refuse says why, and counts it.
func (d *Desk) refuse(w http.ResponseWriter, err error) {
	var r *fleet.Refusal
	if !errors.As(err, &r) {
		d.Log.Error("a box is not answered as it should be", "code", abri.CodeOf(err), "err", err)
		r = fleet.Refuse(fleet.ReasonUnavailable, "the observatory has a trouble of its own")
	}
	said := *r
	said.Now, said.Version = d.Now().UTC(), fleet.Version
	if said.Reason == fleet.ReasonTooMany && said.Wait == 0 {
		said.Wait = 10
	}
	d.count(said.Reason)
	if said.Wait > 0 {
		w.Header().Set("Retry-After", itoa(said.Wait))
	}
	w.WriteHeader(said.Status())
	_ = json.NewEncoder(w).Encode(said)
}

// body reads what was sent, up to a bound.
func (d *Desk) body(r *http.Request, most int64) ([]byte, error) {
	if r.ContentLength > most {
		return nil, fleet.Refuse(fleet.ReasonOversized, "it is too long")
	}
	b, err := io.ReadAll(io.LimitReader(r.Body, most+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fleet.Refuse(fleet.ReasonUnfinished, "it was not said whole in time")
	case err != nil:
		return nil, fleet.Refuse(fleet.ReasonMalformed, "it was cut short")
	case int64(len(b)) > most:
		return nil, fleet.Refuse(fleet.ReasonOversized, "it is too long")
	}
	d.crowd.heard(r)
	return b, nil
}

// who gives the box that speaks, by its certificate. With late, one whose certificate has ended may speak too.
func (d *Desk) who(r *http.Request, late bool) (fleet.Identity, error) {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return fleet.Identity{}, fleet.Refuse(fleet.ReasonStranger, "a box shows its certificate")
	}
	certs := r.TLS.PeerCertificates
	id, err := d.known.identify(certs[0], d.Now(), func(now time.Time) (fleet.Identity, error) {
		return d.authority.Identify(certs[0], certs[1:], now)
	})
	if late && fleet.ReasonOf(err) == fleet.ReasonExpired {
		err = nil
	}
	if err == nil && !d.paces.May(id, d.Now()) {
		err = fleet.Refuse(fleet.ReasonTooMany, "this box asks too often")
	}
	return id, err
}

// leaf is the certificate that was shown, nil for none.
func leaf(r *http.Request) *x509.Certificate {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return nil
	}
	return r.TLS.PeerCertificates[0]
}
