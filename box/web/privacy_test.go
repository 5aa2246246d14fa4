package web_test

import (
	"net/netip"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/box/web"
)

func TestADeviceOfTheNetworkIsNeverNamed(t *testing.T) {
	loc := paris(t)
	out := leak(loc)
	out.Why = abri.Why{Rule: abri.Rule(abri.Beacon), Evidence: []abri.Evidence{
		{Name: "appareil", Value: laptop.String()}, {Name: "puis", Value: laptop.String() + ":445"},
		{Name: "et", Value: "192.168.1.78, fd00::77."}, {Name: "vers", Value: visitor.String()},
	}}
	lateral := leak(loc)
	lateral.ID, lateral.Kind, lateral.Direction, lateral.Outside = "lan-1", abri.LateralMovement, abri.LAN, netip.MustParseAddr("2001:db8::5")
	lateral.Why = abri.Why{Rule: abri.Rule(abri.LateralMovement), Evidence: []abri.Evidence{{Name: "de", Value: "2001:db8::5"}}}

	v := onDay(t, abri.Protect, []abri.Attack{out, lateral})
	for _, path := range []string{"/?lang=fr", "/fragment?lang=en", "/api/weather", "/pourquoi"} {
		body := ask(t, &townHall{view: v}, "GET", path).Body.String()
		for _, secret := range []string{"192.168.1.7", "fd00", "2001:db8"} {
			if strings.Contains(strings.ReplaceAll(body, "<wbr>", ""), secret) {
				t.Errorf("%s names %s", path, secret)
			}
		}
	}
	body := ask(t, &townHall{view: v}, "GET", "/?lang=fr").Body.String()
	for _, want := range []string{"un appareil du réseau", visitor.String(), "Appel à un serveur de pirates"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestTheTargetOfAnInwardAttackIsNamed(t *testing.T) {
	v := onDay(t, abri.Protect, []abri.Attack{knock(paris(t), 0)})
	if body := ask(t, &townHall{view: v}, "GET", "/").Body.String(); !strings.Contains(body, server.String()) {
		t.Errorf("the page does not name %s", server)
	}
}

func TestWhatComesFromOutsideIsEscaped(t *testing.T) {
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`
	a := knock(paris(t), 0)
	a.Why = abri.Why{Rule: abri.RuleList, List: evil, Publisher: evil + "2", Entry: a.Why.Entry}
	a.Kind, a.Service, a.Outcome, a.Direction = evil, evil, evil, evil
	v := onDay(t, abri.Protect, []abri.Attack{a})
	v.Site, v.Report.Because, v.Days[2].Sky, v.Days[2].Day = evil, evil, evil, evil
	v.Troubles = []web.Trouble{{Code: evil, At: v.Now, Detail: evil}}
	for _, sky := range []abri.Sky{v.Report.Sky, evil} {
		v.Report.Sky = sky
		for _, path := range []string{"/", "/fragment", "/pourquoi?lang=en", "/aide", "/nowhere", "/?lang=" + "%22%3E%3Cscript%3E"} {
			body := ask(t, &townHall{view: v}, "GET", path, "Accept-Language", evil).Body.String()
			for _, never := range []string{"<script>", "<img", `onerror=alert(2)>`} {
				if strings.Contains(body, never) {
					t.Errorf("%s under %q lets %q through", path, sky, never)
				}
			}
		}
	}
}
