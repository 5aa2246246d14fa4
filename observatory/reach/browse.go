package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"time"
)

// reader is a person's browser at the pages, signed in.
type reader struct {
	*bench
	http *http.Client
}

// signIn opens the link of the first administrator.
func (b *bench) signIn(ctx context.Context) (*reader, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	r := &reader{b, &http.Client{Timeout: time.Minute, Jar: jar, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: b.roots, ServerName: "localhost"}}}}
	if b.first == "" {
		return nil, fmt.Errorf("the observatory printed no link for the first administrator")
	}
	_, err = r.ask(ctx, b.first)
	return r, err
}

// ask reads a page whole, and gives how long that took.
func (r *reader) ask(ctx context.Context, path string) (time.Duration, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+r.pagesAt+path, nil)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	a, err := r.http.Do(q)
	if err != nil {
		return 0, err
	}
	defer a.Body.Close()
	if _, err := io.Copy(io.Discard, a.Body); err != nil {
		return 0, err
	}
	if a.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s answers %s", path, a.Status)
	}
	return time.Since(began), nil
}

// watch asks the first page and a site's by turns until ctx ends.
func (r *reader) watch(ctx context.Context) (took []time.Duration, err error) {
	defer r.http.CloseIdleConnections()
	for n := 0; ctx.Err() == nil; n++ {
		path := "/"
		if n%2 == 1 {
			path = fmt.Sprintf("/site?numero=%d", r.boxes[n%len(r.boxes)].Site)
		}
		d, err := r.ask(context.WithoutCancel(ctx), path)
		if err != nil {
			return took, err
		}
		took = append(took, d)
		time.Sleep(100 * time.Millisecond)
	}
	return took, nil
}
