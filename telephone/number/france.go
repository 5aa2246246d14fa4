package number

import (
	"slices"
	"strings"
)

// emergencies are the numbers of help that operators must carry without charge (Arcep, list of emergency numbers).
var emergencies = []string{"15", "17", "18", "112", "114", "115", "119", "191", "196", "197"}

// special reads a French short number: those of help, 116XXX (social, European), 3BPQ and 10YT (services), and 118XYZ
// (directories, which are dear).
func special(d string) (Number, bool) {
	n := Number{Country: "FR", Prefix: d, Digits: "33" + d}
	switch {
	case slices.Contains(emergencies, d), len(d) == 6 && strings.HasPrefix(d, "116"):
		n.Class = Emergency
	case len(d) == 6 && strings.HasPrefix(d, "118"):
		n.Class = Premium
	case len(d) == 4 && (d[0] == '3' || strings.HasPrefix(d, "10")):
		n.Class = Short
	default:
		return Number{}, false
	}
	return n, true
}

// overseas are the numbers of the départements and collectivities overseas that are dialled as at home.
var overseas = []struct{ prefix, country string }{
	{"0262", "RE"}, {"0263", "RE"}, {"0269", "YT"}, {"0639", "YT"}, {"0692", "RE"}, {"0693", "RE"}, {"0590", "GP"}, {"0690", "GP"}, {"0691", "GP"},
	{"0594", "GF"}, {"0694", "GF"}, {"0596", "MQ"}, {"0696", "MQ"}, {"0697", "MQ"}, {"0508", "PM"},
}

// national reads a French number of ten digits. 081, 082 and 089 are charged above the price of a call, 081 and 082 a
// little (Arcep, decision 2018-0881, 2.4.5): Premium is 089 alone.
func national(d string) (Number, bool) {
	if len(d) != 10 || d[0] != '0' || d[1] == '0' {
		return Number{}, false
	}
	n := Number{Class: National, Country: "FR", Prefix: "+33 " + d[1:4], Digits: "33" + d[1:]}
	if strings.HasPrefix(d, "089") {
		n.Class = Premium
	}
	for _, o := range overseas {
		if strings.HasPrefix(d, o.prefix) {
			n.Country = o.country
		}
	}
	return n, true
}
