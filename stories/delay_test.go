package stories

import (
	"context"
	"net"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"abri.example/abri/testnet"
)

// TestFiguresDelayOfTelephony measures what the box adds to the way of a packet of telephony, against a bare bridge in the
// same run, one packet each in turn: SIP, which is copied and read, and RTP, of which the beginning is.
//
//	ABRI_FIGURES=1 go test ./stories -run FiguresDelay -v
func TestFiguresDelayOfTelephony(t *testing.T) {
	if os.Getenv("ABRI_FIGURES") == "" {
		t.Skip("measures only when ABRI_FIGURES is set")
	}
	bare := testnet.TownHall(testnet.New(t))
	bare.Box.Switch(testnet.OutsidePort, testnet.InsidePort)
	guarded, _, _ := townHall(t)
	const rounds = 20_000
	message := []byte("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
	voice := append([]byte{0x80, 8, 0, 1}, make([]byte, 168)...)
	for name, p := range map[string]struct {
		port uint16
		data []byte
	}{"SIP": {5060, message}, "RTP": {30_000, voice}} {
		ways := [2]*echo{newEcho(t, bare, p.port), newEcho(t, guarded, p.port)}
		var took [2][]time.Duration
		for range rounds {
			for i, w := range ways {
				took[i] = append(took[i], w.trip(t, p.data))
			}
		}
		at := func(i int, part float64) time.Duration {
			slices.Sort(took[i])
			return took[i][int(part*float64(len(took[i])-1))]
		}
		for _, part := range []float64{0.5, 0.9, 0.99} {
			t.Logf("%s, there and back, %g %%: bare bridge %s, with the box %s, added one way %s", name, part*100, at(0, part), at(1, part), (at(1, part)-at(0, part))/2)
		}
	}
}

// echo is a telephone inside and one outside that says everything again.
type echo struct {
	conn *net.UDPConn
	to   netip.AddrPort
	back []byte
}

func newEcho(t *testing.T, s *testnet.Scene, port uint16) *echo {
	t.Helper()
	far := netip.AddrPortFrom(s.Newspaper.V4, port)
	server, err := s.Newspaper.Host.ListenPacket(far)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		b := make([]byte, 2048)
		for {
			n, from, err := server.ReadFromUDPAddrPort(b)
			if err != nil {
				return // closed with the network
			}
			_, _ = server.WriteToUDPAddrPort(b[:n], from)
		}
	}()
	conn, err := s.Desk.Host.ListenPacket(netip.AddrPortFrom(s.Desk.V4, port+2))
	if err != nil {
		t.Fatal(err)
	}
	e := &echo{conn, far, make([]byte, 2048)}
	for range 200 {
		e.trip(t, []byte("warm"))
	}
	return e
}

// trip is how long a packet takes there and back.
func (e *echo) trip(t *testing.T, data []byte) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), honestLimit)
	defer cancel()
	deadline, _ := ctx.Deadline()
	if err := e.conn.SetReadDeadline(deadline); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if _, err := e.conn.WriteToUDPAddrPort(data, e.to); err != nil {
		t.Fatal(err)
	}
	if _, err := e.conn.Read(e.back); err != nil {
		t.Fatal(err)
	}
	return time.Since(begun)
}
