package reader

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"abri.example/abri/box/config"
	"abri.example/abri/box/web"
)

// front is the door to which stopped names lead by choice: port 80 of the box, bound by the keeper. Nobody listens there while
// they lead nowhere.
type front struct {
	socket *os.File // nil where there is none
}

// frontEvery is every how often the door looks whether it is wanted; frontQueue how many may wait before it.
const (
	frontEvery = time.Second
	frontQueue = 64
)

// serveFront shows who follows a stopped name to the box why it was stopped.
func (r *Reader) serveFront(ctx context.Context) error {
	if r.front.socket == nil {
		return nil
	}
	defer r.front.socket.Close()
	s := &http.Server{Handler: http.HandlerFunc(r.receive), ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10}
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	var open net.Listener
	return every(ctx, frontEvery, func() error {
		r.mu.Lock()
		wanted := r.config.Names.Answer == config.AnswerPage
		r.mu.Unlock()
		switch {
		case wanted && open == nil:
			l, err := r.front.listen()
			if err != nil {
				r.log.Error("the page of stopped names can't be served", "err", err)
				return nil
			}
			open = l
			go func() {
				if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
					r.log.Error("the page of stopped names is served no more", "err", err)
				}
			}()
		case !wanted && open != nil:
			open.Close()
			open = nil
			r.front.close()
		}
		return nil
	})
}

func (f front) listen() (net.Listener, error) {
	if err := unix.Listen(int(f.socket.Fd()), frontQueue); err != nil {
		return nil, err
	}
	return net.FileListener(f.socket)
}

// close ends the listening and keeps the port (tcp(7)).
func (f front) close() { _ = unix.Shutdown(int(f.socket.Fd()), unix.SHUT_RD) }

// receive shows the page of a stopped name. Who asks for the box itself is led to its own page; who asks for a name that passes
// meanwhile is told so.
func (r *Reader) receive(w http.ResponseWriter, q *http.Request) {
	client, _ := netip.ParseAddrPort(q.RemoteAddr)
	host := q.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	r.mu.Lock()
	f, stops := r.pipe.Stops(r.now(), client, host)
	page := web.Stopped{Site: r.config.Box.Name, Finding: f, At: r.now().In(r.config.Box.Location())}
	_, port, _ := net.SplitHostPort(r.config.Page.Listen)
	r.mu.Unlock()
	if a, err := netip.ParseAddr(host); err == nil {
		http.Redirect(w, q, "http://"+net.JoinHostPort(a.String(), port)+"/", http.StatusFound)
		return
	}
	if !stops {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "Ce nom n'est plus arrêté. Rechargez la page dans quelques secondes.\nThis name is stopped no more. Reload the page in a few seconds.", http.StatusServiceUnavailable)
		return
	}
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer c.Close()
	_, _ = c.Write(page.Response()) // who is gone is not told
}
