package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// pageAddress is where the box shows its weather, inside the town hall.
var pageAddress = netip.AddrPortFrom(testnet.BoxAddress.Addr(), 8080)

// maxVisitors bounds the connections that are passed on at once.
const maxVisitors = 64

// weather is what the demonstration reads of /api/weather.
type weather struct {
	Sky         abri.Sky          `json:"sky"`
	Sentence    map[string]string `json:"sentence"`
	Points      int               `json:"points"`
	Attacks     uint64            `json:"attacks"`
	Neutralised uint64            `json:"neutralised"`
	Since       time.Time         `json:"since"`
}

// readWeather asks the page as the town hall's workstation does.
func readWeather(ctx context.Context, desk testnet.Peer) (weather, error) {
	text, err := desk.Fetch(ctx, pageAddress, "/api/weather")
	if err != nil {
		return weather{}, err
	}
	var w weather
	return w, json.Unmarshal([]byte(text), &w)
}

// awaitWeather reads the page until it is as wanted.
func awaitWeather(ctx context.Context, desk testnet.Peer, limit time.Duration, wanted func(weather) bool) (weather, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	for {
		w, err := readWeather(ctx, desk)
		if err == nil && wanted(w) {
			return w, nil
		}
		select {
		case <-ctx.Done():
			return w, errors.Join(err, fmt.Errorf("the page says %q (%d points, %d attacks, %d neutralised) after %s",
				w.Sky, w.Points, w.Attacks, w.Neutralised, limit))
		case <-again.C:
		}
	}
}

// openDoor lets this machine's browser see the page: what comes to listen is passed on from the workstation's network.
func openDoor(st *stage, listen string, desk testnet.Peer) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("showing the page: %w (another address: -listen 127.0.0.1:8081)", err)
	}
	st.Cleanup(func() { l.Close() })
	room := make(chan struct{}, maxVisitors)
	go func() {
		for {
			visitor, err := l.Accept()
			if err != nil {
				return // closed at the end
			}
			room <- struct{}{}
			go func() {
				defer func() { <-room }()
				passOn(visitor, desk)
			}()
		}
	}()
	return nil
}

// passOn joins a visitor to the page until one of them has said everything.
func passOn(visitor net.Conn, desk testnet.Peer) {
	defer visitor.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	page, err := desk.Host.Dial(ctx, "tcp", desk.V4, pageAddress)
	if err != nil {
		return // the browser sees a closed connection, as it would in the town hall
	}
	defer page.Close()
	over := make(chan struct{}, 2)
	go func() { io.Copy(page, visitor); over <- struct{}{} }()
	go func() { io.Copy(visitor, page); over <- struct{}{} }()
	<-over
}

// reachable reports whether the page opens for a stranger on the Internet. It must not.
func reachable(ctx context.Context, stranger testnet.Peer, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	client := stranger.Browser()
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+pageAddress.String()+"/healthz", nil)
	if err != nil {
		return false
	}
	answer, err := client.Do(request)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return true
}
