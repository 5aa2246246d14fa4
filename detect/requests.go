package detect

import (
	"bytes"
	"strconv"
	"time"

	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

const (
	requestTalks = 2048
	requestMost  = 8 << 10 // bytes of a head that comes in parts; a link shows no more
	requestWait  = time.Minute
)

// requests puts the heads of HTTP/1 together that come in several segments, and takes apart those that come in one, so
// that the rules read what a server would see (RFC 9112, section 2.2 and 9.3.2).
type requests struct {
	parts *memory[conversation, part]
}

// part is the beginning of a head, and the sequence number of what must follow.
type part struct {
	head []byte
	next uint32
}

func newRequests() requests {
	return requests{newMemory[conversation, part](requestTalks, requestWait)}
}

// read gives each head that is whole with the data of a client's packet, its body among it as far as it came along. What
// was cut off by a capture, or grows too long, is given as it is.
func (r requests) read(at time.Time, f *flow.Flow, h *packet.Headers, data []byte, each func(head []byte)) {
	key := conversation{pairOf(f), f.Client.Port()}
	p := r.parts.find(key)
	if p != nil && len(p.head) > 0 {
		switch ahead := int32(h.Seq - p.next); {
		case ahead < 0:
			return // it came before
		case ahead > 0: // a part is missing: what there is must do
			each(p.head)
			p.head = p.head[:0]
		default:
			p.head = append(p.head, data...)
			p.next += uint32(len(data))
			data = p.head
		}
	}
	rest := r.whole(h, data, each)
	if len(rest) == 0 {
		if p != nil {
			p.head = p.head[:0]
		}
		return
	}
	p = r.parts.touch(at, key)
	p.head = append(p.head[:0], rest...)
	p.next = h.Seq + uint32(h.DataLength)
}

// whole gives the heads that are whole in data, and what remains of one that is not.
func (r requests) whole(h *packet.Headers, data []byte, each func(head []byte)) (rest []byte) {
	for asksHTTP(h, data) || beginsHTTP(h, data) {
		end := bytes.Index(data, []byte("\r\n\r\n"))
		if end < 0 {
			if h.DataLength > len(h.Payload) || len(data) >= requestMost {
				each(data)
				return nil
			}
			return data
		}
		each(data)
		skip := end + 4 + bodyOf(data[:end+4])
		if skip >= len(data) {
			return nil
		}
		data = data[skip:]
	}
	return nil
}

// end gives what never became whole.
func (r requests) end(f *flow.Flow, each func(head []byte)) {
	if p := r.parts.find(conversation{pairOf(f), f.Client.Port()}); p != nil && len(p.head) > 0 {
		each(p.head)
		p.head = p.head[:0]
	}
}

// beginsHTTP reports whether data may be the first bytes of a request, too few to tell.
func beginsHTTP(h *packet.Headers, data []byte) bool {
	if h.Proto != packet.TCP || len(data) == 0 || len(data) >= 14 {
		return false
	}
	method, rest, spoken := bytes.Cut(data, []byte(" "))
	for _, c := range method {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(method) < 8 && (!spoken || len(rest) == 0 || rest[0] == '/' || rest[0] == 'h')
}

// bodyOf is how many bytes follow a head before the next one begins; so many that nothing does, where that is not said.
func bodyOf(head []byte) int {
	if contains(head, "\ntransfer-encoding:") {
		return 1 << 30
	}
	i := indexFold(head, "\ncontent-length:")
	if i < 0 {
		return 0
	}
	n, err := strconv.ParseUint(string(bytes.TrimSpace(lineOf(head[i+16:]))), 10, 30)
	if err != nil {
		return 1 << 30
	}
	return int(n)
}
