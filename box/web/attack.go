package web

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/geo"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

// attackRow is one of the last attacks, in words.
type attackRow struct {
	When     string
	Exact    string // RFC 3339, for machines
	What     string
	Service  string
	Why      string
	Stood    string // of a denial of service: since when, and what stood
	Sheet    string // where its sheet is; "" for none
	Way      string
	Arrow    string   // the way again, as a shape
	Outside  []string // in pieces between which a line may break
	Country  string
	Inside   []string
	Attempts string
	Outcome  string
	Class    string // the outcome as a style
	Left     string // the attack's id, whose sheet says what left; "" for none
	Release  string // the address that « Débloquer » lets pass, for those who are signed in; "" for none

	blocked netip.Addr // the far end that lists or bans stop; invalid for none
	id      string     // of an attack on its way out
	device  []string   // who inside it was, for those who are signed in
}

// attacksOf says attacks of a view.
func attacksOf(attacks []abri.Attack, v View, w words) []attackRow {
	now := v.Now.In(v.place())
	var rows []attackRow
	for _, a := range attacks[:min(len(attacks), MaxAttacks)] {
		row := attackOf(a, now, w)
		if throughDNS(a, v) {
			row.Inside, row.device = pieces(w.say("through-dns")), nil
		}
		rows = append(rows, row)
	}
	return rows
}

// throughDNS reports whether a device that nobody knows asked for a name, by way of the site's own server of names.
func throughDNS(a abri.Attack, v View) bool {
	return a.Direction == abri.Out && (a.Service == abri.DNS || a.Port == 53) && slices.Contains(v.NameServers, a.Inside)
}

func attackOf(a abri.Attack, now time.Time, w words) attackRow {
	row := attackRow{
		When:     wording.Moment(a.Last, now, w.lang),
		Exact:    a.Last.UTC().Format(time.RFC3339),
		What:     wording.Capital(nameOr(weather.KindName(a.Kind, w.lang), string(a.Kind))),
		Service:  nameOr(weather.ServiceName(a.Service, w.lang), string(a.Service)),
		Why:      wording.Capital(a.Why.Sentence(w.lang)),
		Way:      w.say("way." + string(a.Direction)),
		Arrow:    map[abri.Direction]string{abri.In: "→", abri.Out: "←"}[a.Direction],
		Attempts: wording.Number(a.Attempts, w.lang),
		Outcome:  w.say("outcome." + string(a.Outcome)),
		Class:    string(a.Outcome),
		Inside:   pieces(address(a.Inside)),
	}
	far, country := outside(a, w)
	row.Outside, row.Country = pieces(far), country
	if a.Direction != abri.In {
		row.Inside, row.device = pieces(w.say("device")), pieces(address(a.Inside))
		if a.Device != "" {
			row.device = append([]string{a.Device + " "}, row.device...)
		}
		row.Why = withoutDevices(row.Why, a, w)
	}
	if a.Direction == abri.Out && a.Rest == 0 {
		row.id = a.ID
	}
	if a.Outcome != abri.Observed && a.Direction != abri.LAN && a.Sources <= 1 {
		row.blocked = a.Outside
	}
	if a.Kind.Family() == abri.Denial {
		row.Stood = stood(a, now, w)
	}
	if a.Kind == abri.Flood || a.Kind == abri.Amplification {
		row.Sheet = saturationPath
	}
	if a.Rest > 0 {
		row.What = wording.Number(a.Rest, w.lang) + " " + w.say("rest")
	}
	return row
}

// stood says of a denial of service since when it goes on, and what stood.
func stood(a abri.Attack, now time.Time, w words) string {
	what := w.say("stood." + string(a.Outcome))
	if a.Kind == abri.SlowDoS && a.Outcome == abri.Blocked {
		what = w.say("stood.slow")
	}
	return fmt.Sprintf(w.say("stood"), wording.Moment(a.First, now, w.lang), what)
}

// offer names devices, and puts « Débloquer » beside what is stopped and « Ce qui est parti » beside what went out, for those
// who are signed in.
func offer(rows []attackRow) {
	for i, row := range rows {
		if row.device != nil {
			rows[i].Inside = row.device
		}
		rows[i].Left = row.id
		if row.blocked.IsValid() {
			rows[i].Release = row.blocked.String()
		}
	}
}

// outside names the far end: an address and its country, a number of addresses, or, inside the network, a device.
func outside(a abri.Attack, w words) (name, country string) {
	switch {
	case a.Direction == abri.LAN:
		return w.say("device"), ""
	case a.Sources > 1:
		return wording.Number(a.Sources, w.lang) + " " + w.say("sources"), ""
	case !a.Outside.IsValid():
		return "—", ""
	}
	if code := geo.Country(a.Outside); code != "" {
		return a.Outside.String(), geo.Name(code, w.lang)
	}
	return a.Outside.String(), w.say("country.unknown")
}

// withoutDevices takes the addresses of people's devices out of a reason: a detector's evidence may name them, and this
// page is public.
func withoutDevices(why string, a abri.Attack, w words) string {
	var b strings.Builder
	for why != "" {
		n := strings.IndexFunc(why, isAddressRune)
		if n < 0 {
			break
		}
		b.WriteString(why[:n])
		why = why[n:]
		end := strings.IndexFunc(why, func(r rune) bool { return !isAddressRune(r) })
		if end < 0 {
			end = len(why)
		}
		if token := why[:end]; ofDevice(token, a) {
			b.WriteString(w.say("device"))
		} else {
			b.WriteString(token)
		}
		why = why[end:]
	}
	return b.String() + why
}

// isAddressRune reports whether r can stand in an IP address.
func isAddressRune(r rune) bool { return strings.ContainsRune("0123456789abcdefABCDEF:.", r) }

// ofDevice reports whether a token of a reason is the address of the inside end, or any private one, with or without a
// port; a point or colon of the sentence may stick to it.
func ofDevice(token string, a abri.Attack) bool {
	addr, err := netip.ParseAddr(strings.Trim(token, "."))
	if err != nil {
		addr, err = netip.ParseAddr(strings.Trim(token, ".:"))
	}
	if err != nil {
		ap, _ := netip.ParseAddrPort(strings.Trim(token, ".:"))
		addr = ap.Addr()
	}
	addr = addr.Unmap()
	return addr.IsValid() && (addr == a.Inside.Unmap() || addr.IsPrivate() || addr.IsLinkLocalUnicast() ||
		a.Direction == abri.LAN && addr == a.Outside.Unmap())
}

func address(a netip.Addr) string {
	if !a.IsValid() {
		return "—"
	}
	return a.String()
}

// pieces cuts an IPv6 address after its colons, where a line may break.
func pieces(address string) []string { return strings.SplitAfter(address, ":") }

// nameOr is the name, or the bare word where there is no name.
func nameOr(name, word string) string {
	if name == "" {
		return word
	}
	return name
}
