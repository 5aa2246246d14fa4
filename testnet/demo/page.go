package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"abri.example/abri/testnet"
	"abri.example/abri/testnet/stage"
)

// maxVisitors bounds the connections that are passed on at once.
const maxVisitors = 64

// openDoor lets this machine's browser see the page: what comes to listen is passed on from the workstation's network.
func openDoor(st *stage.Stage, listen string, desk testnet.Peer) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("showing the page: %w (another address: make demo DEMO_FLAGS='-listen 127.0.0.1:8081')", err)
	}
	passAll(st, l, func(ctx context.Context) (net.Conn, error) {
		return desk.Host.Dial(ctx, "tcp", desk.V4, testnet.PageAddress)
	})
	return nil
}

// passAll joins each visitor of a listener to what dial gives, until the end of the play.
func passAll(st *stage.Stage, l net.Listener, dial func(context.Context) (net.Conn, error)) {
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
				passOn(visitor, dial)
			}()
		}
	}()
}

// passOn joins a visitor to the page until one of them has said everything.
func passOn(visitor net.Conn, dial func(context.Context) (net.Conn, error)) {
	defer visitor.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	page, err := dial(ctx)
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
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+testnet.PageAddress.String()+"/healthz", nil)
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
