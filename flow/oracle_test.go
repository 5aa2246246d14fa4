package flow

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// oracle does what a Table does in the slowest and plainest way: one slice, searched through for everything.
type oracle struct {
	max   int
	all   []*talk
	ended []string
}

type talk struct {
	client, server string
	proto          uint8
	first, last    time.Time
	packets        [2]int // up, down
	flags          [2]packet.TCPFlags
	seq            uint32
	hasSeq         bool
}

func (k *talk) over() bool {
	either, both := k.flags[0]|k.flags[1], k.flags[0]&k.flags[1]
	return k.proto == packet.TCP && (either&packet.RST != 0 || both&packet.FIN != 0)
}

func (k *talk) patience() time.Duration {
	switch {
	case k.proto == packet.UDP:
		return 180 * time.Second
	case k.proto != packet.TCP:
		return 60 * time.Second
	case k.over():
		return 10 * time.Second
	case k.flags[0]&packet.ACK != 0 && k.flags[1] != 0:
		return 3600 * time.Second
	}
	return 60 * time.Second
}

func (o *oracle) end(i int) {
	k := o.all[i]
	o.ended = append(o.ended, fmt.Sprintf("%v %v %v %v %v %v %v", k.client, k.server, k.proto, k.first, k.last, k.packets, k.flags))
	o.all = slices.Delete(o.all, i, i+1)
}

func (o *oracle) packet(at time.Time, from, to string, h *packet.Headers) {
	i := slices.IndexFunc(o.all, func(k *talk) bool {
		return k.proto == h.Proto && (k.client == from && k.server == to || k.client == to && k.server == from)
	})
	if i >= 0 && at.Sub(o.all[i].last) > o.all[i].patience() {
		o.end(i)
		i = -1
	}
	opens := h.Proto == packet.TCP && h.Flags&packet.SYN != 0 && h.Flags&(packet.ACK|packet.RST) == 0
	if i >= 0 && o.all[i].over() && opens && !(o.all[i].hasSeq && o.all[i].seq == h.Seq) {
		o.end(i)
		i = -1
	}
	if i < 0 {
		if len(o.all) == o.max {
			oldest := 0
			for j, k := range o.all {
				if k.last.Before(o.all[oldest].last) {
					oldest = j
				}
			}
			o.end(oldest)
		}
		k := &talk{client: from, server: to, proto: h.Proto, first: at}
		if h.Flags&packet.SYN != 0 && h.Flags&packet.ACK != 0 {
			k.client, k.server = to, from
		}
		o.all = append(o.all, k)
		i = len(o.all) - 1
	}
	k, way := o.all[i], 0
	if from != k.client {
		way = 1
	}
	k.last = at
	k.packets[way]++
	k.flags[way] |= h.Flags
	if way == 0 && h.Flags&packet.SYN != 0 && !k.hasSeq {
		k.hasSeq, k.seq = true, h.Seq
	}
}

func (o *oracle) expire(now time.Time) {
	for i := len(o.all) - 1; i >= 0; i-- {
		if now.Sub(o.all[i].last) > o.all[i].patience() {
			o.end(i)
		}
	}
}

// TestOracle sends the same random packets to a Table and to the oracle, and wants the same conversations of both.
func TestOracle(t *testing.T) {
	flags := []packet.TCPFlags{packet.SYN, packet.SYN, packet.SYN | packet.ACK, packet.ACK, packet.ACK, packet.PSH | packet.ACK, packet.FIN | packet.ACK, packet.RST}
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 1))
		plain := &oracle{max: 5 + int(seed)}
		var ended []string
		tell := func(f *Flow) {
			ended = append(ended, fmt.Sprintf("%v %v %v %v %v %v %v", f.Client, f.Server, f.Proto, f.First, f.Last,
				[2]int{int(f.Up.Packets), int(f.Down.Packets)}, [2]packet.TCPFlags{f.Up.Flags, f.Down.Flags}))
			if !f.Ended || f.Up.Bytes != 100*f.Up.Packets {
				t.Errorf("seed %d: ended %v with %d bytes up in %d packets", seed, f.Ended, f.Up.Bytes, f.Up.Packets)
			}
		}
		table := NewTable(Options{Max: plain.max, Early: tell})
		at := start
		for range 4000 {
			at = at.Add(time.Duration(1 + random.ExpFloat64()*1e9))
			// High ports only: which end serves is a matter of TestWhoBegan.
			from, to := fmt.Sprintf("10.0.0.%d:%d", random.IntN(3), 40000+random.IntN(3)), fmt.Sprintf("198.51.100.%d:40000", random.IntN(3))
			if random.IntN(2) == 0 {
				from, to = to, from
			}
			h := sent([]uint8{packet.TCP, packet.TCP, packet.TCP, packet.UDP, 47}[random.IntN(5)], from, to)
			if h.Proto == packet.TCP {
				h.Flags, h.Seq = flags[random.IntN(len(flags))], uint32(random.IntN(2))
			}
			table.Observe(at, abri.SideUnknown, h)
			plain.packet(at, from, to, h)
			if random.IntN(30) == 0 {
				at = at.Add(time.Duration(random.IntN(100)) * time.Second)
				if random.IntN(10) == 0 {
					at = at.Add(time.Duration(random.IntN(70)) * time.Minute)
				}
				table.Expire(at, tell)
				plain.expire(at)
			}
			if table.Len() != len(plain.all) {
				t.Fatalf("seed %d: %d flows, the oracle has %d", seed, table.Len(), len(plain.all))
			}
		}
		table.Flush(tell)
		for len(plain.all) > 0 {
			plain.end(0)
		}
		slices.Sort(ended)
		slices.Sort(plain.ended)
		if !slices.Equal(ended, plain.ended) {
			t.Errorf("seed %d: %d ended, the oracle has %d, or they differ", seed, len(ended), len(plain.ended))
		}
	}
}
