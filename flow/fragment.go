package flow

import (
	"net/netip"
	"time"

	"abri.example/abri/packet"
)

const (
	maxFragments = 1024             // first fragments remembered
	fragmentLife = 30 * time.Second // Linux waits as long for the rest (ipfrag_time)
)

// fragmentKey tells which fragments belong together: for IPv4 also by protocol (RFC 791), for IPv6 not (RFC 8200).
type fragmentKey struct {
	src, dst netip.Addr
	id       uint32
	proto    uint8
}

// origin is what the first fragment said and the later ones do not.
type origin struct {
	srcPort, dstPort uint16
	proto            uint8
	until            time.Duration
}

// fragments remembers the ports of the last first fragments, so that later ones join their flow.
type fragments struct {
	known map[fragmentKey]origin
	ring  []fragmentKey // the keys in the order they came, the oldest at next once it is full
	next  int
}

// origin gives ports and protocol of a packet: its own, or those of its first fragment where that is known.
func (t *fragments) origin(now time.Duration, h *packet.Headers) origin {
	own := origin{srcPort: h.SrcPort, dstPort: h.DstPort, proto: h.Proto, until: now + fragmentLife}
	if !h.Fragment && !h.MoreFragments {
		return own
	}
	k := fragmentKey{src: h.Src, dst: h.Dst, id: h.FragmentID}
	if h.Src.Is4() {
		k.proto = h.Proto
	}
	if !h.Fragment {
		t.remember(k, own)
		return own
	}
	if first, ok := t.known[k]; ok && now <= first.until {
		return first
	}
	return own
}

func (t *fragments) remember(k fragmentKey, o origin) {
	if t.known == nil {
		t.known = make(map[fragmentKey]origin, maxFragments)
		t.ring = make([]fragmentKey, 0, maxFragments)
	}
	if _, again := t.known[k]; !again {
		if len(t.ring) < maxFragments {
			t.ring = append(t.ring, k)
		} else {
			delete(t.known, t.ring[t.next])
			t.ring[t.next] = k
			t.next = (t.next + 1) % maxFragments
		}
	}
	t.known[k] = o
}
