package bridge

import (
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// Bonds hears whether the devices behind the ports try to bond their links (LACP, IEEE 802.1AX). That can't cross any
// bridge, so their links would wait for each other in vain: it must be told. Not safe for concurrent use.
type Bonds struct {
	ears map[abri.Side]int // sockets
}

// slowProtocols is the Ethernet type of LACP and a few others (IEEE 802.3, annex 57A), whose subtype 1 is LACP.
const slowProtocols = 0x8809

// onlyLACP lets through to us that there is such a frame, and nothing of what it says.
var onlyLACP = []unix.SockFilter{
	{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: 14},
	{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: 1, Jf: 1},
	{Code: unix.BPF_RET | unix.BPF_K, K: 14},
	{Code: unix.BPF_RET | unix.BPF_K, K: 0},
}

// HearBonds begins to listen on both ports; a Host, through which nothing crosses, hears nothing. It takes CAP_NET_RAW,
// Heard does not. The caller closes it.
func (b *Bridge) HearBonds() (*Bonds, error) {
	heard := &Bonds{ears: map[abri.Side]int{}}
	if b.Inside == 0 {
		return heard, nil
	}
	for side, index := range map[abri.Side]int{abri.Outside: b.Outside, abri.Inside: b.Inside} {
		fd, err := ear(index)
		if err != nil {
			heard.Close()
			return nil, kernel(side.String(), "listening for bonded links", err)
		}
		heard.ears[side] = fd
	}
	return heard, nil
}

func ear(index int) (int, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	err = unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(onlyLACP)), Filter: &onlyLACP[0]})
	if err == nil {
		err = unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1)
	}
	if err == nil {
		protocol := binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, slowProtocols))
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: protocol, Ifindex: index})
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// Heard reports whether a device behind the port of a side tried since it was last asked.
func (b *Bonds) Heard(side abri.Side) (heard bool) {
	fd, known := b.ears[side]
	for known {
		if _, _, err := unix.Recvfrom(fd, make([]byte, 14), 0); err == nil {
			heard = true
		} else if !errors.Is(err, unix.EINTR) {
			break // nothing is left, or the port is gone
		}
	}
	return heard
}

// Close ends it.
func (b *Bonds) Close() {
	for _, fd := range b.ears {
		unix.Close(fd)
	}
	b.ears = nil
}
