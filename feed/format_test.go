package feed

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"abri.example/abri"
)

// shown writes items as a person would: a prefix, "name" for itself alone, "name/" for the tree, "/name" for beneath.
func shown(items []item) string {
	var out []string
	for _, i := range items {
		switch {
		case i.print != "":
			out = append(out, i.print)
		case len(i.name) > 0:
			sign := map[bool]string{true: "@@"}[i.pass]
			out = append(out, sign+[]string{string(i.name), string(i.name) + "/", "/" + string(i.name)}[map[scope]int{hostOnly: 0, tree: 1, beneath: 2}[i.scope]])
		default:
			for p := range i.span.prefixes {
				out = append(out, p.String())
			}
		}
	}
	return strings.Join(out, " ")
}

const md5 = "b386946a5a44d1ddcc843bc75336dfce"

// goodLines are lines of each format, and what they name.
var goodLines = []struct {
	format     Format
	text, want string
}{
	{Plain, "evil.example.com", "evil.example.com/"},
	{Plain, "EVIL.Example.COM.", "evil.example.com/"},
	{Plain, "*.evil.com", "evil.com/"},
	{Plain, ".evil.com", "evil.com/"},
	{Plain, "evil.com # C2", "evil.com/"},
	{Plain, "evil.com\tEmotet", "evil.com/"},
	{Plain, `"evil.com",2024-01-01`, "evil.com/"},
	{Plain, "_dmarc.evil.com", "_dmarc.evil.com/"},
	{Plain, "impôts-gouv.com", "xn--impts-gouv-tbb.com/"},
	{Plain, "proof.abri.test", "proof.abri.test/"},
	{Plain, "evil.example", "evil.example/"},
	{Hosts, "0.0.0.0 a.invalid", "a.invalid"},
	{Plain, "62.210.1.0/24", "62.210.1.0/24"},
	{Hosts, "0.0.0.0 evil.com", "evil.com"},
	{Hosts, "127.0.0.1\tevil.com www.evil.com # two", "evil.com www.evil.com"},
	{Hosts, ":: evil.com", "evil.com"},
	{Adblock, "||evil.com^", "evil.com/"},
	{Adblock, "||evil.com^$all", "evil.com/"},
	{Adblock, "||evil.com^$document,important", "evil.com/"},
	{Adblock, "||*.evil.com^", "/evil.com"},
	{Adblock, "||62.210.1.2^", "62.210.1.2/32"},
	{Adblock, "evil.com", "evil.com/"},
	{Adblock, "|evil.com^", "evil.com"},
	{Adblock, "@@||good.com^", "@@good.com/"},
	{Adblock, "@@||good.com^$important", "@@good.com/"},
	{Adblock, "@@|good.com^", "@@good.com"},
	{RPZ, "good.com CNAME rpz-passthru.", "@@good.com"},
	{RPZ, "*.good.com CNAME rpz-passthru.", "@@/good.com"},
	{Dnsmasq, "address=/evil.com/0.0.0.0", "evil.com/"},
	{Dnsmasq, "address=/evil.com/evil.net/#", "evil.com/ evil.net/"},
	{Dnsmasq, "local=/evil.com/", "evil.com/"},
	{Unbound, `local-zone: "evil.com" always_nxdomain`, "evil.com/"},
	{Unbound, `local-zone: "evil.com." static # why`, ""},
	{Unbound, `local-data: "evil.com A 0.0.0.0"`, "evil.com"},
	{BIND, `zone "evil.com" { type master; notify no; file "null.zone.file"; };`, "evil.com/"},
	{BIND, `zone "evil.com" IN { type primary; file "x"; };`, "evil.com/"},
	{RPZ, "evil.com CNAME .", "evil.com"},
	{RPZ, "evil.com 300 IN CNAME *.", "evil.com"},
	{RPZ, "*.evil.com CNAME rpz-drop.", "/evil.com"},
	{RPZ, "evil.com A 0.0.0.0", "evil.com"},
	{RPZ, "24.0.1.210.62.rpz-ip CNAME .", "62.210.1.0/24"},
	{URLs, "https://user@evil.com:8443/a?b#c", "evil.com"},
	{URLs, "http://62.210.1.2:81/mozi.m", "62.210.1.2/32"},
	{URLs, "http://[2a01::1]:81/x", "2a01::1/128"},
	{URLs, "evil.com/login/", "evil.com"},
	{URLs, "62.210.1.0/24", "62.210.1.0/24"},
	{Fingerprints, md5 + ",2017-07-14 18:08:15,2019-07-27 20:42:54,Dridex", md5},
	{Fingerprints, "t13d1516h2_8daaf6152771_02713d6af862", "t13d1516h2_8daaf6152771_02713d6af862"},
	{Rules, `alert tls any any -> any any (msg:"x"; tls.sni; content:"evil.com"; sid:1;)`, "evil.com"},
	{Rules, `alert tcp any any -> any [80,443] (content:"GET"; http_method; content:"62.210.1.2"; content:"Host"; http_header;)`, "62.210.1.2/32"},
	{TPL, "-d evil.com", "evil.com/"},
}

