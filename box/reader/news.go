package reader

import (
	"context"
	"time"

	"golang.org/x/sys/unix"

	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
	"abri.example/abri/box/pipeline"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// listener hears the keeper's news for a Reader.
type listener struct {
	*Reader
	ctx  context.Context
	asks bool // one of the packets that came together may say a name
}

var _ order.Listener = (*listener)(nil)

// Packet takes a copied packet.
func (l *listener) Packet(p order.Packet) {
	defer l.judged(p)
	if p.OfProof() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.wall(p.At)
	l.lastSeen = at
	if p.Held != 0 {
		l.pipe.Hold(at, p.Side, p.Data, p.Held)
		return
	}
	l.pipe.Copy(at, p.Side, p.Fate, p.Data)
	if l.line.Refuses(at) && !l.line.told.Hold { // a fraud does not wait for the tick
		l.noteLine(at)
	}
	l.hasten()
}

// judged tells the keeper that packets which may say a name were judged, once for all that came together: what answers them
// waits. An error means that the keeper is gone, and nothing waits any more.
func (l *listener) judged(p order.Packet) {
	l.asks = l.asks || p.Asks
	if p.Last && l.asks {
		_ = l.urgent.Judged(p.Place)
		l.asks = false
	}
}

// Flow takes the kernel's counters of one conversation.
func (l *listener) Flow(f order.Flow) {
	if f.OfProof() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	r := pipeline.Record{
		Record: flow.Record{
			Entry: f.First, Client: f.Client, Server: f.Server, Proto: f.Proto, Side: f.Side, First: l.wall(f.First), Last: l.wall(f.Last),
			Up: counter(f.Up), Down: counter(f.Down),
		},
		Fate: f.Fate, Cause: f.Cause, Packets: f.Packets, Bytes: f.Bytes, Began: f.Began,
	}
	l.lastSeen = r.Last
	l.pipe.Flow(r)
	l.noteContact(f)
}

// Question takes the kernel's count of a device's questions for a listed name.
func (l *listener) Question(q order.Question) {
	if q.OfProof() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.wall(q.Last)
	l.lastSeen = at
	l.pipe.Question(pipeline.Question{
		Client: q.Client, Server: q.Server, Last: at, Fate: q.Fate, Packets: q.Packets, Bytes: q.Bytes, Began: q.Began, Name: q.Name,
	})
}

func counter(c order.Count) flow.Counter {
	return flow.Counter{Packets: c.Packets, Bytes: c.Bytes, Flags: packet.TCPFlags(c.Flags)}
}

// Place learns where the box stands.
func (l *listener) Place(p order.Place) {
	l.mu.Lock()
	l.place = p
	l.judgeAnew()
	cutOff := len(l.isolated) > 0
	l.mu.Unlock()
	if cutOff { // what repairs need may have moved
		go l.enforce()
	}
	select {
	case l.placed <- struct{}{}:
	default:
	}
}

// Settings takes the first settings, and later new ones. What can't be used leaves what stands.
func (l *listener) Settings(s order.Settings) {
	c, err := config.ParseAs(config.PortsKind(s.Kind), s.Text, s.Path)
	if err != nil {
		l.log.Error("the settings are refused; what stands goes on", "err", err)
		return
	}
	first := false
	select {
	case <-l.settled:
	default:
		first = true
	}
	if first {
		if err := l.settle(l.ctx, c, s.Path); err != nil {
			l.log.Error("the reader can't begin", "err", err)
			return
		}
		close(l.settled)
	}
	go l.resettle(c, first)
}

// resettle applies settings: lists are read first, since that may take a while and may fail.
func (r *Reader) resettle(c *config.Config, first bool) {
	r.shelving.Lock()
	defer r.shelving.Unlock()
	set := r.readLists(c)
	exempt, ails := r.exempted(c)
	r.mu.Lock()
	if !first && c.Box.Mode != r.config.Box.Mode { // what a person chose holds as long as the file says what it said
		r.mode = c.Box.Mode
		r.record.forgetMode(context.Background())
	}
	r.config, r.exempt = c, exempt
	r.set = r.named(set)
	r.imitations = imitated(c)
	r.pipe.SetLookalikes(r.imitations)
	r.measures.Use(measureOptions(c))
	r.flood.line.Resize(bytesOf(c.Flood.Line))
	r.trouble.note(troubleExempt, ails, r.now())
	r.judgeAnew()
	r.mu.Unlock()
	r.record.retain(c.Keep)
	r.enforce()
	r.tellLists()
	r.watch.tell()
}

// wall is the wall time of an instant of CLOCK_MONOTONIC. It is taken from now backwards, so that a clock set
// meanwhile does not tear packets and their flow apart.
func (r *Reader) wall(at int64) time.Time {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) != nil {
		return r.now()
	}
	return r.now().Add(-time.Duration(ts.Nano() - at)).Round(0)
}
