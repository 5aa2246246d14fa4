package testnet

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"slices"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxFrame is the longest frame handled: a jumbo frame with two VLAN tags.
const maxFrame = 9022

// Tap is a socket on one port of a host that sends and receives whole Ethernet frames (packet(7)). It hears what comes
// in by the port, and not what the host itself sends. One goroutine may send while another receives.
type Tap struct {
	file *os.File
}

// Tap opens a port for frames. It is closed with the network at the latest.
func (h *Host) Tap(port string) (*Tap, error) {
	var t *Tap
	err := h.Do(func() (err error) {
		t, err = openTap(port)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("tapping %s of %s: %w", port, h.Name, err)
	}
	h.net.t.Cleanup(func() { t.file.Close() })
	return t, nil
}

func openTap(port string) (*Tap, error) {
	link, err := net.InterfaceByName(port)
	if err != nil {
		return nil, err
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	t := &Tap{file: os.NewFile(uintptr(fd), "tap "+port)}
	for _, option := range []int{unix.PACKET_AUXDATA, unix.PACKET_IGNORE_OUTGOING} {
		if err := unix.SetsockoptInt(fd, unix.SOL_PACKET, option, 1); err != nil {
			t.file.Close()
			return nil, err
		}
	}
	everything := binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, unix.ETH_P_ALL))
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: everything, Ifindex: link.Index}); err != nil {
		t.file.Close()
		return nil, err
	}
	return t, nil
}

// Close lets go of the port.
func (t *Tap) Close() error { return t.file.Close() }

// Send puts one frame on the wire.
func (t *Tap) Send(frame []byte) error {
	_, err := t.file.Write(frame)
	return err
}

// Receive gives the next frame that comes in, its outer VLAN tag put back where the kernel had taken it off.
func (t *Tap) Receive(ctx context.Context) ([]byte, error) {
	deadline, _ := ctx.Deadline()
	if err := t.file.SetReadDeadline(deadline); err != nil {
		return nil, err
	}
	raw, err := t.file.SyscallConn()
	if err != nil {
		return nil, err
	}
	frame, control := make([]byte, maxFrame), make([]byte, 128)
	var n, c int
	var failed error
	err = raw.Read(func(fd uintptr) bool {
		n, c, _, _, failed = unix.Recvmsg(int(fd), frame, control, 0)
		return failed != unix.EAGAIN
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return nil, err
	}
	return retag(frame[:n], control[:c]), nil
}

// retag puts the tag of the kernel's metadata back behind the two MAC addresses.
func retag(frame, control []byte) []byte {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil || len(frame) < 12 {
		return frame
	}
	for _, m := range messages {
		if m.Header.Level != unix.SOL_PACKET || m.Header.Type != unix.PACKET_AUXDATA || len(m.Data) < int(unsafe.Sizeof(unix.TpacketAuxdata{})) {
			continue
		}
		aux := (*unix.TpacketAuxdata)(unsafe.Pointer(&m.Data[0]))
		if aux.Status&unix.TP_STATUS_VLAN_VALID == 0 {
			continue
		}
		tag := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, aux.Vlan_tpid), aux.Vlan_tci)
		frame = slices.Insert(frame, 12, tag...)
	}
	return frame
}

// Inject sends frames by a port of the host, one each pace (0: as fast as the socket takes them).
func (h *Host) Inject(ctx context.Context, port string, frames [][]byte, pace time.Duration) error {
	tap, err := h.Tap(port)
	if err != nil {
		return err
	}
	defer tap.Close()
	for i, frame := range frames {
		if i > 0 {
			if err := rest(ctx, pace); err != nil {
				return err
			}
		}
		if err := tap.Send(frame); err != nil {
			return fmt.Errorf("frame %d by %s of %s: %w", i+1, port, h.Name, err)
		}
	}
	return ctx.Err()
}

// rest waits for d, or until ctx is done.
func rest(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
