package flow

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// Options says how a Table works. The zero value is a sound one for capture files.
type Options struct {
	Max     int  // flows held at once; 0 is 65,536
	Home    Home // our side, where packets do not say which port they entered by
	Counted bool // live: the packets seen are copies of some, and counters come from Count
	Idle    Idle

	// Early is given each flow that must end at once, within Observe or Count: the least recently seen of a full
	// table, or one whose ends began anew, or speak again after longer than Idle. It may be nil. It must not call the
	// Table.
	Early func(*Flow)
}

// DefaultMax is how many flows a Table holds where Options does not say.
const DefaultMax = 65_536

// Idle is how long a silent flow is kept. A zero duration is the default.
type Idle struct {
	HalfOpen time.Duration // TCP whose handshake was not completed; 60 s
	TCP      time.Duration // 1 h
	UDP      time.Duration // 3 min
	Other    time.Duration // 1 min
	Linger   time.Duration // TCP that ended; 10 s, for retransmissions
}

// Table holds the conversations under way. It is not safe for concurrent use.
type Table struct {
	options   Options
	patience  [stages]time.Duration
	flows     index
	queues    [stages]queue
	free      *Flow // given back, chained by next
	spare     int   // how many they are
	clock     clock
	fragments fragments
	ledger    ledger
}

// NewTable gives an empty Table.
func NewTable(o Options) *Table {
	if o.Max <= 0 {
		o.Max = DefaultMax
	}
	t := &Table{options: o, flows: newIndex(), ledger: ledger{max: o.Max}}
	for s, d := range map[stage][2]time.Duration{
		halfOpen:  {o.Idle.HalfOpen, time.Minute},
		open:      {o.Idle.TCP, time.Hour},
		datagram:  {o.Idle.UDP, 3 * time.Minute},
		other:     {o.Idle.Other, time.Minute},
		lingering: {o.Idle.Linger, 10 * time.Second},
	} {
		t.patience[s] = d[0]
		if d[0] <= 0 {
			t.patience[s] = d[1]
		}
	}
	return t
}

// Len is how many flows the table holds, those that ended and linger included.
func (t *Table) Len() int { return t.flows.taken }

// Observe takes a packet that passed at the given time, by the port of the given side, and gives its flow and whether
// the packet began it. It gives nil for a packet without addresses. It keeps nothing of h.
func (t *Table) Observe(at time.Time, side abri.Side, h *packet.Headers) (f *Flow, isNew bool) {
	if !h.Known {
		return nil, false
	}
	now := t.clock.observe(at)
	o := t.fragments.origin(now, h)
	k, fromA := keyOf(h.Src, o.srcPort, h.Dst, o.dstPort, o.proto)
	f, hash := t.flows.find(&k)
	if f != nil && (f.reborn(h) || now-f.seen > t.patience[f.stage]) { // nobody must Expire just in time
		t.end(f, t.options.Early)
		f = nil
	}
	if f == nil {
		f, isNew = t.add(k, hash, now), true
		client, server := netip.AddrPortFrom(h.Src, o.srcPort), netip.AddrPortFrom(h.Dst, o.dstPort)
		f.clientA = fromA
		if fromServer(h, o.srcPort, o.dstPort) {
			client, server, side, f.clientA = server, client, opposite(side), !fromA
			f.turned = true
		}
		f.begin(client, server, o.proto, side, t.options.Home)
	}
	f.see(at, f.clientA == fromA, h, t.options.Counted)
	t.touch(f, now)
	return f, isNew
}

// begin names the ends of a new flow.
func (f *Flow) begin(client, server netip.AddrPort, proto uint8, side abri.Side, home Home) {
	f.Client, f.Server, f.Proto = client, server, proto
	f.Port, f.Service = server.Port(), abri.ServiceOfPort(server.Port())
	f.place(side, home)
}

func opposite(s abri.Side) abri.Side {
	switch s {
	case abri.Outside:
		return abri.Inside
	case abri.Inside:
		return abri.Outside
	}
	return s
}

// add makes room and puts a blank flow under the key, whose hash the index gave.
func (t *Table) add(k key, hash uint64, now time.Duration) *Flow {
	if t.flows.taken >= t.options.Max {
		t.end(t.oldest(), t.options.Early)
	}
	f := t.free
	if f == nil {
		f = new(Flow)
	} else {
		t.free = f.next
		t.spare--
	}
	*f = Flow{state: state{key: k, seen: now, stage: other}, Judgement: unjudged}
	t.flows.add(f, hash)
	t.queues[f.stage].push(f)
	return f
}

// touch puts the flow at the back of the queue of its present stage.
func (t *Table) touch(f *Flow, now time.Duration) {
	t.queues[f.stage].remove(f)
	f.seen, f.stage = now, f.current()
	t.queues[f.stage].push(f)
}
