package keeper

import (
	"bytes"
	"net/netip"
	"time"

	"abri.example/abri/box/order"
	"abri.example/abri/gate"
	"abri.example/abri/names/key"
)

// Names has the gate judge questions by these names in place of those before.
func (k *Keeper) Names(n order.Names) (order.NamesLoaded, error) {
	k.busy.Add(1)
	defer k.busy.Add(-1)
	begun := time.Now()
	set := gate.NameSet{Seed: key.Seed{Start: n.Seed[0], First: n.Seed[1], Second: n.Seed[2]}, Keys: n.Keys, Rules: make([]gate.NameRule, len(n.Rules))}
	for i, r := range n.Rules {
		set.Rules[i] = gate.NameRule{Key: r.Key, Say: gate.NameWord(r.Say)}
	}
	if _, err := k.gate.LoadNames(set); err != nil {
		return order.NamesLoaded{}, err
	}
	l := order.NamesLoaded{Took: time.Since(begun)}
	l.Names, l.Rules = k.gate.NameEntries()
	k.log.Info("names are enforced", "names", l.Names, "rules", l.Rules, "took", l.Took)
	return l, nil
}

// Resolving says how questions are answered, and which resolvers are closed.
func (k *Keeper) Resolving(r order.Resolving) error {
	var v4, v6 netip.Addr
	for _, a := range r.Page {
		if a.Is4() {
			v4 = a
		} else {
			v6 = a
		}
	}
	if err := k.gate.SetPage(v4, v6); err != nil {
		return err
	}
	return k.gate.CloseResolvers(r.Closed)
}

// questionKey names a question in the ledger: one device's for one name, whatever its port and resolver.
func questionKey(q *gate.Question) tableKey {
	return tableKey{client: netip.AddrPortFrom(q.Client.Addr(), 0), name: string(bytes.ToLower(q.Name))}
}

// noteQuestion notes what an earlier keeper told of a question, and gives how many packets of it were never told.
func (s *sweeper) noteQuestion(q *gate.Question, since int64) (pending uint64) {
	if q.First > since {
		return q.Packets
	}
	s.questions.meet(questionKey(q), q.First, q.Packets, q.Bytes)
	return 0
}

// tellQuestions tells what is new of the questions for listed names, and gives how many there are and how many packets it
// told.
func (s *sweeper) tellQuestions(now int64) (standing int, told uint64, err error) {
	s.questions.begin()
	err = s.gate.SweepQuestions(func(q *gate.Question) {
		standing++
		if q.First > now {
			return
		}
		o := order.Question{Client: q.Client, Server: q.Server, Side: q.Side, Fate: order.Would, First: q.First, Last: q.Last, Name: q.Name}
		if q.Reason == gate.DropName {
			o.Fate = order.Dropped
		}
		o.Packets, o.Bytes, o.Began = s.questions.meet(questionKey(q), q.First, q.Packets, q.Bytes)
		if o.Packets > 0 {
			s.news.say(func(t *order.Teller) error { return t.Question(o) })
			told += o.Packets
		}
	})
	return standing, told, err
}
