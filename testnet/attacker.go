package testnet

import (
	"net/netip"

	"abri.example/abri"
)

// Attacker is a criminal with an address of each family, both on a threat list: the entries are what the list says.
type Attacker struct {
	Peer
	Service abri.Service // what they are after; empty for a server that awaits stolen documents
	Entries []netip.Prefix
}

// attackers are the criminals of the town hall's Internet. The addresses are ordinary public ones, because reserved and
// documentation space is never taken from a list; no packet to them leaves the machine. Some entries hold one address
// and some a whole network, as in real lists.
func attackers() []Attacker {
	return []Attacker{
		attacker("spammer", abri.Mail, "45.155.205.10", "2a0f:b780:6::25", "45.155.205.0/24", "2a0f:b780:6::/48"),
		attacker("phreaker", abri.TelephoneSvc, "141.98.10.125", "2a10:9100:b::5060", "141.98.10.125/32", "2a10:9100:b::/64"),
		attacker("prober", abri.Web, "185.220.101.34", "2a0b:f4c2:1::80", "185.220.101.34/32", "2a0b:f4c2:1::80/128"),
		attacker("burglar", abri.RemoteAccess, "218.92.0.76", "240e:d9:a100::22", "218.92.0.0/24", "240e:d9:a100::/48"),
		attacker("fence", "", "193.32.162.89", "2a12:bd00:7::443", "193.32.162.89/32", "2a12:bd00:7::443/128"),
	}
}

func attacker(name string, after abri.Service, v4, v6 string, entries ...string) Attacker {
	a := Attacker{Peer: Peer{Name: name, V4: netip.MustParseAddr(v4), V6: netip.MustParseAddr(v6)}, Service: after}
	for _, e := range entries {
		a.Entries = append(a.Entries, netip.MustParsePrefix(e))
	}
	return a
}
