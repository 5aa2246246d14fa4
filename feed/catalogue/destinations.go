package catalogue

import "time"

// abuse.ch asks firms above a bound of requests to subscribe; its data is CC0.
const abuseCh = "CC0 data; fair use of the service: not more than every five minutes, and firms with heavy use subscribe"

// destinations are addresses to which nobody inside should turn, and the fingerprints of those who do.
var destinations = []List{
	{
		Name: "feodo", Publisher: "abuse.ch", Home: "https://feodotracker.abuse.ch/blocklist/",
		URL:     "https://feodotracker.abuse.ch/downloads/ipblocklist.txt",
		Licence: "CC0-1.0", Conditions: abuseCh, Credit: true,
		Interval: time.Hour, Expiry: 7 * day, Holds: CommandServers, Format: plain, Weight: 90, Default: true,
	},
	{
		Name: "threatfox-ips", Publisher: "abuse.ch", Home: "https://threatfox.abuse.ch/",
		URL:     "https://raw.githubusercontent.com/elliotwutingfeng/ThreatFox-IOC-IPs/main/ips.txt",
		Licence: "CC0-1.0 (data)", Conditions: "a copy of ThreatFox without key, made by Wu Tingfeng; " + abuseCh, Credit: true,
		Interval: 6 * time.Hour, Expiry: 7 * day, Holds: CommandServers, Format: plain, Weight: 80, Default: true,
	},
	{
		Name: "romainmarcoux-out", Publisher: "Romain Marcoux", Home: "https://github.com/romainmarcoux/malicious-outgoing-ip",
		URL:     "https://raw.githubusercontent.com/romainmarcoux/malicious-outgoing-ip/main/full-outgoing-ip-40k.txt",
		Licence: "MIT", Conditions: "its sources keep their own terms; CERT-FR is among them",
		Interval: 2 * time.Hour, Expiry: 3 * day, Holds: CommandServers, Format: plain, Weight: 65, Default: true,
	},
	{
		Name: "sslbl-ja3", Publisher: "abuse.ch", Home: "https://sslbl.abuse.ch/blacklist/#ja3-fingerprints-csv",
		URL:     "https://sslbl.abuse.ch/blacklist/ja3_fingerprints.csv",
		Licence: "CC0-1.0", Conditions: "frozen since 2021; a fingerprint is shared by honest programs, so observe", Credit: true,
		Interval: 7 * day, Expiry: 365 * day, Holds: Clients, Format: fingerprints, Weight: 20, Observe: true,
	},
	{
		Name: "ut1-doh", Publisher: "Université Toulouse Capitole", Home: "https://dsi.ut-capitole.fr/blacklists/",
		URL:     "https://raw.githubusercontent.com/olbat/ut1-blacklists/master/blacklists/doh/domains",
		Licence: "CC BY-SA 4.0", Conditions: "name the publisher; a list of resolvers, not of attackers, so observe", Credit: true,
		Interval: 7 * day, Expiry: 60 * day, Holds: Resolvers, Format: plain, Weight: 30, Observe: true,
	},
}
