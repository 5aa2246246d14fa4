package web

import (
	"net/netip"
	"strings"
	"testing"

	"abri.example/abri"
)

func TestAReasonKeepsAllButTheDevices(t *testing.T) {
	a := abri.Attack{Direction: abri.Out, Inside: netip.MustParseAddr("2a01:e0a::7")}
	for why, want := range map[string]string{
		"":                                      "",
		"beacon (every 60 s, to 185.220.101.4)": "beacon (every 60 s, to 185.220.101.4)",
		"from 10.0.0.7.":                        "from a device of the network",
		"from 10.0.0.7:445, 12 times":           "from a device of the network, 12 times",
		"[2a01:e0a::7]:22":                      "[a device of the network]:22",
		"::ffff:192.168.0.9 à 12:30":            "a device of the network à 12:30",
		"liste é 1.2.3.4.5":                     "liste é 1.2.3.4.5",
	} {
		if got := withoutDevices(why, a, words{abri.English}); got != want {
			t.Errorf("%q gives %q, want %q", why, got, want)
		}
	}
}

func FuzzAReasonNamesNoDevice(f *testing.F) {
	f.Add("device", "sent 12 GB")
	f.Add("(", ":445)")
	f.Add("à", ". Then")
	f.Fuzz(func(t *testing.T, before, after string) {
		a := abri.Attack{Direction: abri.Out, Inside: netip.MustParseAddr("192.168.77.201")}
		if strings.Contains(before+after, "201") {
			t.Skip("the words around it hold the address's own digits")
		}
		got := withoutDevices(before+" 192.168.77.201 "+after, a, words{abri.French})
		if strings.Contains(got, "192.168.77.201") {
			t.Errorf("%q still names the device", got)
		}
	})
}

// "Where an inside resolver asks for everyone, say « par votre serveur DNS » and not a device."
func TestWhatTheSitesServerOfNamesAsksIsNoDevices(t *testing.T) {
	server := netip.MustParseAddr("192.168.1.5")
	a := abri.Attack{ID: "n", Kind: abri.PhishingSite, Service: abri.DNS, Direction: abri.Out, Outside: netip.MustParseAddr("9.9.9.9"), Inside: server, Port: 53, Device: "SERVEUR", Outcome: abri.Blocked}
	for name, c := range map[string]struct {
		servers []netip.Addr
		port    uint16
		service abri.Service
		want    string
	}{
		"a question of the server":     {[]netip.Addr{server}, 53, abri.DNS, "par votre serveur DNS"},
		"a question of a device":       {nil, 53, abri.DNS, "un appareil du réseau"},
		"a page that the server reads": {[]netip.Addr{server}, 443, abri.Web, "un appareil du réseau"},
	} {
		a.Port, a.Service = c.port, c.service
		rows := attacksOf([]abri.Attack{a}, View{NameServers: c.servers}, words{abri.French})
		if got := strings.Join(rows[0].Inside, ""); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
		if named := rows[0].device != nil; named == (c.want == "par votre serveur DNS") {
			t.Errorf("%s: a device is named to who is signed in: %v", name, rows[0].device)
		}
	}
}
