package race

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"abri.example/abri/inject"
	"abri.example/abri/packet"
	"abri.example/abri/testnet"
)

// passers are honest conversations of many others that cross the box meanwhile: a handshake, a hello in two segments, an
// answer and the end. They are frames made beforehand, put on the far ends of the box's cables: for the box they are
// conversations, and they cost nobody else's machine more than their carriage.
type passers struct {
	hello           []byte
	rate            int // a second
	outside, inside *testnet.Tap
	random          *rand.Rand
	sent            int // conversations
}

// passer is one conversation.
type passer struct {
	client, server netip.AddrPort
	inward         []byte // the link's head of what goes to the client
	outward        []byte
}

const (
	passersBeat  = 5 * time.Millisecond // between two words of a conversation
	passersHello = 1400                 // bytes of a hello in its first segment
	passersFirst = 0x100                // sequence numbers
	passersReply = 0x200
)

// pass has them come and go until what it gives is called, which tells how many came.
func (p *passers) pass(t *testing.T, s *testnet.Scene) (stop func() int) {
	t.Helper()
	router, office := s.Ends()
	var err error
	if p.outside, err = router.Tap(router.Port); err != nil {
		t.Fatal(err)
	}
	if p.inside, err = office.Tap(office.Port); err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	var going sync.WaitGroup
	going.Go(func() { p.walk(t, over) })
	return func() int {
		close(over)
		going.Wait()
		return p.sent
	}
}

// walk begins as many as are due at each beat, and has those who began before say their next word.
func (p *passers) walk(t *testing.T, over <-chan struct{}) {
	var under [][]passer // by how many words they have said
	begun := time.Now()
	tick := time.NewTicker(passersBeat)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return
		case now := <-tick.C:
			var fresh []passer
			for due := int(now.Sub(begun).Seconds() * float64(p.rate)); p.sent < due; p.sent++ {
				fresh = append(fresh, p.next())
			}
			under = append([][]passer{fresh}, under...)
		}
		under = under[:min(len(under), passersWords)]
		for word, them := range under {
			for i := range them {
				if err := p.say(&them[i], word); err != nil {
					t.Error(err)
					return
				}
			}
		}
	}
}

// next is another of 100 devices with another of 100 servers.
func (p *passers) next() passer {
	device, server := byte(p.random.IntN(100)), byte(p.random.IntN(100))
	return passer{
		client:  netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 168, 10, 120 + device}), uint16(1024+p.random.IntN(64512))),
		server:  netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 51, 100, 120 + server}), testnet.SecurePort),
		inward:  []byte{2, 0, 0, 0, 1, device, 2, 0, 0, 0, 2, 1, 8, 0}, // cards that nobody has: who hears it lets it lie
		outward: []byte{2, 0, 0, 0, 2, 1, 2, 0, 0, 0, 1, device, 8, 0},
	}
}

const passersWords = 5

// say puts what one says at its n-th turn on the wire.
func (p *passers) say(x *passer, word int) error {
	ask, told := uint32(passersFirst+1), uint32(passersReply+1)
	end, all := ask+uint32(len(p.hello)), told+uint32(len(answer))
	out := func(flags packet.TCPFlags, seq, ack uint32, data []byte) error {
		return put(p.inside, inject.Packet{Head: x.outward, Src: x.client, Dst: x.server, Flags: uint8(flags), Seq: seq, Ack: ack, Data: data})
	}
	in := func(flags packet.TCPFlags, seq, ack uint32, data []byte) error {
		return put(p.outside, inject.Packet{Head: x.inward, Src: x.server, Dst: x.client, Flags: uint8(flags), Seq: seq, Ack: ack, Data: data})
	}
	switch word {
	case 0:
		return out(packet.SYN, passersFirst, 0, nil)
	case 1:
		return in(packet.SYN|packet.ACK, passersReply, ask, nil)
	case 2:
		cut := min(passersHello, len(p.hello))
		if err := out(packet.ACK, ask, told, p.hello[:cut]); err != nil {
			return err
		}
		return out(packet.ACK|packet.PSH, ask+uint32(cut), told, p.hello[cut:])
	case 3:
		return in(packet.ACK|packet.PSH, told, end, answer)
	}
	if err := out(packet.ACK|packet.FIN, end, all, nil); err != nil {
		return err
	}
	return in(packet.ACK|packet.FIN, all, end+1, nil)
}

func put(on *testnet.Tap, p inject.Packet) error {
	p.Proto = packet.TCP
	frame, err := p.Append(nil)
	if err != nil {
		return err
	}
	if err := on.Send(frame); !errors.Is(err, unix.ENOBUFS) { // the wire is full: lost, as on any
		return err
	}
	return nil
}
