package testnet

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Flood is what is thrown at a machine of the town hall.
type Flood struct {
	Name  string
	Proto uint8
	Port  uint16 // aimed at; 0 is another each time
	From  uint16 // the port that it comes from; 0 is another each time
	Flags uint8  // of TCP
	Bytes int    // of data
	Part  bool   // a later fragment
}

// Floods are the usual ones, those last whose datagrams a gate does not judge in its first minute. Whoever wants them mixed throws several.
var Floods = []Flood{
	{Name: "SYN", Proto: 6, Port: WebPort, Flags: 0x02},
	{Name: "UDP", Proto: 17, Bytes: 400},
	{Name: "ICMP", Proto: 1, Bytes: 56},
	{Name: "fragments", Proto: 17, Bytes: 1000, Part: true},
	{Name: "DNS questions", Proto: 17, Port: 53, Bytes: 32},
	{Name: "ACK", Proto: 6, Port: WebPort, Flags: 0x10},
	{Name: "SYN+ACK", Proto: 6, From: 443, Flags: 0x12},
	{Name: "NTP answers", Proto: 17, From: 123, Bytes: 440},
}

// Throw sends floods at a machine of the town hall, from the router's end of the box's cable, in turn: each frame from another
// made-up address (forged), or all from one; at the lowest priority, rate frames a second, 0 for as many as this machine can. It ends with ctx, and
// gives how many were sent.
func (s *Scene) Throw(ctx context.Context, floods []Flood, at Peer, v6, forged bool, rate int) (sent int, err error) {
	heads, err := s.heads(at)
	if err != nil {
		return 0, err
	}
	err = s.router.Do(func() error {
		if err := swallow(); err != nil {
			return err
		}
		tap, err := openTap("lan")
		if err != nil {
			return err
		}
		defer tap.Close()
		raw, err := tap.file.SyscallConn()
		if err != nil {
			return err
		}
		if err := unix.Setpriority(unix.PRIO_PROCESS, 0, yields); err != nil { // of this thread, which ends here
			return err
		}
		var failed error
		thrown := thrower{heads: heads, at: at, v6: v6, forged: forged, random: rand.New(rand.NewPCG(1, 2))}
		if err := raw.Control(func(fd uintptr) {
			if failed = unix.SetsockoptInt(int(fd), unix.SOL_PACKET, unix.PACKET_QDISC_BYPASS, 1); failed == nil {
				sent, failed = thrown.throw(ctx, int(fd), floods, rate)
			}
		}); err != nil {
			return err
		}
		return failed
	})
	return sent, err
}

// yields is the priority of who throws: on the Internet he has machines of his own, and must not take the processors of
// the people who are measured.
const yields = 19

// swallow has the router lose what goes back to made-up addresses, as the Internet does: told that nobody is there, a server
// would forget them at once.
func swallow() error {
	for _, prefix := range []string{"20.0.0.0/6", "2a0c::/16"} {
		route := netlink.Route{Dst: ipNet(netip.MustParsePrefix(prefix)), Type: unix.RTN_BLACKHOLE}
		if err := netlink.RouteReplace(&route); err != nil {
			return err
		}
	}
	return nil
}

// heads are the two Ethernet addresses: to the machine, from the router.
func (s *Scene) heads(at Peer) ([]byte, error) {
	to, err := at.Host.card("eth0")
	if err != nil {
		return nil, err
	}
	from, err := s.router.card("lan")
	return append(to, from...), err
}

// Lair gives the cards of the criminals' cable to the router: theirs, and the router's.
func (s *Scene) Lair() (own, router net.HardwareAddr, err error) {
	if own, err = s.criminals.card("wan"); err == nil {
		router, err = s.router.card("criminals")
	}
	return own, router, err
}

func (h *Host) card(port string) (card net.HardwareAddr, err error) {
	err = h.Do(func() error {
		link, err := net.InterfaceByName(port)
		if err == nil {
			card = slices.Clone(link.HardwareAddr)
		}
		return err
	})
	return card, err
}

// thrower makes the frames.
type thrower struct {
	heads      []byte
	at         Peer
	v6, forged bool
	random     *rand.Rand
	frame      []byte
}

