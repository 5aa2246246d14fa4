package catalogue

import (
	"encoding/json"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri/feed"
	"abri.example/abri/feed/guarded"
)

func TestEveryListIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range All() {
		u, err := url.Parse(l.URL)
		if err != nil || u.Scheme != "https" || u.Host == "" {
			t.Errorf("%s: %q is no address of HTTPS", l.Name, l.URL)
		}
		if l.Name == "" || seen[l.Name] || l.Publisher == "" || l.Licence == "" || l.Conditions == "" || !strings.HasPrefix(l.Home, "https://") {
			t.Errorf("%+v lacks something, or its name is taken", l)
		}
		seen[l.Name] = true
		if l.Interval < time.Hour || l.Expiry < 2*l.Interval || l.Weight < 0 || l.Weight > 100 {
			t.Errorf("%s: every %v for %v, weight %d", l.Name, l.Interval, l.Expiry, l.Weight)
		}
		if !slices.Contains(feed.Formats(), feed.Format(l.Format)) || !l.Inward().Valid() || !l.Outward().Valid() {
			t.Errorf("%s: %s, %s, %s", l.Name, l.Format, l.Inward(), l.Outward())
		}
	}
}

// What terms forbid is in no default, and lists of mail senders stop nothing.
func TestTheDefaultSet(t *testing.T) {
	free := []string{"non-commercial", "no commercial", "NC", "not stated", "account"}
	for _, l := range All() {
		forbids := slices.ContainsFunc(free, func(w string) bool { return strings.Contains(l.Licence+l.Conditions, w) })
		if forbids && (l.Default || l.Off == "") {
			t.Errorf("%s is on, and its terms say %s, %s", l.Name, l.Licence, l.Conditions)
		}
		if l.Off != "" && l.Default {
			t.Errorf("%s is off and in the default set", l.Name)
		}
		if l.Holds == Senders && !l.Observe {
			t.Errorf("%s drops mail", l.Name)
		}
	}
	if n := len(DefaultSet()); n < 12 {
		t.Errorf("%d lists are in the default set", n)
	}
}

func TestFind(t *testing.T) {
	if l, ok := Find("feodo"); !ok || l.Publisher != "abuse.ch" {
		t.Errorf("%+v, %v", l, ok)
	}
	if _, ok := Find("nonsense"); ok {
		t.Error("the catalogue holds anything")
	}
	all := All()
	if !slices.IsSortedFunc(all, func(a, b List) int { return b.Weight - a.Weight }) {
		t.Error("the most trusted does not come first")
	}
}

// copies are the files of the shared folder that are copies of lists of the catalogue.
var copies = map[string]string{
	"spamhaus-drop": "lists/spamhaus-secops/drop.txt", "spamhaus-drop-v6": "lists/spamhaus-secops/drop_ipv6.txt",
	"ipsum-3": "lists/ipsum/levels/3.txt", "romainmarcoux-in": "lists/romainmarcoux-in/full-40k.txt",
	"data-shield": "lists/data-shield/prod_data-shield_ipv4_blocklist.txt", "blocklist-de-ssh": "lists/firehol/blocklist_de_ssh.ipset",
	"blocklist-de-bruteforce": "lists/firehol/blocklist_de_bruteforce.ipset", "et-compromised": "lists/firehol/et_compromised.ipset",
	"blocklist-de-mail": "lists/firehol/blocklist_de_mail.ipset", "blocklist-de-imap": "lists/firehol/blocklist_de_imap.ipset",
	"blocklist-de-sip": "lists/firehol/blocklist_de_sip.ipset", "voipbl": "lists/firehol/voipbl.netset", "feodo": "lists/firehol/feodo.ipset",
	"threatfox-ips": "lists/threatfox-ips/ips.txt", "romainmarcoux-out": "lists/romainmarcoux-out/full-outgoing-ip-40k.txt",
	"urlhaus-filter": "domains/urlhaus-filter/urlhaus-filter-domains-online.txt", "blackbook": "domains/blackbook/blackbook.txt",
	"cert-pl": "domains/romainmarcoux/sources/alienvault-cert-pl", "ut1-phishing": "domains/romainmarcoux/sources/ut1-fr",
}

func shared(parts ...string) string {
	root := os.Getenv("ABRI_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	return filepath.Join(append([]string{root}, parts...)...)
}

// warningList is a list of legitimate services.
func warningList(t *testing.T, name string) []string {
	text, err := os.ReadFile(shared("allow", "misp-warninglists", name, "list.json"))
	if err != nil {
		t.Skip("the shared lists of legitimate services are not here: set ABRI_SHARED to their folder")
	}
	var l struct{ List []string }
	if err := json.Unmarshal(text, &l); err != nil {
		t.Fatal(err)
	}
	return l.List
}

// touched counts the names and addresses that a set would stop: of a network, one address is enough.
func touched(s *feed.Set, names []string, networks []netip.Prefix) (n, a int) {
	for _, name := range names {
		if len(s.FindName(name)) > 0 {
			n++
		}
	}
	v4, v6 := s.V4(), s.V6()
	for _, p := range networks {
		hit := slices.ContainsFunc(v4, func(key uint64) bool {
			b := [4]byte{byte(key >> 32), byte(key >> 24), byte(key >> 16), byte(key >> 8)}
			return netip.PrefixFrom(netip.AddrFrom4(b), int(key&0xff)).Overlaps(p)
		}) || slices.ContainsFunc(v6, func(x feed.Prefix6) bool { return x.Prefix().Overlaps(p) })
		if hit {
			a++
		}
	}
	return n, a
}

// With the default set none of the 10,000 most used sites and none of Microsoft 365's addresses is stopped. The table
// shows what each list would have stopped without the guard, so that one sees what it is for.
func TestTheDefaultSetStopsNoLargeService(t *testing.T) {
	top, office := warningList(t, "tranco10k"), []netip.Prefix{}
	for _, p := range warningList(t, "microsoft-office365-ip") {
		office = append(office, netip.MustParsePrefix(p))
	}
	var all []*feed.List
	t.Logf("%-24s %8s %22s %22s  %s", "list", "entries", "top names (unguarded)", "M365 nets (unguarded)", "standing")
	for _, l := range DefaultSet() {
		if copies[l.Name] == "" {
			continue
		}
		info := feed.Info{Name: l.Name, Format: feed.Format(l.Format), Observe: l.Observe}
		bare, safe := parseCopy(t, nil, l, info), parseCopy(t, guarded.Default(), l, info)
		n0, a0 := touched(feed.Merge([]*feed.List{bare}, nil), top, office)
		n, a := touched(feed.Merge([]*feed.List{safe}, nil), top, office)
		t.Logf("%-24s %8d %10d %11d %10d %11d  %s", l.Name, safe.Len(), n, n0, a, a0, safe.Standing())
		if safe.Standing() != feed.Sound {
			t.Errorf("%s is %s: %+v", l.Name, safe.Standing(), safe.Size())
		}
		all = append(all, safe)
	}
	if len(all) == 0 {
		t.Skip("the shared lists are not here: set ABRI_SHARED to their folder")
	}
	if n, a := touched(feed.Merge(all, nil), top, office); n+a > 0 {
		t.Errorf("the default set stops %d of the top names and %d of Microsoft 365's networks", n, a)
	}
}

func parseCopy(t *testing.T, g *feed.Guard, l List, info feed.Info) *feed.List {
	t.Helper()
	f, err := os.Open(shared(copies[l.Name]))
	if err != nil {
		t.Skip("the shared lists are not here: set ABRI_SHARED to their folder")
	}
	defer f.Close()
	out, err := g.Parse(f, info)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
