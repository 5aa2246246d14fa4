package config

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"abri.example/abri"
)

// equal compares configurations: no addresses and none given are the same.
var equal = cmp.Options{cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{}), cmpopts.EquateEmpty()}

const everyKey = `
version = 1
[box]
name = "Mairie de Sury-le-Comtal"
mode = "protect"
language = "en"
time_zone = "Indian/Reunion"
data = "/srv/abri"
run = "/run/abri2"
[ports]
outside = "enp1s0"
inside = "enp2s0"
bridge = "br0"
address = "192.168.1.2/24"
gateway = "192.168.1.1"
resolvers = ["192.168.1.1", "2001:db8::53"]
[gate]
pin = "/sys/fs/bpf/abri2"
fail = "closed"
grace = "1h30m"
flows = 200_000
generic = true
fastpath = true
strict = true
[[list]]
name = "feodo"
file = "lists/feodo.txt"
publisher = "abuse.ch"
outward = "command-and-control"
[[list]]
name = "ipsum"
file = "/srv/lists/ipsum.txt"
inward = "scan"
[flood]
enabled = false
challenge = ["192.168.1.25"]
connections = 100
line = 500
openings = 51
datagrams = 52
echoes = 53
fragments = 54
strays = 55
queries = 56
answers = 57
[exempt]
addresses = ["203.0.113.7", "2001:db8::/48"]
files = ["exempt.txt"]
names = ["bulletin.example.fr"]
[names]
answer = "page"
close_resolvers = true
site = ["mairie-exemple.fr"]
[trusted]
addresses = ["198.51.100.0/24"]
[page]
listen = "192.168.1.2:80"
[keep]
rows_days = 30
counters_days = 400
[run_as]
user = "abri-reader"
group = "abri-admin"

[measures]
trial = "72h"
by_people = true
observed = ["telephone"]
never = ["203.0.113.9"]
shared = ["198.51.100.0/24"]
hours = "mo-fr 08:30-12:00"
repairs = ["192.0.2.80"]

[decoys]
doors = ["smb", "ssh"]
`

func TestEveryKeyIsRead(t *testing.T) {
	c, err := Parse(everyKey, "/etc/abri/box.toml")
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{
		Version: 1,
		Box:     Box{"Mairie de Sury-le-Comtal", abri.Protect, abri.English, "Indian/Reunion", "/srv/abri", "/run/abri2"},
		Ports: Ports{Bridge, "enp1s0", "enp2s0", "br0", netip.MustParsePrefix("192.168.1.2/24"), netip.MustParseAddr("192.168.1.1"),
			[]netip.Addr{netip.MustParseAddr("192.168.1.1"), netip.MustParseAddr("2001:db8::53")}, nil},
		Gate:  Gate{"/sys/fs/bpf/abri2", FailClosed, 90 * time.Minute, 200_000, true, true, true},
		Flood: Flood{false, []netip.Addr{netip.MustParseAddr("192.168.1.25")}, 100, 500, 51, 52, 53, 54, 55, 56, 57},
		Lists: []List{
			{Name: "feodo", File: "/etc/abri/lists/feodo.txt", Publisher: "abuse.ch", Inward: abri.KnownAttacker, Outward: abri.CommandAndControl, Every: 6 * time.Hour, Expiry: 14 * 24 * time.Hour},
			{Name: "ipsum", File: "/srv/lists/ipsum.txt", Inward: abri.Scan, Outward: abri.KnownDestination, Every: 6 * time.Hour, Expiry: 14 * 24 * time.Hour},
		},
		Exempt:  Exempt{[]netip.Prefix{netip.MustParsePrefix("203.0.113.7/32"), netip.MustParsePrefix("2001:db8::/48")}, []string{"/etc/abri/exempt.txt"}, []string{"bulletin.example.fr"}},
		Names:   Names{AnswerPage, true, []string{"mairie-exemple.fr"}},
		Trusted: Trusted{[]netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}},
		Page:    Page{"192.168.1.2:80"},
		Keep:    Keep{30, 400},
		RunAs:   RunAs{"abri-reader", "abri-admin"},

		Telephone: Telephone{time.Hour, 10 * time.Minute, false},
		Measures: Measures{
			72 * time.Hour, true, []abri.Service{abri.TelephoneSvc}, []netip.Prefix{netip.MustParsePrefix("203.0.113.9/32")},
			[]netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}, "mo-fr 08:30-12:00", []netip.Prefix{netip.MustParsePrefix("192.0.2.80/32")},
		},
		Decoys: Decoys{[]string{"smb", "ssh"}},
	}
	if d := cmp.Diff(want, c, equal); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := c.Box.Location().String(); got != "Indian/Reunion" {
		t.Errorf("location = %s", got)
	}
}

func TestAnEmptyFileGivesTheDefaults(t *testing.T) {
	c, err := Parse("", "/etc/abri/box.toml")
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{
		Version: 1,
		Box:     Box{"abri", abri.Observe, abri.French, "Europe/Paris", "/var/lib/abri", "/run/abri"},
		Ports:   Ports{Kind: Bridge, Outside: "eth0", Inside: "eth1", Bridge: "abri0"},
		Gate:    Gate{"/sys/fs/bpf/abri", FailOpen, 10 * time.Minute, 65536, false, false, false},
		Names:   Names{Answer: AnswerNone},
		Flood:   Flood{true, nil, 256, 0, 2000, 20_000, 1000, 5000, 2000, 5000, 500},
		Page:    Page{":8080"},
		Keep:    Keep{90, 1095},
		RunAs:   RunAs{"abri", "abri"},

		Telephone: Telephone{time.Hour, 10 * time.Minute, false},
		Measures:  Measures{Trial: 7 * 24 * time.Hour},
	}
	if d := cmp.Diff(want, c, equal); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestHost(t *testing.T) {
	c, err := Parse("[ports]\nkind = \"host\"\noutside = \"ens3\"\n", "/etc/abri/box.toml")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Ports{Kind: Host, Outside: "ens3"}, c.Ports, equal); d != "" {
		t.Errorf("ports (-want +got):\n%s", d)
	}
	if c.Page.Listen != "127.0.0.1:8080" {
		t.Errorf("listen = %s", c.Page.Listen)
	}
}

func TestWarnings(t *testing.T) {
	for _, c := range []struct {
		prefix string
		warned bool
	}{{"192.0.2.0/24", false}, {"192.0.0.0/23", true}, {"2001:db8::/56", false}, {"2001:db8::/55", true}, {"10.0.0.0/8", true}, {"192.0.2.1", false}} {
		conf, err := Parse("[trusted]\naddresses = [\""+c.prefix+"\"]\n", "/etc/abri/box.toml")
		if err != nil {
			t.Fatal(err)
		}
		if warnings := conf.Warnings(); (len(warnings) > 0) != c.warned {
			t.Errorf("%s: %q", c.prefix, warnings)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "box.toml")
	t.Chdir(dir)
	if err := os.WriteFile(file, []byte("[[list]]\nname = \"a\"\nfile = \"a.txt\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load("box.toml")
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, "a.txt"); c.Lists[0].File != want {
		t.Errorf("file = %s, want %s", c.Lists[0].File, want)
	}
	if _, err := Load("none.toml"); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("an absent file: %v", err)
	}
	if _, err := Load(dir); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("a folder: %v", err)
	}
	if err := os.WriteFile(file, []byte(strings.Repeat("# much\n", maxFile)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("a file too large: %v", err)
	}
}
