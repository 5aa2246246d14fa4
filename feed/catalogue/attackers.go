package catalogue

import "time"

// attackers are single addresses that were seen to attack.
var attackers = []List{
	{
		Name: "cins-army", Publisher: "Sentinel IPS", Home: "https://cinsscore.com/#list",
		URL:     "https://cinsscore.com/list/ci-badguys.txt",
		Licence: "free to use, as its page says", Conditions: "no redistribution of the list itself",
		Interval: 2 * time.Hour, Expiry: 3 * day, Holds: Attackers, Format: plain, Weight: 75, Default: true,
	},
	{
		Name: "ipsum-3", Publisher: "Miroslav Stampar", Home: "https://github.com/stamparm/ipsum",
		URL:     "https://raw.githubusercontent.com/stamparm/ipsum/master/levels/3.txt",
		Licence: "Unlicense", Conditions: "none; addresses on three lists or more of the thirty that it joins",
		Interval: day, Expiry: 7 * day, Holds: Attackers, Format: plain, Weight: 80, Default: true,
	},
	{
		Name: "ipsum-1", Publisher: "Miroslav Stampar", Home: "https://github.com/stamparm/ipsum",
		URL:     "https://raw.githubusercontent.com/stamparm/ipsum/master/levels/1.txt",
		Licence: "Unlicense", Conditions: "none; every address that any of thirty lists has, so observe",
		Interval: day, Expiry: 7 * day, Holds: Attackers, Format: plain, Weight: 30, Observe: true,
	},
	{
		Name: "romainmarcoux-in", Publisher: "Romain Marcoux", Home: "https://github.com/romainmarcoux/malicious-ip",
		URL:     "https://raw.githubusercontent.com/romainmarcoux/malicious-ip/main/full-40k.txt",
		Licence: "MIT", Conditions: "its sources keep their own terms; the 40,000 addresses that most of them name",
		Interval: 2 * time.Hour, Expiry: 3 * day, Holds: Attackers, Format: plain, Weight: 65, Default: true,
	},
	{
		Name: "data-shield", Publisher: "Duggy Tuxy", Home: "https://github.com/duggytuxy/Data-Shield_IPv4_Blocklist",
		URL:     "https://raw.githubusercontent.com/duggytuxy/Data-Shield_IPv4_Blocklist/refs/heads/main/prod_data-shield_ipv4_blocklist.txt",
		Licence: "GPL-3.0", Conditions: "a box that fetches it passes nothing on",
		Interval: 6 * time.Hour, Expiry: 7 * day, Holds: Attackers, Format: plain, Weight: 65, Default: true,
	},
	{
		Name: "blocklist-de-ssh", Publisher: "blocklist.de", Home: "https://www.blocklist.de/en/export.html",
		URL:     "https://lists.blocklist.de/lists/ssh.txt",
		Licence: "free of charge, as its page says", Conditions: "not more than twice an hour",
		Interval: 2 * time.Hour, Expiry: 3 * day, Holds: Attackers, Format: plain, Weight: 75, Default: true,
	},
	{
		Name: "blocklist-de-bruteforce", Publisher: "blocklist.de", Home: "https://www.blocklist.de/en/export.html",
		URL:     "https://lists.blocklist.de/lists/bruteforcelogin.txt",
		Licence: "free of charge, as its page says", Conditions: "not more than twice an hour",
		Interval: 2 * time.Hour, Expiry: 3 * day, Holds: Attackers, Format: plain, Weight: 70, Default: true,
	},
	{
		Name: "greensnow", Publisher: "GreenSnow", Home: "https://greensnow.co/",
		URL:     "https://blocklist.greensnow.co/greensnow.txt",
		Licence: "not stated", Conditions: "ask the publisher",
		Interval: 2 * time.Hour, Expiry: 3 * day, Holds: Attackers, Format: plain, Weight: 60,
		Off: "its terms are not stated, so a firm has no leave to use it",
	},
	{
		Name: "et-compromised", Publisher: "Proofpoint Emerging Threats", Home: "https://doc.emergingthreats.net/",
		URL:     "https://rules.emergingthreats.net/blockrules/compromised-ips.txt",
		Licence: "BSD", Conditions: "the copyright stays with it", Credit: true,
		Interval: 12 * time.Hour, Expiry: 7 * day, Holds: Attackers, Format: plain, Weight: 75, Default: true,
	},
}

// mailAndTelephone are those who guess passwords of mail and telephone exchanges. A list of mail senders only observes:
// a port 25 that drops silently loses letters, and nobody is told.
var mailAndTelephone = []List{
	{
		Name: "blocklist-de-mail", Publisher: "blocklist.de", Home: "https://www.blocklist.de/en/export.html",
		URL:     "https://lists.blocklist.de/lists/mail.txt",
		Licence: "free of charge, as its page says", Conditions: "not more than twice an hour",
		Interval: 2 * time.Hour, Expiry: 3 * day, Holds: Senders, Format: plain, Weight: 60, Observe: true, Default: true,
	},
	{
		Name: "blocklist-de-imap", Publisher: "blocklist.de", Home: "https://www.blocklist.de/en/export.html",
		URL:     "https://lists.blocklist.de/lists/imap.txt",
		Licence: "free of charge, as its page says", Conditions: "not more than twice an hour",
		Interval: 2 * time.Hour, Expiry: 3 * day, Holds: Senders, Format: plain, Weight: 65, Observe: true, Default: true,
	},
	{
		Name: "blocklist-de-sip", Publisher: "blocklist.de", Home: "https://www.blocklist.de/en/export.html",
		URL:     "https://lists.blocklist.de/lists/sip.txt",
		Licence: "free of charge, as its page says", Conditions: "not more than twice an hour",
		Interval: 2 * time.Hour, Expiry: 3 * day, Holds: TelephoneGuess, Format: plain, Weight: 70, Default: true,
	},
	{
		Name: "voipbl", Publisher: "VoIPBL.org", Home: "https://www.voipbl.org/",
		URL:     "https://www.voipbl.org/update/",
		Licence: "free of charge, as its page says", Conditions: "not more than every four hours; it holds whole networks of Microsoft 365 and Cloudflare, so observe",
		Interval: 6 * time.Hour, Expiry: 7 * day, Holds: TelephoneGuess, Format: plain, Weight: 40, Observe: true, Default: true,
	},
}
