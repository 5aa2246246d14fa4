package gate

import (
	"encoding/binary"
	"errors"
	"os"
	"time"
	"unsafe"

	"github.com/cilium/ebpf/ringbuf"

	"abri.example/abri"
)

// Record is one packet that the kernel found worth reading. Read fills it; its Data lives until the next Read into it.
type Record struct {
	Time    int64     // when it was seen, of Monotonic
	Place   uint64    // where it ends in the ring: what was put there earlier has a lower one, be its Time later
	Wire    int       // length of the frame, bytes
	Side    abri.Side // the port it entered by; Inside also for what the box itself sent
	Own     bool      // the box itself sent it (in host mode: it left)
	Reason  Reason    // what became of it
	Known   bool      // its conversation is in the flow table
	Forward bool      // Known, and sent by the end that began it
	Held    bool      // it waits: nobody sends it on but the reader of this
	Asks    bool      // it may say a name: what answers it waits until Judged
	Answer  bool      // no packet that came: the answer to a question, to be sent out by the port of Side
	Data    []byte    // the frame from its Ethernet header, at most 2,048 bytes

	raw ringbuf.Record
}

// Read waits for a packet and puts it into rec, reusing its buffer. os.ErrClosed after Close, os.ErrDeadlineExceeded
// after the deadline. One Read runs at a time; others wait for it.
//
// Copied are: the first packet of each attempt that was or would have been stopped; of what passes, 8 KB (of IP bytes)
// of each direction of a conversation, 64 KB of FTP, SSH, SMTP, POP3, IMAP, SMB, submission, RDP and Windows' remote calls (by port), TCP
// packets with FIN or RST (their headers), and all of DNS, SIP, DHCP, mDNS and NetBIOS names; and up to 1,000 packets a
// second and processor of unsolicited UDP and ICMP from outside, as many of TCP of no conversation, and of ARP.
func (g *Gate) Read(rec *Record) error {
	var err error
	if rec.Place, err = g.ring.next(&rec.raw); err != nil {
		if errors.Is(err, os.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		return &abri.Error{Code: abri.CodeUnavailable, What: "the ring cannot be read", Err: err}
	}
	return rec.decode()
}

// SetDeadline makes a Read that would wait beyond t return. The zero time takes it away.
func (g *Gate) SetDeadline(t time.Time) { g.ring.SetDeadline(t) }

// decode takes the head of struct record of kernel/words.h off the raw bytes.
func (r *Record) decode() error {
	const head = int(unsafe.Sizeof(kernelRecord{}))
	b, le := r.raw.RawSample, binary.LittleEndian
	if len(b) < head || len(b) < head+int(le.Uint16(b[12:])) {
		return &abri.Error{Code: abri.CodeInternal, What: "a record of the ring is too short"}
	}
	r.Time, r.Wire = int64(le.Uint64(b)), int(le.Uint32(b[8:]))
	r.Side, r.Own = sideOf(b[14])
	r.Reason, r.Forward, r.Known = Reason(b[15]), b[16] == 1, b[17] == 1
	r.Held, r.Answer, r.Asks = b[18] == 1, b[19] == 1, b[20] == 1
	r.Data = b[head : head+int(le.Uint16(b[12:]))]
	return nil
}

// sideOf tells the box's own packets apart.
func sideOf(side uint8) (abri.Side, bool) {
	if side == sideBox {
		return abri.Inside, true
	}
	return abri.Side(side), false
}
