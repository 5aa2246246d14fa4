package pipeline

import (
	"encoding/binary"
	"net/netip"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/detect"
	"abri.example/abri/packet"
)

// The reader stays below 256 MB while half a hello comes of ever other conversations, and what follows is read all the same.
// ABRI_HALF_OPEN=10000000 is the promised number; a day's test takes enough to fill every table several times.
func TestHalfOpenHellosAreBounded(t *testing.T) {
	many := 300_000
	if s := os.Getenv("ABRI_HALF_OPEN"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		many = n
	}
	const bar = 256 << 20
	defer debug.SetGCPercent(debug.SetGCPercent(50)) // as the reader does
	l, h := newCutting(t)
	l.detectors = detect.All()
	words := hello(t, "login.wrong-bank.com")
	half := segment(t, desk, fence2, 1000, 5000, 0, words[:len(words)/2])
	quic := append([]byte{0xc3, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x44, 0x96}, make([]byte, 1182)...)
	initial := say(t, desk, netip.AddrPortFrom(router.Addr(), 53), string(quic))
	peak := uint64(0)
	for i := range many {
		at := start.Add(time.Duration(i) * 20 * time.Microsecond)
		frame, ports, source := half, 22+20, 22+12
		if i%4 == 3 {
			frame, ports, source = initial, 14+20, 14+12
			binary.BigEndian.PutUint16(frame[ports+2:], 443)
			binary.BigEndian.PutUint32(frame[14+20+8+6:], uint32(i)) // of the connection's name
		}
		binary.BigEndian.PutUint16(frame[source+2:], uint16(i>>15)) // 192.168.x.y: as many clients as it takes
		binary.BigEndian.PutUint16(frame[ports:], uint16(1024+i&0x7fff))
		l.Copy(at, abri.Inside, order.Passed, frame)
		if i%50_000 == 0 {
			l.Tick(at)
			peak = max(peak, inUse())
		}
	}
	peak = max(peak, inUse())
	t.Logf("%d half hellos: %d MB at the most, %d conversations, %d given up", many, peak>>20, l.passed.Len(), l.names.Lost())
	if peak > bar {
		t.Errorf("%d MB", peak>>20)
	}
	if l.names.Lost() == 0 {
		t.Error("nothing had to be given up: too few came to prove anything")
	}
	after := start.Add(time.Hour)
	l.Copy(after, abri.Inside, order.Passed, segment(t, desk6, bank6, 1000, 5000, packet.ACK, words))
	if len(h.blocked) != 1 {
		t.Errorf("after it a whole hello is cut %d times", len(h.blocked))
	}
}

// inUse is the memory of the heap that is taken, its garbage included.
func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
