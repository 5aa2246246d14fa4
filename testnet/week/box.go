package main

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/box/pipeline"
	"abri.example/abri/count"
	"abri.example/abri/detect"
	"abri.example/abri/device"
	"abri.example/abri/feed/guarded"
	"abri.example/abri/flow"
	"abri.example/abri/names/lookalike"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
)

// box protects, with everything in it but clock and, unless it is live, kernel: each rule acts from the first minute on, as
// if its trial were over, and who would be stopped is noted.
type box struct {
	pipe    *pipeline.Pipeline
	counter *count.Counter

	bans, blocks []string
	attacks      map[string]abri.Attack
}

// newBox gives a box at a time, for the town hall's networks. The gateway is guarded as a box guards it. A live one reads
// what a gate tells of packets, and not the packets.
func newBox(at time.Time, live bool) (*box, error) {
	judge, err := policy.New(policy.Options{
		Mode: abri.Protect, Scanner: detect.ResearchScanner, Guard: guarded.Default().Address,
		Guarded: []policy.Entry{{Prefix: netip.PrefixFrom(gateway, gateway.BitLen())}},
	})
	if err != nil {
		return nil, err
	}
	x := &box{attacks: map[string]abri.Attack{}}
	hours, err := policy.ParseHours("", time.UTC) // nobody said when people work
	if err != nil {
		return nil, err
	}
	measures := policy.NewMeasures(at, policy.MeasureOptions{Hours: hours})
	for _, t := range measures.Trials() {
		if err := measures.Promote(at, t.Kind, "week"); err != nil {
			return nil, err
		}
	}
	home := flow.Home{network, network6}
	devices := device.NewBook(device.Options{Home: home.Contains})
	x.counter = count.New(count.Options{Location: time.UTC, Seed: "week", Device: devices.Name})
	x.pipe = pipeline.New(pipeline.Options{
		Policy: judge, Detectors: detect.All(), Counter: x.counter, Home: home, Devices: devices, Lookalikes: lookalike.New(lookalike.Brands()),
		Live: live, Measures: measures, Act: x.act, Guarded: guarded.Default().Name, Hand: hand{x},
	})
	return x, nil
}

func (x *box) act(f abri.Finding, m policy.Measure) {
	x.bans = append(x.bans, f.At.Format("Mon 15:04 ")+m.Prefix.String()+" "+m.Door.String()+": "+f.Why.Sentence(abri.English))
}

// packet takes one packet of the road.
func (x *box) packet(at time.Time, frame []byte, length int) {
	x.pipe.Packet(at, packet.Ethernet, frame, length)
}

// tick lets the box know the time.
func (x *box) tick(now time.Time) {
	x.pipe.Tick(now)
	for _, a := range x.counter.Changed() {
		x.attacks[a.ID] = a
	}
}

// hand notes what would be cut.
type hand struct{ *box }

func (h hand) Block(b order.Block) error {
	h.blocks = append(h.blocks, b.Client.String()+" - "+b.Server.String())
	return nil
}

func (hand) Unblock(order.Conversation) error { return nil }
func (hand) Inject(*order.Inject) error       { return nil }
func (hand) Rule(order.Ruling) error          { return nil }
func (hand) Rewrite(*order.Rewrite) error     { return nil }
func (hand) Crowd(order.Crowd) error          { return nil }
func (hand) Judged(uint64) error              { return nil }
