package letter

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"abri.example/abri/names/lookalike"
	"abri.example/abri/program"
)

// target is where a link goes, taken apart.
type target struct {
	raw    string
	scheme string
	host   string // in ASCII, lower case
	addr   netip.Addr
	user   bool     // a name stands before the host: https://impots.gouv.fr@evil.example
	onward []string // links within the link: where a redirector goes on to
	file   string   // the last part of the path
}

// targetOf takes a link apart as browsers do: spaces and control bytes left out, backslashes as slashes.
func targetOf(raw string) (target, bool) {
	raw = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f || r == 0xad || r == 0x200b {
			return -1
		}
		return r
	}, raw)
	text := raw
	if scheme, _, found := strings.Cut(text, ":"); !found || strings.ContainsAny(scheme, "./?#") {
		text = "https://" + strings.TrimPrefix(text, "//")
	}
	t := target{raw: raw}
	scheme, rest, _ := strings.Cut(text, ":")
	t.scheme = strings.ToLower(scheme)
	if t.scheme != "http" && t.scheme != "https" && t.scheme != "ftp" {
		return t, schemeRuns(t.scheme)
	}
	u, err := url.Parse(t.scheme + ":" + strings.ReplaceAll(rest, `\`, "/"))
	if err != nil || u.Host == "" || len(u.Host) > maxName {
		return t, false
	}
	t.user = u.User != nil
	t.file = u.Path[strings.LastIndexByte(u.Path, '/')+1:]
	t.host = strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if a, err := netip.ParseAddr(t.host); err == nil {
		t.addr = a.Unmap()
	} else if a, ok := oddAddress(t.host); ok {
		t.addr = a
	} else if ascii, err := idna.Lookup.ToASCII(t.host); err == nil {
		t.host = ascii
	}
	t.onward = onward(u)
	return t, t.addr.IsValid() || strings.Contains(t.host, ".") && !strings.ContainsAny(t.host, " %")
}

// maxName is longer than any name that the DNS can hold, with a port, in letters of four bytes.
const maxName = 1024

// schemeRuns reports whether a link of a scheme does something else than open a page, and is no harm by itself.
func schemeRuns(scheme string) bool {
	return slices.Contains([]string{"javascript", "vbscript", "data", "file", "ms-msdt", "search-ms", "ms-word", "ms-excel", "ms-appinstaller", "blob"}, scheme)
}

// oddAddress reads the other ways in which browsers take an IPv4 address: 3232235777, 0xc0a80101, 0300.0250.1.1.
func oddAddress(host string) (netip.Addr, bool) {
	parts := strings.Split(host, ".")
	if len(parts) > 4 || !digits.MatchString(parts[len(parts)-1]) {
		return netip.Addr{}, false
	}
	var whole uint64
	for i, p := range parts {
		n, ok := number(p)
		last := i == len(parts)-1
		if !ok || !last && n > 255 || last && n >= 1<<(8*(5-len(parts))) {
			return netip.Addr{}, false
		}
		if last {
			whole = whole<<(8*(5-len(parts))) | n
		} else {
			whole = whole<<8 | n
		}
	}
	return netip.AddrFrom4([4]byte{byte(whole >> 24), byte(whole >> 16), byte(whole >> 8), byte(whole)}), true
}

var digits = regexp.MustCompile(`^(?:0[xX][0-9a-fA-F]*|[0-9]+)$`)

// number reads a part in hexadecimal, octal or decimal (WHATWG URL, IPv4 number parser).
func number(s string) (n uint64, ok bool) {
	base, rest := uint64(10), s
	switch {
	case strings.HasPrefix(strings.ToLower(s), "0x"):
		base, rest = 16, s[2:]
	case len(s) > 1 && s[0] == '0':
		base, rest = 8, s[1:]
	case s == "":
		return 0, false
	}
	for _, c := range strings.ToLower(rest) {
		d := uint64(strings.IndexRune("0123456789abcdef", c))
		if d >= base || n > 1<<33 {
			return 0, false
		}
		n = n*base + d
	}
	return n, true
}

// onward finds the links that stand in a link: those of redirectors and of protections that rewrite links.
func onward(u *url.URL) []string {
	var out []string
	for _, values := range u.Query() {
		for _, v := range values {
			if l := strings.ToLower(v); len(out) < 8 && (strings.HasPrefix(l, "http://") || strings.HasPrefix(l, "https://")) {
				out = append(out, v)
			}
		}
	}
	slices.Sort(out)
	if i := strings.Index(strings.ToLower(u.Path), "http"); i > 0 {
		if m := written.FindString(u.Path[i:]); m != "" {
			out = append(out, m)
		}
	}
	return out
}

// maxOnward is how many redirections within one another are followed in the text of a link.
const maxOnward = 4

// link examines one link of a letter: where it goes, and whether that is what it shows.
func (e *examination) link(l Link) {
	t, ok := targetOf(l.Target)
	if !ok {
		return
	}
	e.target(t, 0)
	shown := shownHost(l.Shown)
	if shown == "" || t.host == "" {
		return
	}
	goes := []string{registered(t.host)}
	for _, o := range t.onward {
		if next, ok := targetOf(o); ok {
			goes = append(goes, registered(next.host))
		}
	}
	if slices.Contains(goes, registered(shown)) {
		return
	}
	// A newsletter's links go by way of a server that counts clicks. Whoever shows the name of a bank or of the State
	// has no reason to lead elsewhere.
	if e.owner(shown) != "" || e.brand(shown) != "" {
		e.say(Danger, Mismatch, shown, t.host)
	} else {
		e.say(Doubt, Mismatch, shown, t.host)
	}
}

// target examines where a link goes.
func (e *examination) target(t target, depth int) {
	switch {
	case t.scheme != "http" && t.scheme != "https" && t.scheme != "ftp":
		e.say(Danger, OddScheme, t.scheme, "")
		return
	case t.addr.IsValid():
		if why, listed := e.address(t.addr); listed {
			e.add(Reason{Advice: Danger, Kind: ListedAddress, Subject: t.addr.String(), Why: why})
		} else if !t.addr.IsPrivate() && !t.addr.IsLoopback() {
			e.say(Doubt, BareAddress, t.addr.String(), "")
		}
	default:
		e.name(t.host)
	}
	if t.user {
		e.say(Danger, NameBefore, t.raw, t.host)
	}
	if program.Runs(t.file) && !slices.Contains([]string{".com", ".sh", ".py", ".one"}, program.Extension(t.file)) {
		e.say(Danger, LinksProgram, t.file, t.host)
	}
	if depth < maxOnward {
		for _, o := range t.onward {
			if next, ok := targetOf(o); ok {
				e.target(next, depth+1)
			}
		}
	}
}

// name examines a name: on a list, an imitation, in letters that look like others, or one that hides where it leads.
func (e *examination) name(name string) {
	if e.judge.Name != nil {
		if why, listed := e.judge.Name(name); listed {
			e.add(Reason{Advice: Danger, Kind: ListedName, Subject: name, Why: why})
			return
		}
	}
	if e.owner(name) == "" && e.judge.Likeness != nil {
		switch l := e.judge.Likeness(name); {
		case l.Score >= lookalike.Block:
			e.say(Danger, Imitates, name, l.Brand)
		case l.Score >= lookalike.Observe:
			e.say(Doubt, Imitates, name, l.Brand)
		}
	}
	if slices.Contains(shorteners, registered(name)) {
		e.say(Doubt, Shortened, name, "")
	}
}

// shorteners hide where a link leads.
var shorteners = strings.Fields(`bit.ly tinyurl.com t.co goo.gl is.gd v.gd ow.ly buff.ly rebrand.ly cutt.ly shorturl.at rb.gy t.ly tiny.cc
	s.id lnkd.in urlz.fr u.to bl.ink dub.sh qrco.de me-qr.com linktr.ee lc.cx urlr.me shorter.me`)

// shownHost is the name that a link shows, when it shows one.
func shownHost(shown string) string {
	m := showsName.FindStringSubmatch(strings.ToLower(shown))
	if m == nil {
		return ""
	}
	host := strings.TrimSuffix(m[1], ".")
	if !strings.Contains(host, ".") || !publicName(host) {
		return ""
	}
	return host
}

var showsName = regexp.MustCompile(`^\s*(?:https?://)?([\p{L}0-9-]+(?:\.[\p{L}0-9-]+)+)(?:[/:?#].*)?\s*$`)
