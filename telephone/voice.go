package telephone

import (
	"net/netip"
	"time"

	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// voices are the conversations that carry what calls are about. Nothing of them is read: what counts is until when they last,
// for the end of a call may never be heard.
type voices struct {
	wanted table[netip.AddrPort, callKey] // where somebody said that he wants to hear
	flows  map[*flow.Flow]callKey
}

const (
	mostWanted = 4 * mostCalls
	mostVoices = mostCalls
	voiceless  = 5 * time.Minute  // after so long without voice, and without a word, a call is over that had voice
	pause      = 30 * time.Second // of voice that counts as spoken: ends that send none in silence still send reports (RFC 3550, 6.2)
)

// announced takes where the sender of a message wants to hear.
func (v *voices) announced(h *Heard) {
	if h.Call == nil || len(h.Message.Body) == 0 {
		return
	}
	v.wanted.max = mostWanted
	key := callKey{idOf(h.Message.CallID), h.Flow.Inside, h.Flow.Outside}
	h.Message.Media(func(a netip.AddrPort) {
		k, _ := v.wanted.touch(a)
		*k = key
	})
}

// see takes a datagram that is no message.
func (v *voices) see(f *flow.Flow, h *packet.Headers) {
	if v.wanted.len() == 0 {
		return
	}
	if _, known := v.flows[f]; known || len(v.flows) >= mostVoices {
		return
	}
	for _, a := range []netip.AddrPort{netip.AddrPortFrom(h.Dst, h.DstPort), netip.AddrPortFrom(h.Src, h.SrcPort)} {
		k := v.wanted.find(a)
		if k == nil && a.Port()%2 == 1 { // reports go to the next port (RFC 3550, 11)
			k = v.wanted.find(netip.AddrPortFrom(a.Addr(), a.Port()-1))
		}
		if k != nil {
			if v.flows == nil {
				v.flows = map[*flow.Flow]callKey{}
			}
			v.flows[f] = *k
			return
		}
	}
}

// heardUntil notes in each call until when its voice was heard.
func (l *Line) heardUntil() {
	for f, k := range l.voices.flows {
		if c := l.calls.find(k); c != nil {
			c.speaks(f.Last)
		} else {
			delete(l.voices.flows, f)
		}
	}
}

// hush takes the end of a conversation that carried voice.
func (l *Line) hush(f *flow.Flow) {
	if k, known := l.voices.flows[f]; known {
		if c := l.calls.find(k); c != nil {
			c.speaks(f.Last)
		}
		delete(l.voices.flows, f)
	}
}

// speaks notes that voice was heard at a time.
func (c *Call) speaks(at time.Time) {
	if at.After(c.Voice) {
		c.Voice = at
	}
}
