package config

import (
	"time"

	"abri.example/abri"
)

// key is one key of the file: its path, its default as TOML writes it ("" when it must be given), what is right for
// it, whether SIGHUP applies it to a running box (else it waits for a restart), and what it is for.
type key struct {
	path  string
	def   string
	right rule
	live  bool
	doc   string
}

// keys lists every key, in the order of the example. Each stands for one field of Config, by its toml name.
var keys = []key{
	{"version", `1`, rule{"1, the only form so far", whole(1, 1).ok}, false,
		"The form of this file, so that a later abri can read it."},

	{"box.name", `"abri"`, line(1, 64), true,
		"The name of the site, as its people say it. The page shows it."},
	{"box.mode", `"observe"`, oneOf(abri.Observe, abri.Protect), true,
		"observe: everything passes, and what would have been stopped is told. protect: it is stopped."},
	{"box.language", `"fr"`, oneOf(abri.French, abri.English), true,
		"The language of the page for a browser that asks for none."},
	{"box.time_zone", `"Europe/Paris"`, zone, false,
		"Whose midnight begins a new day of weather."},
	{"box.data", `"/var/lib/abri"`, absolute, false,
		"The folder of the database. Only abri may read it."},
	{"box.run", `"/run/abri"`, absolute, false,
		"The folder of the sockets."},

	{"ports.kind", `"bridge"`, oneOf(Bridge, Host), false,
		"bridge: the box stands between two ports. host: it filters the one port of a server, named by outside."},
	{"ports.outside", `"eth0"`, portName, false,
		"The port towards the router and the Internet."},
	{"ports.inside", `"eth1"`, portName, false,
		"The port towards the network to protect. Not for host."},
	{"ports.bridge", `"abri0"`, portName, false,
		"The bridge that joins the two: made if it is absent, taken as it stands if it is there. Not for host."},
	{"ports.address", `""`, boxAddress, false,
		"The box's own address on the bridge, for the page and for fetching lists. Not for host."},
	{"ports.gateway", `""`, oneAddress, true,
		"The router. It is never stopped because of a list. With ports.address it is also the box's own way out."},
	{"ports.resolvers", `[]`, addresses, true,
		"The name servers of the site. They are never stopped because of a list."},
	{"ports.telephone", `[]`, prefixes, true,
		"The servers of the telephone operator, beside those that abri learns. They are never stopped: not by a list, a ban, or a gate that fails closed."},

	{"gate.pin", `"/sys/fs/bpf/abri"`, absolute, false,
		"The folder of the BPF file system where the kernel's part stays while abri restarts."},
	{"gate.fail", `"open"`, oneOf(FailOpen, FailClosed), true,
		"When abri has been gone for the grace time, open: everything passes; closed: nothing does but the telephone with its operator, by which help is called (name him in ports.telephone)."},
	{"gate.grace", `"10m"`, lasting(10*time.Second, 24*time.Hour, `a time from "10s" to "24h"`), true,
		"How long lists and bans go on to be enforced without abri."},
	{"gate.flows", `65536`, whole(1024, 4_000_000), false,
		"How many conversations the kernel remembers at once, about 200 bytes each."},
	{"gate.generic", `false`, yesNo, false,
		"Filter after the network driver and not in it: slower, for cards whose driver cannot."},
	{"gate.fastpath", `false`, yesNo, true,
		"Send known conversations from port to port past the bridge, with the same verdicts: faster, where both drivers can. Rules that somebody put into the bridge itself don't see them."},
	{"gate.strict", `false`, yesNo, true,
		"In protect, hold the first words of a conversation on the web until its name is read, under a millisecond as a rule: then not even a server next door answers for a listed name. Nothing is held while abri is late or gone. Not for host."},

	{"flood.enabled", `true`, yesNo, true,
		"Hold floods back: sources that send too much, never the machine they aim at. The bars are learnt from the site's own habits."},
	{"flood.challenge", `[]`, addresses, true,
		"Servers of the site whose visitors must prove, while too many ask at once, that they are where they say. Elsewhere who asks twice is let in, a second later."},
	{"flood.connections", `256`, oneOrNone(32, 65_535), true,
		"How many connections one address outside may hold at once, its network (/24, /48) four times as many; 0: no bar. An office behind one address needs some hundreds."},
	{"flood.line", `0`, whole(0, 100_000), true,
		"What the access line carries towards the site, in Mbit/s; 0: the height that three days reached. The page says when it is full."},
	{"flood.openings", `2000`, whole(50, 1_000_000), true,
		"How high habits may lift the bar of connections asked for, a second at one service of one machine. So the six below."},
	{"flood.datagrams", `20000`, whole(50, 1_000_000), true,
		"UDP and the like that belongs to no conversation."},
	{"flood.echoes", `1000`, whole(50, 1_000_000), true,
		"ICMP."},
	{"flood.fragments", `5000`, whole(50, 1_000_000), true,
		"Parts of packets."},
	{"flood.strays", `2000`, whole(50, 1_000_000), true,
		"Segments of TCP that belong to no connection."},
	{"flood.queries", `5000`, whole(50, 1_000_000), true,
		"Questions to a name server of the site."},
	{"flood.answers", `500`, whole(50, 1_000_000), true,
		"Answers that nobody here asked for."},

	{"list.name", ``, line(1, 64), true,
		"The name that the page and `abri why` give. Two lists may not share one. With neither file nor url it is a name of the catalogue, which `abri lists catalogue` prints."},
	{"list.file", `""`, maybePath, true,
		"The list, when it is a file of this machine. One that goes bad leaves what was last read of it."},
	{"list.url", `""`, listURL, true,
		"Where the list is fetched, when it is of no file and not in the catalogue."},
	{"list.plain", `false`, yesNo, true,
		"Let a url without TLS be used, where anybody on the way can write the list."},
	{"list.format", `""`, oneOf(listFormats...), true,
		"How the list is written; empty: it is recognised."},
	{"list.publisher", `""`, line(0, 64), true,
		"Who publishes it."},
	{"list.observe", `false`, yesNo, true,
		"Stop nothing because of this list, and only tell who is on it."},
	{"list.inward", `"known-attacker"`, oneOf(abri.Kinds...), true,
		"What an attack is when a listed address began it."},
	{"list.outward", `"known-destination"`, oneOf(abri.Kinds...), true,
		"What an attack is when a device inside turned to a listed address."},
	{"list.every", `"6h"`, lasting(time.Hour, 30*24*time.Hour, `a time from "1h" to "720h"`), true,
		"How often a list is fetched."},
	{"list.expiry", `"336h"`, lasting(24*time.Hour, 3650*24*time.Hour, `a time from "24h" to "87600h"`), true,
		"How long the last copy is used when nothing comes."},

	{"fetch.default_set", `false`, yesNo, true,
		"Use the lists of the catalogue that cost a commune or a firm nothing, besides those written here."},
	{"fetch.proxy", `""`, proxyURL, true,
		"The proxy through which lists are fetched, such as \"http://192.168.1.9:3128\"."},
	{"fetch.certificates", `""`, maybePath, true,
		"A file in PEM of certificates that are trusted besides the system's, such as those of a proxy that looks inside."},

	{"exempt.addresses", `[]`, prefixes, true,
		"What lists don't apply to. Detectors still watch it."},
	{"exempt.files", `[]`, anyPaths, true,
		"Files of such addresses, in the form of a list."},

	{"exempt.names", `[]`, hostNames, true,
		"Names that pass whatever lists say, with all beneath them."},

	{"names.answer", `"none"`, oneOf(AnswerNone, AnswerPage), true,
		"What a device gets that asks for a listed name. none: there is no such name. page: the address of the box, whose page, on port 80, says what was stopped and why; a browser that asked for a secure page says that it can't connect."},
	{"names.close_resolvers", `false`, yesNo, true,
		"Close the known public resolvers that are asked in secret (DNS over HTTPS, TLS and QUIC), so that devices ask where the box can read along. Browsers then fall back to the network's own resolver, Firefox at once. Off, because a person may have chosen such a resolver for good reasons; what is asked there is neither seen nor stopped."},
	{"names.site", `[]`, hostNames, true,
		"The site's own domains, and others that its people trust such as the département's: names that imitate them are told."},

	{"trusted.addresses", `[]`, prefixes, true,
		"What nothing applies to. More than a /24, or a /56 of IPv6, is warned of."},

	{"measures.trial", `"168h"`, lasting(time.Hour, 90*24*time.Hour, `a time from "1h" to "2160h"`), true,
		"How long a detector that is not sure from the first day only observes, before it bans: `abri measures` shows what it would have stopped."},
	{"measures.by_people", `false`, yesNo, true,
		"After its trial a detector waits until a person promotes it (`abri promote`), and not by itself."},
	{"measures.observed", `[]`, services, true,
		"Services about which detectors only tell. Lists go on to apply."},
	{"measures.never", `[]`, prefixes, true,
		"What no detector bans: your contractor, your hosting company. Lists go on to apply."},
	{"measures.shared", `[]`, prefixes, true,
		"Addresses that many share, such as those of a mobile operator or a VPN: detectors ban them by source and service."},
	{"measures.hours", `""`, openingHours, true,
		"When people work, such as \"mo-fr 08:30-12:00 13:30-17:30; sa 09:00-12:00\": then detectors ban by source and service, so that a mistake hurts less."},
	{"measures.repairs", `[]`, prefixes, true,
		"What an isolated device may reach beside the box and the name servers: updates, the virus scanner's console, who repairs it."},

	{"telephone.night_abroad", `"1h"`, lasting(0, 24*time.Hour, `a time from "0s" (no bound) to "24h"`), true,
		"The call guard: how long the site may telephone abroad in a night (outside opening hours, noon to noon) before it is told as a fraud."},
	{"telephone.night_premium", `"10m"`, lasting(0, 24*time.Hour, `a time from "0s" (no bound) to "24h"`), true,
		"Likewise for numbers charged above the price of a call (089…, 118…, satellites)."},
	{"telephone.refuse", `false`, yesNo, true,
		"In protect, refuse single calls abroad and to such numbers beyond the budget, or at night once a fraud was seen. Numbers of help, short and national numbers always pass; never the line as a whole."},

	{"decoys.doors", `[]`, decoyDoors, false,
		"Doors that lead nowhere, on the box's inside address: whoever knocks there from inside is told, for honest neighbours never do. A port that is in use stays as it is. Not for host."},

	{"page.listen", `":8080"`, listen, false,
		`Where the weather page listens. For host, "127.0.0.1:8080" when it is not given.`},

	{"keep.rows_days", `90`, whole(1, 3650), true,
		"How many days attacks and ended bans are kept."},
	{"keep.counters_days", `1095`, whole(28, 36500), true,
		"How many days hourly and daily figures and the audit log are kept. The weather needs 28."},

	{"run_as.user", `"abri"`, readerName, false,
		"Who the part that reads the network's traffic runs as; never root."},
	{"run_as.group", `"abri"`, accountName, false,
		"The group that may open the control socket, beside root."},
}

// sections lists the tables of the file, with what each is for. The table "list" may be there many times.
var sections = []struct{ name, doc string }{
	{"box", "The box itself."},
	{"ports", "The network ports."},
	{"gate", "The filter in the kernel."},
	{"flood", "How floods are held back."},
	{"list", "A threat list: one [[list]] for each."},
	{"fetch", "How lists are fetched from their publishers."},
	{"exempt", "Addresses and names that were released for good."},
	{"names", "Names that devices ask for."},
	{"trusted", "Addresses that are never looked at."},
	{"measures", "What is done about what the detectors find, and about isolated devices."},
	{"telephone", "The telephone: the call guard."},
	{"decoys", "Doors that show who looks for doors inside."},
	{"page", "The weather page."},
	{"keep", "How long things are kept."},
	{"run_as", "The account of the unprivileged part."},
}

// keyOf finds the key of a path such as "box.mode".
func keyOf(path string) (key, bool) {
	for _, k := range keys {
		if k.path == path {
			return k, true
		}
	}
	return key{}, false
}

// isSection reports whether name is a table of the file.
func isSection(name string) bool {
	for _, s := range sections {
		if s.name == name {
			return true
		}
	}
	return false
}
