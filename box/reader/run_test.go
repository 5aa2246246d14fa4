package reader

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
)

// A whole reader between two pipes, without a kernel: it puts in force what the settings and lists say, beats, counts
// what it is told, answers at its socket, and writes its last second before it ends.
func TestReaderLivesBetweenTwoPipes(t *testing.T) {
	s := newSite(t)
	list := filepath.Join(s.folder, "list.txt")
	if err := os.WriteFile(list, []byte("45.155.205.0/24\n2a0f:b780:6::/48\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("version = 1\n[box]\nmode = \"protect\"\ndata = %q\nrun = %q\n[page]\nlisten = %q\n[[list]]\nname = \"drop\"\nfile = %q\n", s.folder, s.folder, freeAddress(t), list)
	orders, theirOrders := net.Pipe()
	news, theirNews := net.Pipe()
	urgent, theirUrgent := net.Pipe()
	defer theirUrgent.Close()
	served := make(chan error, 1)
	go func() { served <- order.Serve(theirOrders, &s.kernel) }()
	ended := make(chan error, 1)
	go func() { ended <- Run(context.Background(), orders, news, urgent, nil, s.log) }()

	tell := order.NewTeller(theirNews)
	if err := errors.Join(tell.Settings(order.Settings{Path: filepath.Join(s.folder, "box.toml"), Text: text}), tell.Place(order.Place{Own: []netip.Addr{netip.MustParseAddr("192.168.10.2")}})); err != nil {
		t.Fatal(err)
	}
	door := control.Dial(filepath.Join(s.folder, control.SocketName))
	s.await(func() error {
		st, err := door.Status(t.Context())
		if err == nil && (st.Kernel.Entries4 != 1 || st.Kernel.Entries6 != 1 || st.Kernel.Mode != abri.Protect) {
			err = fmt.Errorf("the kernel has %+v", st.Kernel)
		}
		return err
	})
	now := monotonic()
	err := errors.Join(tell.Flow(order.Flow{
		Client: netip.MustParseAddrPort("45.155.205.7:40000"), Server: netip.MustParseAddrPort("192.168.10.25:25"), Proto: 6,
		Side: abri.Outside, Fate: order.Dropped, Cause: order.ByList, First: now, Last: now, Up: order.Count{Packets: 1, Bytes: 60, Flags: 2}, Packets: 1, Bytes: 60, Began: true,
	}), tell.Flush(), theirNews.Close()) // the keeper dies right after
	if err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the reader ends with %v", err)
	}
	if kept := s.kept(); len(kept) != 1 || !(kept[7].Neutralised()) || kept[7].Why.List != "drop" {
		t.Errorf("the store holds %+v", kept)
	}
	orders.Close()
	if err := <-served; err != nil {
		t.Errorf("the orders end with %v", err)
	}
}

// freeAddress is where nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// await waits until ask finds nothing wrong.
func (s *site) await(ask func() error) {
	s.Helper()
	for late := time.After(20 * time.Second); ; {
		err := ask()
		if err == nil {
			return
		}
		select {
		case <-late:
			s.Fatal(err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// A reader whose steps hang does not say that it lives; one that steps does.
func TestReaderThatHangsDoesNotBeat(t *testing.T) {
	s := newSite(t)
	r := s.live()
	s.refuses = errors.New("a beat")
	s.step()
	if err := r.beat(t.Context()); !errors.Is(err, s.refuses) {
		t.Errorf("after a step: %v", err)
	}
	r.stepped = time.Now().Add(-stepPatience - time.Second)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.beat(ctx); err != nil {
		t.Errorf("it beat though it hangs: %v", err)
	}
	s.die()
}
