package policy

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
)

// JudgeName sets the verdict of a flow whose client asked for a listed name, and the finding that it rests on. Trust in
// one of the ends lets it pass, and so does an exemption: whoever released the address of a host released its names.
func (p *Policy) JudgeName(at time.Time, f *flow.Flow, listed abri.Finding) {
	for _, a := range []netip.Addr{f.Outside, f.Inside} {
		for _, s := range []*set{&p.trusted, &p.exempt} {
			if e, ok := s.find(a, at); ok {
				f.Judgement = &flow.Judgement{Verdict: abri.Verdict{Action: abri.ActPass, Why: e.Why}, Finding: f.Finding}
				return
			}
		}
	}
	f.Judged = true
	f.Judgement = &flow.Judgement{Verdict: abri.Verdict{Action: p.action(), Why: listed.Why}, Finding: listed}
}