func TestLinesOfEachFormat(t *testing.T) {
	for _, c := range goodLines {
		items, why := c.format.lineReader()([]byte(c.text), nil)
		if c.want == "" {
			if why != exception {
				t.Errorf("%s %q: %s", c.format, c.text, why)
			}
			continue
		}
		if why != taken || shown(items) != c.want {
			t.Errorf("%s %q: %q (%s), want %q", c.format, c.text, shown(items), why, c.want)
		}
	}
}

func TestRefusedLinesOfEachFormat(t *testing.T) {
	for _, c := range []struct {
		format Format
		text   string
		why    reason
	}{
		{Plain, "Extension.exe", unknownTop}, {Hosts, "0.0.0.0 a.internal", setAside}, {Plain, "printer.local", setAside},
		{Plain, "0000153.0000255.0000011.0000125", leadingZero},
		{Plain, "1..2.3", notAddress},
		{Plain, "evil..com", notName},
		{Plain, "-evil.com", notName},
		{Plain, strings.Repeat("a", 64) + ".com", notName},
		{Plain, strings.Repeat("abcdefgh.", 29) + "com", notName},
		{Plain, "localhost", notName},
		{Plain, `^ads\..*\.com`, notName},
		{Plain, "evil.com is down", words},
		{Plain, "evil\xff.com", notName},
		{Plain, "com", notName},
		{Plain, "co.uk", registry},
		{Plain, "github.io", registry},
		{Plain, "*.github.io", registry},
		{Plain, "http://evil.com/", notAddress},
		{Hosts, "62.210.1.2 intranet.example.com", elsewhere},
		{Hosts, "0.0.0.0 evil.exe", unknownTop},
		{Hosts, "127.0.0.1 localhost", skipped},
		{Adblock, "||evil.com/path^", page},
		{Adblock, "||evil.com^$script", condition},
		{Adblock, "||evil.com^$third-party", condition},
		{Adblock, "||evil.com", condition},
		{Adblock, "||ev*l.com^", condition},
		{Adblock, "/banner[0-9]+/", condition},
		{Adblock, "@@||good.com/page^", exception},
		{Adblock, "@@||62.210.1.2^", exception},
		{Adblock, "@@good", exception},
		{Adblock, "example.com##.ad", page},
		{Adblock, "! Title", skipped},
		{Adblock, "[Adblock Plus 2.0]", skipped},
		{Dnsmasq, "address=/intranet.example.com/192.168.1.2", elsewhere},
		{Dnsmasq, "address=/#/0.0.0.0", notName},
		{Dnsmasq, "cache-size=1000", notName},
		{Unbound, `local-zone: "good.com" transparent`, exception},
		{Unbound, `local-data: "intranet.example.com A 192.168.1.2"`, elsewhere},
		{BIND, `zone "evil.com" { type forward; };`, notName},
		{RPZ, "24.0.1.210.62.rpz-ip CNAME rpz-passthru.", exception},
		{RPZ, "evil.com CNAME garden.example.com.", elsewhere},
		{RPZ, "evil.com.rpz-nsdname CNAME .", condition},
		{RPZ, "@ IN SOA localhost. root.localhost. 1 2 3 4 5", skipped},
		{URLs, "javascript://x", notURL},
		{URLs, "hxxp://evil.com/", notURL},
		{URLs, "https:///x", notURL},
		{URLs, "62.210.1.2/24", hostBits},
		{Fingerprints, md5[:31] + ",x", notPrint},
		{Table, "1,2,3", notRow},
		{Rules, `alert http any any -> any any (http.uri; content:"/x"; http.host; content:"github.com";)`, page},
		{Rules, `alert tcp any any -> any any (content:"|00 01|"; sid:1;)`, condition},
		{Rules, `alert tls any any -> any any (tls.sni; content:"a.com"; content:"b.com";)`, condition},
		{TPL, "-d evil.com /ads", page},
		{TPL, "+d good.com", exception},
		{TPL, "- banner", condition},
	} {
		items, why := c.format.lineReader()([]byte(c.text), nil)
		if why != c.why || why != taken && len(items) > 0 {
			t.Errorf("%s %q: %q (%s), want refused: %s", c.format, c.text, shown(items), why, c.why)
		}
	}
}

