package reader

import (
	"context"
	"slices"

	"abri.example/abri"
	"abri.example/abri/box/web"
)

var _ web.Mails = (*Reader)(nil)

// Mail is what was tried against the mail: what was written down, with what today has of it since.
func (r *Reader) Mail(ctx context.Context) (web.Mail, error) {
	v, err := r.View(ctx)
	if err != nil {
		return web.Mail{}, err
	}
	m := web.Mail{View: v}
	since := v.Now.AddDate(0, 0, -web.MailDays)
	known := map[string]abri.Attack{}
	if s := r.record.opened(); s != nil {
		kept, err := s.AimedAt(ctx, abri.Mail, since, web.MaxMail+1)
		if err != nil {
			return m, err
		}
		for _, a := range kept {
			known[a.ID] = a
		}
	}
	r.mu.Lock()
	for _, a := range r.today.attacks {
		if k, found := known[a.ID]; a.Service == abri.Mail && (!found || k.Revision < a.Revision) {
			known[a.ID] = a
		}
	}
	r.mu.Unlock()
	for _, a := range known {
		m.Attacks = append(m.Attacks, a)
	}
	slices.SortFunc(m.Attacks, func(a, b abri.Attack) int { return b.Last.Compare(a.Last) })
	if len(m.Attacks) > web.MaxMail {
		m.Attacks, m.More = m.Attacks[:web.MaxMail], true
	}
	return m, nil
}