// throw sends frames until ctx ends, in small parcels so that a rate is kept.
func (t *thrower) throw(ctx context.Context, fd int, floods []Flood, rate int) (sent int, err error) {
	const parcel = 64
	begun := time.Now()
	for ctx.Err() == nil {
		for range parcel {
			_, err := unix.Write(fd, t.make(floods[sent%len(floods)]))
			if err != nil && !errors.Is(err, unix.ENOBUFS) && !errors.Is(err, unix.EAGAIN) {
				return sent, err
			}
			sent++
		}
		if rate > 0 {
			if ahead := time.Duration(sent)*time.Second/time.Duration(rate) - time.Since(begun); ahead > 0 {
				_ = rest(ctx, ahead)
			}
		}
	}
	return sent, nil
}

// source is who the next frame says it is from: anybody of 20.0.0.0/6 or 2a0c::/16, or one of them.
func (t *thrower) source() netip.Addr {
	n := uint64(7)
	if t.forged {
		n = t.random.Uint64()
	}
	if t.v6 {
		b := [16]byte{0: 0x2a, 1: 0x0c}
		binary.BigEndian.PutUint64(b[2:], n)
		return netip.AddrFrom16(b)
	}
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], 20<<24|uint32(n)&(1<<26-1))
	return netip.AddrFrom4(b)
}

func (t *thrower) make(f Flood) []byte {
	be := binary.BigEndian
	if t.v6 && f.Proto == 1 {
		f.Proto = 58
	}
	src, dst := t.source(), t.at.facing(t.source())
	body := t.body(f)
	sum := pseudo(src, dst, f.Proto, len(body))
	switch f.Proto {
	case 6:
		be.PutUint16(body[16:], ^add(sum, body))
	case 17:
		be.PutUint16(body[6:], ^add(sum, body))
	case 1:
		be.PutUint16(body[2:], ^add(0, body))
	case 58:
		be.PutUint16(body[2:], ^add(sum, body))
	}
	b := append(t.frame[:0], t.heads...)
	if t.v6 {
		b = be.AppendUint16(b, 0x86dd)
		next, more := f.Proto, []byte(nil)
		if f.Part {
			next, more = 44, []byte{f.Proto, 0, 5, 0xc8, 0, 0, 0, byte(t.random.Uint32())}
		}
		b = append(b, 0x60, 0, 0, 0)
		b = be.AppendUint16(b, uint16(len(more)+len(body)))
		b = append(b, next, 60)
		b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
		b = append(b, more...)
	} else {
		b = be.AppendUint16(b, 0x0800)
		at := len(b)
		b = append(b, 0x45, 0)
		b = be.AppendUint16(b, uint16(20+len(body)))
		b = be.AppendUint16(b, uint16(t.random.Uint32()))
		part := uint16(0)
		if f.Part {
			part = 185
		}
		b = be.AppendUint16(b, part)
		b = append(b, 60, f.Proto, 0, 0)
		b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
		be.PutUint16(b[at+10:], ^add(0, b[at:]))
	}
	t.frame = append(b, body...)
	return t.frame
}

// body is what stands behind the IP header, its checksum to be filled in.
func (t *thrower) body(f Flood) []byte {
	be := binary.BigEndian
	from, to := f.From, f.Port
	if from == 0 {
		from = 1024 + uint16(t.random.Uint32N(60_000))
	}
	if to == 0 {
		to = 1024 + uint16(t.random.Uint32N(60_000))
	}
	var b []byte
	switch f.Proto {
	case 6:
		b = be.AppendUint16(be.AppendUint16(nil, from), to)
		b = be.AppendUint32(be.AppendUint32(b, t.random.Uint32()), t.random.Uint32())
		b = append(b, 5<<4, f.Flags, 0xfa, 0xf0, 0, 0, 0, 0)
	case 17:
		b = be.AppendUint16(be.AppendUint16(nil, from), to)
		b = append(be.AppendUint16(b, uint16(8+f.Bytes)), 0, 0)
	case 1:
		b = []byte{8, 0, 0, 0, 0, 1, 0, 1}
	case 58:
		b = []byte{128, 0, 0, 0, 0, 1, 0, 1}
	}
	return append(b, make([]byte, f.Bytes)...)
}

// pseudo sums the pseudo header (RFC 9293 §3.1, RFC 8200 §8.1).
func pseudo(src, dst netip.Addr, proto uint8, length int) uint32 {
	b := append(append([]byte{}, src.AsSlice()...), dst.AsSlice()...)
	b = append(b, 0, proto)
	return uint32(add(0, binary.BigEndian.AppendUint16(b, uint16(length))))
}

// add is the one's complement sum of 16-bit words (RFC 1071).
func add(sum uint32, b []byte) uint16 {
	for ; len(b) > 1; b = b[2:] {
		sum += uint32(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}
