package live

import (
	"abri.example/abri/box/order"
	"abri.example/abri/box/pipeline"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// listen hears the news for a crossing, as the reader's listener does, by the capture's clock.
type listen struct{ *crossing }

func (l listen) Packet(p order.Packet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pipe.Copy(l.wall(p.At), p.Side, p.Fate, p.Data)
	l.heard.Add(1)
}

func (l listen) Flow(f order.Flow) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pipe.Flow(pipeline.Record{
		Record: flow.Record{
			Client: f.Client, Server: f.Server, Proto: f.Proto, Side: f.Side, First: l.wall(f.First), Last: l.wall(f.Last + int64(grain)),
			Up: counter(f.Up), Down: counter(f.Down),
		},
		Fate: f.Fate, Cause: f.Cause, Packets: f.Packets, Bytes: f.Bytes, Began: f.Began,
	})
}

func (listen) Question(order.Question) {}
func (listen) Pressing(order.Pressing) {}
func (listen) Place(order.Place)       {}
func (listen) Settings(order.Settings) {}

func counter(c order.Count) flow.Counter {
	return flow.Counter{Packets: c.Packets, Bytes: c.Bytes, Flags: packet.TCPFlags(c.Flags)}
}
