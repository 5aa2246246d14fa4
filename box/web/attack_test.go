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
