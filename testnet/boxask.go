package testnet

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os/exec"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/liaison"
	"abri.example/abri/siege"
)

// Status is what the box says of itself at its control socket.
func (b *Box) Status(ctx context.Context) (control.Status, error) { return b.client.Status(ctx) }

// Saturations asks for the sheets of the last saturations.
func (b *Box) Saturations(ctx context.Context) ([]siege.Sheet, error) {
	return b.client.Saturations(ctx)
}

// Why asks what happens with an address.
func (b *Box) Why(ctx context.Context, a netip.Addr) (control.Answer, error) {
	return b.client.Why(ctx, a)
}

// Ban, Release and Mode tell the box what a technician types; 0 is for ever.
func (b *Box) Ban(ctx context.Context, p netip.Prefix, lasting time.Duration) error {
	return b.client.Ban(ctx, p, lasting)
}

// Release lets an address or prefix pass.
func (b *Box) Release(ctx context.Context, p netip.Prefix, lasting time.Duration) error {
	_, err := b.client.Release(ctx, p, lasting)
	return err
}

// Mode switches the box.
func (b *Box) Mode(ctx context.Context, m abri.Mode) error { return b.client.SetMode(ctx, m) }

// Type runs a verb of abri that asks the running box, such as "why", "45.155.205.10", and gives what it prints.
func (b *Box) Type(ctx context.Context, verb string, args ...string) (string, error) {
	words := append([]string{verb, "--socket", b.Socket()}, args...)
	out, err := exec.CommandContext(ctx, b.program, words...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("abri %s: %w: %s", strings.Join(words, " "), err, out)
	}
	return string(out), err
}

// Page reads a page of the box as the town hall's workstation sees it, in a language.
func (b *Box) Page(ctx context.Context, path string, l abri.Lang) (string, error) {
	answer, err := b.get(ctx, path, l)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s", path, answer.Status)
	}
	return string(text), err
}

// PageAddress is where the box of a bridge shows its weather, inside the town hall.
var PageAddress = netip.AddrPortFrom(BoxAddress.Addr(), PagePort)

func (b *Box) get(ctx context.Context, path string, l abri.Lang) (*http.Response, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+PageAddress.String()+path, nil)
	if err != nil {
		return nil, err
	}
	q.Header.Set("Accept-Language", string(l))
	return b.desk.Browser().Do(q)
}

// Weather is what is read of /api/weather.
type Weather struct {
	Sky         abri.Sky          `json:"sky"`
	Because     string            `json:"because"`
	Sentence    map[string]string `json:"sentence"`
	Mode        abri.Mode         `json:"mode"`
	Points      int               `json:"points"`
	Attacks     uint64            `json:"attacks"`
	Neutralised uint64            `json:"neutralised"`
	WouldBlock  uint64            `json:"would_block"`
	Noise       uint64            `json:"noise"`
	Wanted      int               `json:"lists_wanted"`
	Enforced    int               `json:"lists_enforced"`
	Troubles    []string          `json:"troubles"`
}

// Weather asks the page's API.
func (b *Box) Weather(ctx context.Context) (Weather, error) {
	text, err := b.Page(ctx, "/api/weather", abri.English)
	if err != nil {
		return Weather{}, err
	}
	var w Weather
	return w, json.Unmarshal([]byte(text), &w)
}

// AwaitWeather reads the page until it is as wanted, for at most limit.
func (b *Box) AwaitWeather(ctx context.Context, limit time.Duration, wanted func(Weather) bool) (Weather, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return Await(ctx, func() (Weather, error) {
		w, err := b.Weather(ctx)
		if err == nil && !wanted(w) {
			err = fmt.Errorf("the page says %q (%d points, %d attacks, %d neutralised, troubles %v)", w.Sky, w.Points, w.Attacks, w.Neutralised, w.Troubles)
		}
		return w, err
	})
}

// Watch opens the page's live stream. Each event's name comes by the channel, which is closed when the stream or ctx ends.
func (b *Box) Watch(ctx context.Context) (<-chan string, error) {
	answer, err := b.get(ctx, "/events", abri.French)
	if err != nil {
		return nil, err
	}
	events := make(chan string, 64)
	go func() {
		defer close(events)
		defer answer.Body.Close()
		buf := make([]byte, 4096)
		for {
			n, err := answer.Body.Read(buf)
			for _, line := range strings.Split(string(buf[:n]), "\n") {
				if name, ok := strings.CutPrefix(line, "event: "); ok {
					select {
					case events <- name:
					case <-ctx.Done():
						return
					}
				}
			}
			if err != nil {
				return
			}
		}
	}()
	return events, nil
}

// Enrol has the box ask an observatory to take it in.
func (b *Box) Enrol(ctx context.Context, invitation string) (liaison.State, error) {
	return b.client.Enrol(ctx, invitation)
}
