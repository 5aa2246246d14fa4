package web_test

import (
	"html"
	"net/netip"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/web"
	"abri.example/abri/siege"
)

// flooded is an afternoon in which a server was flooded, and the line was full.
func flooded(t *testing.T) web.View {
	t.Helper()
	at := time.Date(2026, 3, 5, 9, 12, 0, 0, paris(t))
	v := onDay(t, abri.Protect, []abri.Attack{{
		ID: "flood", Kind: abri.Flood, Service: abri.Web, Direction: abri.In, Inside: server, Proto: "tcp", First: at, Last: at.Add(50 * time.Minute),
		Day: "2026-03-05", Attempts: 1, Packets: 4_200_000, Bytes: 252_000_000, Sources: 30_000, Outcome: abri.Blocked,
		Why: abri.Why{Rule: abri.Rule(abri.Flood), Evidence: []abri.Evidence{{Name: "openings", Value: "4200000"}, {Name: "worst-second", Value: "91000"}, {Name: "returned", Value: "37"}}},
	}})
	v.Troubles = []web.Trouble{{Code: web.TroubleLine, At: at}}
	v.Saturations = []siege.Sheet{{
		ID: "20260305T081200Z", Began: at, Last: at.Add(50 * time.Minute), Packets: 4_200_000, Bytes: 252_000_000, Worst: 91_000, WorstBit: 44_000_000,
		Came: 98_000_000, Capacity: 100_000_000, Full: siege.Full{Since: at.Add(time.Minute), Until: at.Add(40 * time.Minute), Lost: 60, Rate: true},
		Targets:  []siege.Target{{Address: server, Kind: abri.Flood, Service: abri.Web, Packets: 4_200_000, Sources: 30_000, Pressing: map[abri.Pressure]uint64{abri.Openings: 4_200_000}}},
		Samples:  []netip.Addr{visitor},
		Networks: []siege.Origin{{Name: "185.220.0.0/16", Samples: 1}}, Countries: []siege.Origin{{Name: "DE", Samples: 1}},
	}}
	return v
}

// A denial of service is told as one attack: its family, kind, sources as a number, peak, since when, what stood, and where the
// sheet for the operator is. The sheet has the line, its evidence and who to call, and names no machine of the site.
func TestADenialOfServiceIsToldWhole(t *testing.T) {
	hall := &townHall{view: flooded(t)}
	for _, c := range []struct {
		path, lang string
		wants      []string
	}{
		{"/", "fr", []string{"Déni de service", "Inondation de requêtes", "30 000 adresses différentes", "91000 dans la pire seconde", "Depuis 9 h 12", "Ce qui a tenu : les conversations en cours", `href="/saturation"`, "La ligne est saturée, le boîtier ne peut pas l'empêcher", "Appelez votre opérateur : lui seul"}},
		{"/", "en", []string{"Denial of service", "Flood of requests", "30,000 different addresses", "91000 in the worst second", "Since 09:12", "What stood: conversations under way", `href="/saturation"`, "Call your operator: he alone"}},
		{"/saturation", "fr", []string{"la ligne est saturée, le boîtier ne peut pas l'empêcher ; appelez votre opérateur", "2026-03-05 09:13:00 CET", "60 % des questions", "91 000 paquets/s", "98 Mbit/s", "100 Mbit/s", "environ 30 000 sources", "185.220.0.0/16", "Allemagne", "Ce qui a tenu"}},
		{"/saturation", "en", []string{"the line is full, the box cannot prevent it; call your operator", "60 % of the box", "91,000 packets/s", "about 30,000 sources", "Germany", "What stood"}},
		{"/aide", "fr", []string{"hébergés ailleurs", "appelez son hébergeur", "votre opérateur"}},
		{"/aide", "en", []string{"hosted elsewhere", "call whoever hosts it", "your operator"}},
	} {
		page := plain(ask(t, hall, "GET", c.path+"?lang="+c.lang).Body.String())
		for _, want := range c.wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s in %s does not say %q", c.path, c.lang, want)
			}
		}
		if c.path == "/saturation" && strings.Contains(page, server.String()) {
			t.Errorf("%s in %s names a machine of the site", c.path, c.lang)
		}
	}
	if n := strings.Count(ask(t, hall, "GET", "/?lang=fr").Body.String(), `class="what"`); n != 1 {
		t.Errorf("%d attacks are shown", n)
	}
}

// plain is a page with its entities read, and every space the same.
func plain(page string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(html.UnescapeString(page))
}