func TestTables(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Domain,Malware\nevil.com,keitaro\n", "evil.com/"},
		{`# "first_seen_utc","ioc_id","ioc_value","ioc_type"` + "\n" + `"2026-01-01", "1", "62.210.1.2:443", "ip:port"` + "\n" + `"2026-01-01", "2", "` + md5 + `", "md5_hash"` + "\n", "62.210.1.2/32"},
		{"# id,dateadded,url,status\n" + `"3","2026-01-01","http://evil.com/x.exe","online"` + "\n", "evil.com"},
		{"host,path\nevil.com,\ngithub.com,/evil/x.zip\n", "evil.com/"},
		{"name,colour\nevil.com,red\n", ""},
	} {
		reader, got := newCSV(), ""
		for line := range strings.Lines(c.text) {
			items, _ := reader([]byte(strings.TrimSpace(line)), nil)
			got += shown(items)
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestAFormatMayBeSet(t *testing.T) {
	l := mustParse(t, "0.0.0.0 evil.com\n", Info{Format: Hosts})
	if holds(l, "evil.com", "www.evil.com") != "evil.com" {
		t.Error("a hosts file names more than it says, or less")
	}
	if _, err := Parse(strings.NewReader("0.0.0.0 evil.com\n"), Info{Format: RPZ}); abri.CodeOf(err) != abri.CodeDamaged {
		t.Errorf("hosts as RPZ: %v, want it damaged", err)
	}
}

func TestEachFormatIsRecognised(t *testing.T) {
	texts := map[Format]string{}
	for _, c := range goodLines {
		texts[c.format] += c.text + "\n"
	}
	texts[Table] = "Domain,Malware\nevil.com,keitaro\n"
	for format, text := range texts {
		if got := recognise([]byte(text)); got != format {
			t.Errorf("%s is taken for %s", format, got)
		}
	}
}

// A header without a list is an empty list, in each format that has one.
func TestAHeaderWithoutAListIsEmpty(t *testing.T) {
	for text, want := range map[string]Format{
		"": Plain, "# feodo\r\n#\r\n": Plain, "\xef\xbb\xbf# x\n": Plain,
		"Domain,Malware,Date added,Source\n":                                       Table,
		"! Title: x\n[Adblock Plus 2.0]\n":                                         Adblock,
		"$TTL 30\n@ IN SOA localhost. root.localhost. 1 2 3 4 5\n NS localhost.\n": RPZ,
		"msFilterList\n# x\n: Expires=1\n":                                         TPL,
		"server:\n":                                                                Unbound,
	} {
		l, err := Parse(strings.NewReader(text), Info{Name: "x"})
		if err != nil || l.Len() != 0 || l.Info().Format != want {
			t.Errorf("%q: %v, want an empty %s", text, err, want)
		}
		if n, kept := listRefused(l); n > 0 {
			t.Errorf("%q: refused %v", text, kept)
		}
	}
}

func listRefused(l *List) (int, []Refusal) {
	if l == nil {
		return 0, nil
	}
	return l.Refused()
}

func TestFormatsAreAllReadable(t *testing.T) {
	if got := Formats(); !slices.Contains(got, STIX) || !slices.Contains(got, Plain) || len(got) != 14 {
		t.Errorf("formats %v", got)
	}
}

// FuzzFormats: whatever the bytes and the format, what is taken is well formed, and nothing else comes of it than a list
// or an error with a code.
func FuzzFormats(f *testing.F) {
	for i, format := range Formats() {
		for _, c := range goodLines {
			if c.format == format {
				f.Add(byte(i), []byte(c.text))
			}
		}
	}
	f.Add(byte(12), []byte(bundle))
	f.Add(byte(13), []byte(`{"Event":{"Attribute":[{"type":"ip-dst","value":"62.210.1.2","to_ids":true}]}}`))
	f.Add(byte(8), []byte("Domain,Malware\nevil.com,keitaro\n"))
	guard := NewGuard([]GuardedPrefix{{netip.MustParsePrefix("62.210.1.2/32"), "somebody"}}, []GuardedName{{"evil.com", true, "somebody"}})
	f.Fuzz(func(t *testing.T, which byte, text []byte) {
		format := Formats()[int(which)%len(Formats())]
		l, err := guard.Parse(bytes.NewReader(text), Info{Name: "x", Format: format})
		if err != nil {
			if code := abri.CodeOf(err); code != abri.CodeDamaged {
				t.Fatalf("code %s: %v", code, err)
			}
			return
		}
		for _, p := range entries(l) {
			if p != p.Masked() || listable(spanOf(p)) != taken || p.Contains(netip.MustParseAddr("62.210.1.2")) {
				t.Fatalf("%v was taken", p)
			}
		}
		if got := Merge([]*List{l}, nil).FindName("www.evil.com"); len(got) > 0 {
			t.Fatalf("a guarded name is listed: %v", got)
		}
		if !slices.IsSorted(l.names) || !slices.IsSorted(l.prints) {
			t.Fatal("a list that is not in order")
		}
	})
}
