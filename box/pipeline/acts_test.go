package pipeline

import (
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
)

// acting is a line on a link whose findings are acted on, with what was done.
func acting(t *testing.T) (line, *[]policy.Measure) {
	t.Helper()
	l := newLine(t, true)
	done := &[]policy.Measure{}
	l.Pipeline = New(Options{
		Policy: rules(t, abri.Protect, nil), Detectors: l.detectors, Counter: l.counter, Live: true,
		Measures: policy.NewMeasures(start, policy.MeasureOptions{}),
		Act:      func(_ abri.Finding, x policy.Measure) { *done = append(*done, x) },
	})
	l.watcher.finds = &abri.Finding{Kind: abri.Exploit, Service: abri.Mail, Direction: abri.In, Port: 25, Proto: "tcp", Why: abri.Why{Rule: abri.Rule(abri.Exploit)}}
	return l, done
}

// A finding waits for the server's word, which proves that the attacker has its address; then it is acted on, once.
func TestAFindingWaitsForItsProof(t *testing.T) {
	l, done := acting(t)
	l.Copy(start, abri.Outside, order.Passed, tcp(t, criminal, mail, packet.SYN, 0))
	l.Tick(start.Add(time.Second))
	if len(*done) != 0 {
		t.Fatalf("acted on a bare SYN, whose source anybody can forge: %+v", *done)
	}
	l.watcher.finds = nil
	l.Copy(start.Add(2*time.Second), abri.Inside, order.Passed, tcp(t, mail, criminal, packet.SYN|packet.ACK, 0))
	l.Tick(start.Add(2 * time.Second))
	if len(*done) != 0 {
		t.Fatal("acted on an open door, which knows nobody yet")
	}
	l.Copy(start.Add(3*time.Second), abri.Inside, order.Passed, tcp(t, mail, criminal, packet.PSH|packet.ACK, 20))
	for i := range 8 {
		l.Tick(start.Add(time.Duration(3+i) * time.Second))
	}
	if len(*done) != 1 || (*done)[0].Prefix.Addr() != criminal.Addr() {
		t.Errorf("done: %+v", *done)
	}
}

// Without a proof it is given up, and nothing waits for ever, however much comes.
func TestWhatIsNotProvenIsGivenUp(t *testing.T) {
	l, done := acting(t)
	for range 3 * mostWaiting {
		l.Copy(start, abri.Outside, order.Passed, tcp(t, criminal, mail, packet.SYN, 0))
	}
	if len(l.acts.waiting) != mostWaiting {
		t.Errorf("%d wait", len(l.acts.waiting))
	}
	l.Tick(start.Add(time.Minute))
	if len(l.acts.waiting) != 0 || len(*done) != 0 {
		t.Errorf("%d wait still, done %+v", len(l.acts.waiting), *done)
	}
}

// What a detector's ban stops is more of the attack that it was for, and that attack is neutralised.
func TestWhatABanStopsIsMoreOfTheSameAttack(t *testing.T) {
	l, _ := acting(t)
	l.Copy(start, abri.Outside, order.Passed, tcp(t, criminal, mail, packet.SYN, 0))
	if a := l.one(t); a.Kind != abri.Exploit || a.Outcome != abri.Observed {
		t.Fatalf("got %+v", a)
	}
	p, err := policy.New(policy.Options{Mode: abri.Protect, Bans: []policy.Entry{{
		Prefix: policy.Neighbourhood(criminal.Addr()), Door: abri.Door{Proto: packet.TCP, Port: 25}, Kind: abri.Exploit, Why: abri.Why{Deed: abri.Rule(abri.Exploit)},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	l.SetPolicy(p)
	r := record(criminal, mail, abri.Outside, flow.Counter{Packets: 4, Bytes: 160, Flags: packet.SYN}, flow.Counter{})
	r.Cause = order.ByBan
	l.Flow(r)
	a := l.one(t)
	if a.Kind != abri.Exploit || a.Outcome != abri.Blocked || a.Packets != 4 || a.Why.Rule != abri.RuleBan {
		t.Errorf("got %+v", a)
	}
	if fr := a.Why.Sentence(abri.French); fr != "45.155.205.9 est bannie : essaie d'entrer par une faille connue" {
		t.Errorf("it reads %q", fr)
	}
}

// Of an isolated device nothing is an attack: a person cut it off, and that it goes on calling is no news.
func TestWhatIsIsolatedIsNoise(t *testing.T) {
	l, _ := acting(t)
	r := record(desk, honest, abri.Inside, flow.Counter{Packets: 4, Bytes: 160, Flags: packet.SYN}, flow.Counter{})
	r.Cause = order.ByIsolated
	l.Flow(r)
	if n := len(l.counter.Open()); n != 0 {
		t.Errorf("%d attacks", n)
	}
}
