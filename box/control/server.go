package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/user"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
)

// Listen makes the socket at path, open to its owner and to group gid only. A socket left by an earlier run is taken
// away first; anything else at that path is refused, and so is a socket at which somebody listens, once he was given
// the time to end.
func Listen(path string, gid int) (net.Listener, error) {
	if st, err := os.Lstat(path); err == nil {
		if st.Mode()&os.ModeSocket == 0 {
			return nil, &abri.Error{Code: abri.CodeRefused, Place: path, What: "this is not a socket", Remedy: "move it away, or set [box] run to another folder"}
		}
		if !falls(path) {
			return nil, &abri.Error{Code: abri.CodeRefused, Place: path, What: "a running box answers here", Remedy: "end it first, or set [box] run to another folder"}
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("taking away the old socket: %w", err)
		}
	}
	old := unix.Umask(0o177)
	l, err := net.Listen("unix", path)
	unix.Umask(old)
	if err != nil {
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	if u, ok := l.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false) // by then the path may be that of the next box's socket
	}
	if err := errors.Join(os.Chown(path, -1, gid), os.Chmod(path, 0o660)); err != nil {
		l.Close()
		return nil, fmt.Errorf("giving the control socket to its group: %w", err)
	}
	return l, nil
}

// How long one who listens at the socket may take to end, and every how often he is asked.
var (
	farewell = 10 * time.Second
	askAgain = 100 * time.Millisecond
)

// falls waits until nobody listens at the socket any more, for as long as a reader whose keeper died takes to end.
func falls(path string) bool {
	for waited := time.Duration(0); ; waited += askAgain {
		c, err := net.DialTimeout("unix", path, time.Second)
		switch {
		case err == nil:
			c.Close()
		case errors.Is(err, unix.ECONNREFUSED) || errors.Is(err, os.ErrNotExist):
			return true
		}
		if waited >= farewell {
			return false
		}
		time.Sleep(askAgain)
	}
}

// Serve answers on l until ctx ends; it returns nil then.
func Serve(ctx context.Context, l net.Listener, b Box) error {
	s := &http.Server{
		Handler: routes(b), ReadTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 8 << 10,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, whoKey{}, peer(c))
		},
	}
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

type whoKey struct{}

// peer asks the kernel who opened the connection.
func peer(c net.Conn) Who {
	uc, ok := c.(*net.UnixConn)
	if !ok {
		return Who{UID: ^uint32(0), Name: "unknown"}
	}
	who := Who{UID: ^uint32(0), Name: "unknown"}
	raw, err := uc.SyscallConn()
	if err != nil {
		return who
	}
	_ = raw.Control(func(fd uintptr) {
		if cred, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
			who.UID, who.Name = cred.Uid, strconv.Itoa(int(cred.Uid))
		}
	})
	if u, err := user.LookupId(who.Name); err == nil {
		who.Name = u.Username
	}
	return who
}

type request struct {
	Address netip.Addr    `json:"address,omitzero"`
	Prefix  netip.Prefix  `json:"prefix,omitzero"`
	For     time.Duration `json:"for,omitempty"`
	Mode    abri.Mode     `json:"mode,omitempty"`
	List    *NewList      `json:"list,omitempty"`
	Kind    abri.Kind     `json:"kind,omitempty"`
	Device  string        `json:"device,omitempty"`
	Undo    bool          `json:"undo,omitempty"`
	ID      string        `json:"id,omitempty"`

	Invitation string `json:"invitation,omitempty"`
}

// note answers what was done, with a warning to whoever asked; empty for nothing to say.
type note struct {
	Warning string `json:"warning,omitempty"`
}

type fault struct {
	Code   abri.Code `json:"code"`
	What   string    `json:"what"`
	Remedy string    `json:"remedy,omitempty"`
}

func routes(b Box) http.Handler {
	mux := http.NewServeMux()
	handle := func(path string, do func(ctx context.Context, who Who, r request) (any, error)) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, q *http.Request) {
			var r request
			d := json.NewDecoder(http.MaxBytesReader(w, q.Body, 4<<10))
			d.DisallowUnknownFields()
			var out any
			err := d.Decode(&r)
			if err != nil {
				err = &abri.Error{Code: abri.CodeInvalid, What: "the request does not decode", Err: err}
			} else {
				who, _ := q.Context().Value(whoKey{}).(Who)
				out, err = do(q.Context(), who, r)
			}
			reply(w, out, err)
		})
	}
	handle("/status", func(ctx context.Context, _ Who, _ request) (any, error) { return b.Status(ctx) })
	handle("/why", func(ctx context.Context, _ Who, r request) (any, error) { return b.Why(ctx, r.Address) })
	handle("/ban", func(ctx context.Context, who Who, r request) (any, error) {
		return nil, b.Ban(ctx, who, r.Prefix, r.For)
	})
	handle("/release", func(ctx context.Context, who Who, r request) (any, error) {
		d := order.Decision{Choice: order.Exempt, Prefix: r.Prefix, For: r.For}
		return note{d.Warning()}, b.Release(ctx, who, r.Prefix, r.For)
	})
	handle("/forget", func(ctx context.Context, who Who, r request) (any, error) { return b.Forget(ctx, who, r.Prefix) })
	handle("/mode", func(ctx context.Context, who Who, r request) (any, error) { return nil, b.SetMode(ctx, who, r.Mode) })
	handle("/sign-in", func(ctx context.Context, who Who, _ request) (any, error) { return b.SignIn(ctx, who) })
	mux.HandleFunc("POST /verify", examine(b))
	handle("/selftest", func(ctx context.Context, _ Who, _ request) (any, error) { return b.SelfTest(ctx) })
	handle("/devices", func(ctx context.Context, _ Who, _ request) (any, error) { return b.Devices(ctx) })
	handle("/saturations", func(ctx context.Context, _ Who, _ request) (any, error) { return b.Saturations(ctx) })
	listRoutes(b, handle)
	memberRoutes(b, handle)
	departuresRoutes(b, handle)
	switchboardRoutes(b, handle)
	wardenRoutes(b, handle)
	return mux
}

func reply(w http.ResponseWriter, v any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		f := fault{Code: abri.CodeOf(err), What: err.Error()}
		w.WriteHeader(http.StatusUnprocessableEntity)
		v = f
	}
	_ = json.NewEncoder(w).Encode(v)
}
