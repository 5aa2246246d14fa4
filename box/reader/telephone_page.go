package reader

import (
	"cmp"
	"context"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/web"
	"abri.example/abri/store"
)

var _ web.Telephones = (*Reader)(nil)

// The page shows the last hours one by one, and countries and calls of the last days.
const (
	hoursShown = 24
	daysShown  = 7
)

// Telephone is the telephone line as it stands now.
func (r *Reader) Telephone(ctx context.Context) (web.Telephone, error) {
	v, err := r.View(ctx)
	if err != nil {
		return web.Telephone{}, err
	}
	calls := r.callsSince(ctx, v.Now.AddDate(0, 0, -daysShown))
	t := web.Telephone{View: v, Hours: hoursOf(calls, v.Now), Countries: countriesOf(calls), Calls: rowsOf(calls)}
	r.mu.Lock()
	defer r.mu.Unlock()
	c, line := r.config.Telephone, r.line
	t.Guard = web.CallGuard{
		Abroad: c.NightAbroad, Premium: c.NightPremium, Refuse: c.Refuse, Acts: c.Refuse && r.mode == abri.Protect,
		Open: line.Line.Habits.Open(v.Now),
	}
	t.Guard.SpentAbroad, t.Guard.SpentPremium = line.Spent(v.Now)
	t.Operators, t.Extensions = line.learnt(), line.Line.Extensions.Len()
	for _, p := range line.Line.Secure.Peers() {
		t.Secure = append(t.Secure, web.SecurePeer{Address: p.Address, Bytes: p.Bytes})
	}
	slices.SortFunc(t.Secure, func(a, b web.SecurePeer) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), a.Address.Compare(b.Address))
	})
	t.Attacks = r.today.onTelephone()
	return t, nil
}

// onTelephone are today's attacks on the telephone, or by it, latest activity first.
func (t *today) onTelephone() []abri.Attack {
	var all []abri.Attack
	for _, a := range t.active() {
		if a.Service == abri.TelephoneSvc || a.Kind.Family() == abri.Telephone {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b abri.Attack) int { return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.ID, b.ID)) })
	return all[:min(len(all), shown)]
}

// hoursOf are the last hours, the oldest first, each with what there was of calls.
func hoursOf(calls []store.Calls, now time.Time) []web.CallHour {
	last := now.UTC().Truncate(time.Hour)
	hours := make([]web.CallHour, hoursShown)
	for i := range hours {
		hours[i].Start = last.Add(time.Duration(i+1-hoursShown) * time.Hour)
	}
	for _, c := range calls {
		i := hoursShown - 1 - int(last.Sub(c.Hour)/time.Hour)
		if i < 0 || i >= hoursShown {
			continue
		}
		switch {
		case c.Outcome == store.CallRefused:
			hours[i].Refused += c.Calls
		case c.Outcome == store.CallAttempted: // no call of the site
		case c.Outward:
			hours[i].Out += c.Calls
		default:
			hours[i].In += c.Calls
		}
	}
	return hours
}

// countriesOf are the countries, those with most calls first.
func countriesOf(calls []store.Calls) []web.CallCountry {
	by := map[string]*web.CallCountry{}
	var all []*web.CallCountry
	for _, c := range calls {
		x := by[c.Country]
		if x == nil {
			x = &web.CallCountry{Country: c.Country}
			by[c.Country] = x
			all = append(all, x)
		}
		switch {
		case c.Outcome == store.CallRefused:
			x.Refused += c.Calls
		case c.Outcome == store.CallAttempted:
			x.Attempted += c.Calls
		case c.Outward:
			x.Out += c.Calls
			x.Spoken += time.Duration(c.Seconds) * time.Second
		default:
			x.In += c.Calls
		}
	}
	slices.SortFunc(all, func(a, b *web.CallCountry) int {
		return cmp.Or(cmp.Compare(b.Out+b.In+b.Refused+b.Attempted, a.Out+a.In+a.Refused+a.Attempted), cmp.Compare(a.Country, b.Country))
	})
	out := make([]web.CallCountry, len(all))
	for i, x := range all {
		out[i] = *x
	}
	return out
}

// rowsOf are the calls, the latest first. Extensions among themselves are left out.
func rowsOf(calls []store.Calls) []web.CallRow {
	var rows []web.CallRow
	for _, c := range calls {
		if c.Country != "" {
			rows = append(rows, web.CallRow{Hour: c.Hour, Outward: c.Outward, Country: c.Country, Prefix: c.Prefix, Outcome: string(c.Outcome),
				Calls: c.Calls, Duration: time.Duration(c.Seconds) * time.Second})
		}
	}
	slices.SortStableFunc(rows, func(a, b web.CallRow) int { return cmp.Or(b.Hour.Compare(a.Hour), cmp.Compare(a.Prefix, b.Prefix)) })
	return rows[:min(len(rows), web.MaxCalls)]
}
