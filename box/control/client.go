package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
)

// Client asks a running box. Safe for concurrent use.
type Client struct {
	path string
	http http.Client
}

// Dial gives a client for the box whose socket is at path. It connects at the first question.
func Dial(path string) *Client {
	return &Client{path: path, http: http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		},
	}}}
}

// Status is what the box says of itself.
func (c *Client) Status(ctx context.Context) (Status, error) {
	return ask[Status](ctx, c, "/status", request{})
}

// Why explains what happens with an address.
func (c *Client) Why(ctx context.Context, a netip.Addr) (Answer, error) {
	return ask[Answer](ctx, c, "/why", request{Address: a})
}

// Ban drops a prefix from now on, for the time given (0: for ever).
func (c *Client) Ban(ctx context.Context, p netip.Prefix, lasting time.Duration) error {
	_, err := ask[any](ctx, c, "/ban", request{Prefix: p, For: lasting})
	return err
}

// Release takes a ban back and keeps lists from a prefix, for the time given (0: for ever). It may be done with a warning.
func (c *Client) Release(ctx context.Context, p netip.Prefix, lasting time.Duration) (warning string, err error) {
	n, err := ask[note](ctx, c, "/release", request{Prefix: p, For: lasting})
	return n.Warning, err
}

// Forget takes back what people decided of exactly this prefix, and gives what it was.
func (c *Client) Forget(ctx context.Context, p netip.Prefix) ([]order.Choice, error) {
	return ask[[]order.Choice](ctx, c, "/forget", request{Prefix: p})
}

// SetMode switches between observe and protect.
func (c *Client) SetMode(ctx context.Context, m abri.Mode) error {
	_, err := ask[any](ctx, c, "/mode", request{Mode: m})
	return err
}

// SignIn gives a code that opens one session on the box's pages.
func (c *Client) SignIn(ctx context.Context) (SignIn, error) {
	return ask[SignIn](ctx, c, "/sign-in", request{})
}

func ask[T any](ctx context.Context, c *Client, path string, r request) (T, error) {
	var out T
	body, err := json.Marshal(r)
	if err != nil {
		return out, err
	}
	return sent[T](ctx, c, path, "application/json", bytes.NewReader(body))
}

func (c *Client) unreachable(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return &abri.Error{Code: abri.CodeRefused, Place: c.path, What: "this socket is for root and the box's group", Remedy: "run it as root, or join the group"}
	case errors.Is(err, fs.ErrNotExist):
		return &abri.Error{Code: abri.CodeNoBox, Place: c.path, What: "no box is running here", Remedy: "start `abri run`, or give its socket with --socket"}
	}
	return &abri.Error{Code: abri.CodeNoBox, Place: c.path, What: "the box does not answer", Err: err}
}
