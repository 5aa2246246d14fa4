package pipeline

import (
	"encoding/binary"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/count"
	"abri.example/abri/detect"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
	"abri.example/abri/telephone"
)

// blank has the numbers of calls that are refused put out of a held segment, and reports whether it did: it then goes on by
// itself.
func (p *Pipeline) blank(at time.Time, f *flow.Flow, number uint32) bool {
	if f.Proto != packet.TCP || !passes(f) || p.policy.Mode() != abri.Protect {
		return false
	}
	for _, d := range p.detectors {
		b, is := d.(detect.Blanker)
		if !is {
			continue
		}
		numbers, found := b.Blank(at, f, p.headers.Payload)
		patches := blanked(p.frame, &p.headers, numbers)
		if patches == nil {
			continue
		}
		err := p.cuts.hand.Rewrite(&order.Rewrite{
			Conversation: order.Conversation{Client: f.Client, Server: f.Server, Proto: f.Proto}, Held: number, Patches: patches,
		})
		for _, x := range found {
			if err == nil {
				p.counter.Add(x.At, count.Sighting{Finding: x, Outcome: abri.Blocked, Attempts: 1})
			}
		}
		return err == nil
	}
	return false
}

// blankDigit stands for each byte of a number that is put out: no number of any plan has it.
const blankDigit = 'x'

// longestNumber is how much of a number is put out: what is longer is none.
const longestNumber = 64

// blanked are the patches that put numbers out of a segment, with its checksum; nil where there is nothing to put out, or
// where the header is not found.
func blanked(frame []byte, h *packet.Headers, numbers []telephone.Span) []order.Patch {
	data := len(packet.LinkHead(frame)) + h.Length - h.DataLength
	head := headOf(frame, h, data)
	if len(numbers) == 0 || head < 0 || data+len(h.Payload) > len(frame) || len(h.Payload) != h.DataLength {
		return nil
	}
	numbers = numbers[:min(len(numbers), order.MostPatches-1)]
	next := append([]byte(nil), frame[head:data+len(h.Payload)]...)
	var patches []order.Patch
	for _, s := range numbers {
		to := min(s.To, s.From+longestNumber)
		put := next[data-head+s.From : data-head+to]
		for i := range put {
			put[i] = blankDigit
		}
		patches = append(patches, order.Patch{At: uint16(data + s.From), Data: put})
	}
	sum := checksum(h, next)
	return append(patches, order.Patch{At: uint16(head + checkAt), Data: sum[:]})
}

// Where a header of TCP has its lengths and its checksum (RFC 9293, 3.1).
const (
	leastTCP, mostTCP = 20, 60
	lengthAt, checkAt = 12, 16
)

// headOf is where the header of TCP begins whose data begin at the given place; -1 when it is not found.
func headOf(frame []byte, h *packet.Headers, data int) int {
	for n := leastTCP; n <= mostTCP && n <= data && data <= len(frame); n += 4 {
		at := frame[data-n:]
		if int(at[lengthAt]>>4)*4 == n && binary.BigEndian.Uint16(at) == h.SrcPort && binary.BigEndian.Uint32(at[4:]) == h.Seq {
			return data - n
		}
	}
	return -1
}

// checksum is that of a segment, which covers the addresses too (RFC 9293, 3.1; RFC 8200, 8.1).
func checksum(h *packet.Headers, segment []byte) (sum [2]byte) {
	s := uint32(h.Proto) + uint32(len(segment))
	add := func(b []byte) {
		for i, c := range b {
			s += uint32(c) << (8 * (1 - i%2))
		}
	}
	add(h.Src.AsSlice())
	add(h.Dst.AsSlice())
	add(segment[:checkAt])
	add(segment[checkAt+2:])
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	binary.BigEndian.PutUint16(sum[:], ^uint16(s))
	return sum
}
