package detect

import (
	"time"

	"abri.example/abri/flow"
	"abri.example/abri/names/tls"
)

// The shape of an enciphered session of mail. The reasons are in docs/detection.md.
const (
	latePause   = 900 * time.Millisecond // that servers make before they say no: Postfix a second, Dovecot two, Exchange five
	lateAnswer  = 300                    // bytes of a no, at most
	lateAsked   = 600                    // bytes of what was asked, at most
	servedUp    = 2000                   // bytes of a client that was let in and sent a letter
	servedDown  = 3000                   // bytes of a server that let somebody in and showed a mailbox
	refusedUp   = 5                      // records of a client that was refused and left, at most
	refusedDown = 1000                   // bytes of its server, at most, new keys of TLS 1.3 among them
)

// shape is what an enciphered session shows: records of application data (RFC 8446, 5.1; RFC 5246, 6.2), their sizes and
// the pauses between them.
type shape struct {
	left  [2]int // bytes of the record under way, down and up
	head  [2][tls.HeadSize]byte
	got   [2]int // bytes of the head under way
	lost  bool   // a part is missing: nothing more is said
	count [2]int // records of application data, since the client's first
	bytes [2]int
	asked time.Time // when the client's last record came; zero when answered
	size  int       // of it
	since int       // bytes of the client since the last no
	late  []uint32  // of each no that came late, how much the client had said for it
}

// read takes data of one direction.
func (s *shape) read(at time.Time, up bool, data []byte) {
	side := 0
	if up {
		side = 1
	}
	for len(data) > 0 && !s.lost {
		if s.left[side] > 0 {
			n := min(s.left[side], len(data))
			s.left[side] -= n
			data = data[n:]
			continue
		}
		n := copy(s.head[side][s.got[side]:], data)
		s.got[side] += n
		data = data[n:]
		if s.got[side] < tls.HeadSize {
			return
		}
		s.got[side] = 0
		head, ok := tls.ReadHead(s.head[side][:])
		if !ok {
			s.lost = true
			return
		}
		s.left[side] = head.Length
		if head.Type == tls.Application {
			s.record(at, up, head.Length)
		}
	}
}

// record takes one record of application data.
func (s *shape) record(at time.Time, up bool, length int) {
	if up {
		s.count[1]++
		s.bytes[1] += length
		s.since += length
		s.asked, s.size = at, length
		return
	}
	if s.count[1] == 0 {
		return // the server's part of the handshake of TLS 1.3
	}
	s.count[0]++
	s.bytes[0] += length
	// The client's first record is the end of its handshake, or a greeting.
	if !s.asked.IsZero() && s.count[1] > 1 && at.Sub(s.asked) >= latePause && length <= lateAnswer && s.size <= lateAsked && len(s.late) < 16 {
		s.late = append(s.late, uint32(s.since))
		s.since = 0
	}
	s.asked = time.Time{}
}

// served reports whether a session looks like one of somebody who was let in.
func (s *shape) served(f *flow.Flow) bool {
	return s.bytes[1] >= servedUp || s.bytes[0] >= servedDown || f.Down.Bytes >= 16<<10 || f.Up.Bytes >= 16<<10
}

// settled reports whether a session looks like one of somebody who was let in, at a server that pauses before each no:
// it asked for more than a login and was answered at once.
func (s *shape) settled(d dialect) bool {
	return !s.lost && len(s.late) == 0 && s.count[1] >= map[dialect]int{imap: 5, pop: 6, smtp: 6, sieve: 4}[d]
}

// refusals are the tries of a session that was not served: how much was said before each no. A server that
// makes no pause is known by its few words; of POP3 it is not, since an empty mailbox has as few.
func (s *shape) refusals(f *flow.Flow) []uint32 {
	if s.lost || len(s.late) > 0 {
		return s.late
	}
	if f.Port == 110 || f.Port == 995 || s.count[1] < 2 || s.count[1] > refusedUp || s.bytes[0] > refusedDown {
		return nil
	}
	return []uint32{uint32(s.bytes[1])}
}
