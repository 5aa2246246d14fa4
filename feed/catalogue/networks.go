package catalogue

import "time"

const day = 24 * time.Hour

// networks are whole networks in the hands of criminals, and exits of anonymity services.
var networks = []List{
	{
		Name: "spamhaus-drop", Publisher: "Spamhaus", Home: "https://www.spamhaus.org/blocklists/do-not-route-or-peer/",
		URL:     "https://www.spamhaus.org/drop/drop_v4.json",
		Licence: "DROP fair use", Conditions: "free for everybody, products included; the date and the copyright stay with it; not more than once an hour",
		Credit: true, Interval: 12 * time.Hour, Expiry: 14 * day, Holds: Attackers, Format: plain, Weight: 95, Default: true,
	},
	{
		Name: "spamhaus-drop-v6", Publisher: "Spamhaus", Home: "https://www.spamhaus.org/blocklists/do-not-route-or-peer/",
		URL:     "https://www.spamhaus.org/drop/drop_v6.json",
		Licence: "DROP fair use", Conditions: "free for everybody, products included; the date and the copyright stay with it; not more than once an hour",
		Credit: true, Interval: 12 * time.Hour, Expiry: 14 * day, Holds: Attackers, Format: plain, Weight: 95, Default: true,
	},
	{
		Name: "firehol-level1", Publisher: "FireHOL", Home: "https://iplists.firehol.org/?ipset=firehol_level1",
		URL:     "https://raw.githubusercontent.com/firehol/blocklist-ipsets/master/firehol_level1.netset",
		Licence: "a merge of lists, each under its own terms", Conditions: "the terms of the lists it merges hold (Spamhaus, DShield, abuse.ch)",
		Interval: 6 * time.Hour, Expiry: 7 * day, Holds: Attackers, Format: plain, Weight: 70,
		Off: "it merges lists of others, one of which (DShield) asks for no commercial use; take its parts by their own names",
	},
	{
		Name: "dshield", Publisher: "SANS Internet Storm Center", Home: "https://isc.sans.edu/data/threatfeed.html",
		URL:     "https://feeds.dshield.org/block.txt",
		Licence: "CC BY-NC-SA 4.0", Conditions: "no commercial use", Credit: true,
		Interval: time.Hour, Expiry: 3 * day, Holds: Attackers, Format: plain, Weight: 80,
		Off: "its licence forbids commercial use, and its lines name two addresses each, which abri does not guess at",
	},
	{
		Name: "tor-exits", Publisher: "The Tor Project", Home: "https://metrics.torproject.org/collector.html",
		URL:     "https://check.torproject.org/torbulkexitlist",
		Licence: "CC0-1.0", Conditions: "none; an exit is not an attacker, and citizens use it: observe, unless the site has a reason",
		Interval: time.Hour, Expiry: 2 * day, Holds: Tor, Format: plain, Weight: 30, Observe: true,
	},
}
