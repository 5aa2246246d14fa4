package reader

import (
	"context"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/web"
	"abri.example/abri/policy"
	"abri.example/abri/store"
)

// Trials tells how far each rule is trusted.
func (r *Reader) Trials(context.Context) ([]control.Trial, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.trials(), nil
}

// trials are those of the measures. mu is held.
func (r *Reader) trials() []control.Trial {
	out := []control.Trial{}
	for _, t := range r.measures.Trials() {
		x := control.Trial{Kind: t.Kind, Acts: t.Acts(), Does: policy.Does(t.Kind), Lately: t.Lately, Since: t.Since, By: t.By, Would: t.Would, Doubts: t.Doubts, Releases: t.Releases}
		if t.Acts() {
			x.Since = t.Promoted
		} else if !t.Held && t.Doubts == 0 && !r.config.Measures.ByPeople {
			x.Ripe = t.Since.Add(r.config.Measures.Trial)
		}
		out = append(out, x)
	}
	return out
}

// showMeasures puts into a view what the rules do, and who is isolated. mu is held.
func (r *Reader) showMeasures(v *web.View) {
	for _, t := range r.trials() {
		v.Measures = append(v.Measures, web.Measure{Kind: t.Kind, Acts: t.Acts, Cuts: t.Does == abri.ActBlock, Lately: t.Lately, Since: t.Since, Ripe: t.Ripe, Would: t.Would, Doubts: t.Doubts})
	}
	for _, d := range r.isolated {
		x := r.told(d)
		v.Isolated = append(v.Isolated, web.Isolated{Device: x.Device, Name: x.Name, Since: x.Since})
	}
}

// Promote has a rule act from now on, or with undo observe until a person promotes it.
func (r *Reader) Promote(ctx context.Context, who control.Who, k abri.Kind, undo bool) error {
	r.mu.Lock()
	verb, err := "promote", error(nil)
	if undo {
		verb, err = "withdraw promote", r.measures.Observe(k, who.Name)
	} else {
		err = r.measures.Promote(r.now(), k, who.Name)
	}
	r.mu.Unlock()
	if err != nil {
		return err
	}
	r.watch.tell()
	r.writeTrials(ctx)
	return r.writeDown(func(s *store.Store) error {
		return s.Record(ctx, store.Entry{At: r.now(), Actor: who.Name, Verb: verb, Object: string(k)})
	})
}
