package gate

import (
	"bytes"
	"testing"

	"golang.org/x/sys/unix"
)

// traffic goes through a bridge in lockstep: a listed packet and an honest one of each family leave the router, and the
// honest ones must arrive at the site before the next leave.
type traffic struct {
	*scene
	listed, honest [][]byte
	rounds         int
}

func newTraffic(s *scene) *traffic {
	tr := &traffic{scene: s}
	for _, a := range []string{"45.9.20.7", "2a0b:1::7", "80.2.2.2", "2a0c:2::7"} {
		f := frame{src: a, dst: "192.168.1.2", proto: protoUDP, sport: 9, dport: 99, payload: 30}
		if f.is6() {
			f.dst = "2a01::2"
		}
		tr.listed = append(tr.listed, f.bytes())
	}
	tr.listed, tr.honest = tr.listed[:2], tr.listed[2:]
	return tr
}

// round fails when a listed packet arrives, or an honest one does not.
func (tr *traffic) round() {
	tr.t.Helper()
	buf := make([]byte, 2048)
	for i := range tr.listed {
		for _, data := range [][]byte{tr.listed[i], tr.honest[i]} {
			_, err := unix.Write(tr.router, data)
			tr.do(err)
		}
		for waited := 0; ; {
			n, err := tr.receive(tr.site, buf)
			if err == unix.EAGAIN && waited < 20 { // a processor that is busy with other things is no loss
				waited++
				continue
			}
			if err == unix.EINTR {
				continue
			}
			if err != nil {
				tr.t.Fatalf("round %d: an honest packet is lost: %v", tr.rounds, err)
			}
			if bytes.Equal(buf[:n], tr.listed[i]) {
				tr.t.Fatalf("round %d: a listed packet passed", tr.rounds)
			}
			if bytes.Equal(buf[:n], tr.honest[i]) {
				break
			}
		}
	}
	tr.rounds++
}

// during goes on with rounds while fn runs.
func (tr *traffic) during(fn func() error) {
	tr.t.Helper()
	done := make(chan error, 1)
	go func() { done <- fn() }()
	for {
		select {
		case err := <-done:
			tr.do(err)
			return
		default:
			tr.round()
		}
	}
}

// TestSwapsUnderTraffic changes the lists fifty times on a real bridge: both hold the listed addresses, by other entries.
func TestSwapsUnderTraffic(t *testing.T) {
	s := newScene(t)
	g := s.open(s.options())
	wide4, wide6 := entries("45.9.20.0/24", "2a0b:1::/32", "20.0.0.0/8")
	narrow4, narrow6 := entries("45.9.20.7/32", "2a0b:1::7/128", "2a0b:1::/48", "2a0b:1::/20")
	_, err := g.Load(wide4, wide6)
	s.do(err)
	swaps := 50
	if testing.Short() {
		swaps = 10
	}
	tr := newTraffic(s)
	s.pass(s.router, s.site, nil)
	tr.during(func() error {
		for i := range swaps {
			v4, v6 := wide4, wide6
			if i%2 == 0 {
				v4, v6 = narrow4, narrow6
			}
			if _, err := g.Load(v4, v6); err != nil {
				return err
			}
		}
		return nil
	})
	n, err := g.Counters()
	s.do(err)
	if got := n.Outside[DropListSrc].Packets; got != uint64(2*tr.rounds) || tr.rounds == 0 {
		t.Errorf("%d packets dropped in %d rounds of two", got, tr.rounds)
	}
	t.Logf("%d swaps under %d rounds of four packets", swaps, tr.rounds)
}
