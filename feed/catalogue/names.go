package catalogue

import "time"

// names are lists of names: phishing, malware, scams.
var names = []List{
	{
		Name: "urlhaus-filter", Publisher: "urlhaus-filter, from abuse.ch", Home: "https://gitlab.com/malware-filter/urlhaus-filter",
		URL:     "https://malware-filter.gitlab.io/malware-filter/urlhaus-filter-domains-online.txt",
		Licence: "CC0-1.0 and MIT", Conditions: abuseCh, Credit: true,
		Interval: 12 * time.Hour, Expiry: 7 * day, Holds: Malware, Format: plain, Weight: 80, Default: true,
	},
	{
		Name: "blackbook", Publisher: "Miroslav Stampar", Home: "https://github.com/stamparm/blackbook",
		URL:     "https://raw.githubusercontent.com/stamparm/blackbook/master/blackbook.txt",
		Licence: "public domain", Conditions: "none",
		Interval: day, Expiry: 60 * day, Holds: Malware, Format: plain, Weight: 70, Default: true,
	},
	{
		Name: "ut1-phishing", Publisher: "Université Toulouse Capitole", Home: "https://dsi.ut-capitole.fr/blacklists/",
		URL:     "https://raw.githubusercontent.com/olbat/ut1-blacklists/master/blacklists/phishing/domains",
		Licence: "CC BY-SA 4.0", Conditions: "name the publisher", Credit: true,
		Interval: day, Expiry: 14 * day, Holds: Phishing, Format: plain, Weight: 65, Default: true,
	},
	{
		Name: "ut1-phishing-urls", Publisher: "Université Toulouse Capitole", Home: "https://dsi.ut-capitole.fr/blacklists/",
		URL:     "https://raw.githubusercontent.com/olbat/ut1-blacklists/master/blacklists/phishing/urls",
		Licence: "CC BY-SA 4.0", Conditions: "name the publisher; pages on hosts that others share, so observe", Credit: true,
		Interval: day, Expiry: 14 * day, Holds: Phishing, Format: urls, Weight: 40, Observe: true,
	},
	{
		Name: "cert-pl", Publisher: "CERT Polska", Home: "https://cert.pl/en/posts/2020/03/malicious_domains/",
		URL:     "https://hole.cert.pl/domains/v2/domains.txt",
		Licence: "free to use, as its page says", Conditions: "none",
		Interval: time.Hour, Expiry: 7 * day, Holds: Scam, Format: plain, Weight: 80, Default: true,
	},
	{
		Name: "red-flag-domains", Publisher: "red.flag.domains", Home: "https://red.flag.domains/",
		URL:     "https://dl.red.flag.domains/red.flag.domains.txt",
		Licence: "CC BY-NC-SA 4.0", Conditions: "no commercial use; name the publisher", Credit: true,
		Interval: day, Expiry: 30 * day, Holds: Phishing, Format: plain, Weight: 60,
		Off: "its licence forbids commercial use: a commune may add it by its address, a firm may not",
	},
	{
		Name: "phishing-army", Publisher: "Phishing Army", Home: "https://phishing.army/",
		URL:     "https://phishing.army/download/phishing_army_blocklist.txt",
		Licence: "CC BY-NC 4.0", Conditions: "no commercial use; name the publisher", Credit: true,
		Interval: 6 * time.Hour, Expiry: 7 * day, Holds: Phishing, Format: plain, Weight: 60,
		Off: "its licence forbids commercial use: a commune may add it by its address, a firm may not",
	},
	{
		Name: "phishtank", Publisher: "Cisco Talos", Home: "https://www.phishtank.com/developer_info.php",
		URL:     "https://data.phishtank.com/data/online-valid.csv",
		Licence: "Cisco end user licence", Conditions: "an account and its key",
		Interval: 6 * time.Hour, Expiry: 7 * day, Holds: Phishing, Format: table, Weight: 50, Observe: true,
		Off: "it needs an account and Cisco's agreement, and names pages on google.com",
	},
	{
		Name: "openphish", Publisher: "OpenPhish", Home: "https://openphish.com/phishing_feeds.html",
		URL:     "https://openphish.com/feed.txt",
		Licence: "OpenPhish terms of use", Conditions: "no commercial use of the free feed",
		Interval: 12 * time.Hour, Expiry: 3 * day, Holds: Phishing, Format: urls, Weight: 50, Observe: true,
		Off: "its terms forbid commercial use of the free feed, and it names pages on github.com and facebook.com",
	},
}
