package reader

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/web"
)

var _ web.Site = (*Reader)(nil)

// stopped is what a browser is told that asked for a listed name. mu is held.
func (r *Reader) stopped(f abri.Finding) []byte {
	return web.Stopped{Site: r.config.Box.Name, Finding: f, At: f.At.In(r.config.Box.Location())}.Response()
}

// View is the site as it stands now.
func (r *Reader) View(context.Context) (web.View, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := &r.kernel
	v := web.View{
		Site: r.config.Box.Name, Mode: r.mode, Now: r.now(), Location: r.today.location, Language: r.config.Box.Language, CountingSince: r.since,
		LastContact: r.contact(), Report: r.today.report, Attacks: r.today.latest(), Found: foundSince(r.found, r.sinceDays(foundFor)), Days: r.today.week(),
		Verified: r.proven.held, Credits: credits(r.lists),
		Lists:    web.Lists{Wanted: k.wanted4 + k.wanted6 + k.wantedNames, Enforced: k.Entries4 + k.Entries6 + k.Names},
		Troubles: r.trouble.all(), NameServers: r.nameServers(), Saturations: r.saturations(),
	}
	r.showMeasures(&v)
	if ails := ailing(r.lists); ails != "" {
		v.Troubles = append(v.Troubles, web.Trouble{Code: web.TroubleList, Detail: ails})
	}
	return v, nil
}

// Changes tells a page that the view changed.
func (r *Reader) Changes() (<-chan struct{}, func()) { return r.watch.add() }

// watchers are those who want to know of a change. Each has room for one: who is slow misses what comes between.
type watchers struct {
	mu  sync.Mutex
	all map[chan struct{}]bool
}

func (w *watchers) add() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[chan struct{}]bool{}
	}
	w.all[c] = true
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.all, c)
	}
}

func (w *watchers) tell() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.all {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// servePages serves the weather page: at the address the configuration gives, or, where it gives a port only, at each
// of the box's own addresses, which the gate closes to new connections from outside.
func (r *Reader) servePages(ctx context.Context) error {
	s := &http.Server{
		Handler: web.New(r, web.Options{Log: r.log, Telephones: r, Sessions: r.sessions, Clock: r.now, Hands: hands{r}, Examiner: r, Mails: r, Departures: r, Members: r}), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10,
	}
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	open := map[string]net.Listener{}
	var served sync.WaitGroup
	defer served.Wait()
	for {
		r.mu.Lock()
		wanted := pageAddresses(r.config, r.place.Own)
		r.mu.Unlock()
		for at, l := range open {
			if !wanted[at] {
				l.Close()
				delete(open, at)
			}
		}
		missing := false
		for at := range wanted {
			if open[at] != nil {
				continue
			}
			l, err := net.Listen("tcp", at)
			if err != nil {
				r.log.Error("the page can't be served here", "address", at, "err", err)
				missing = true
				continue
			}
			open[at] = l
			r.log.Info("the page is served", "address", "http://"+at)
			served.Go(func() {
				if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
					r.log.Error("the page is served no more", "address", at, "err", err)
				}
			})
		}
		var again <-chan time.Time
		if missing {
			again = time.After(retryEvery)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-r.placed:
		case <-again:
		}
	}
}

// pageAddresses are the addresses to listen at.
func pageAddresses(c *config.Config, own []netip.Addr) map[string]bool {
	host, port, err := net.SplitHostPort(c.Page.Listen)
	if err != nil {
		return nil
	}
	if host != "" {
		return map[string]bool{c.Page.Listen: true}
	}
	out := map[string]bool{net.JoinHostPort("127.0.0.1", port): true}
	for _, a := range own {
		if !a.IsLinkLocalUnicast() {
			out[net.JoinHostPort(a.String(), port)] = true
		}
	}
	return out
}

// nameServers are the site's own servers of names: those that the box itself asks, and those that DHCP names. mu is held.
func (r *Reader) nameServers() []netip.Addr {
	out := r.devices.NameServers()
	for _, a := range r.place.Resolvers {
		if a.IsPrivate() && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}
