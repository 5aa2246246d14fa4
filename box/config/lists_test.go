package config

import (
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/feed"
	"abri.example/abri/feed/catalogue"
)

func parseLists(t *testing.T, text string) []List {
	t.Helper()
	c, err := Parse(text, "/etc/abri/box.toml")
	if err != nil {
		t.Fatal(err)
	}
	return c.Lists
}

// A list of the catalogue needs its name alone; what the person says stands, but for asking a publisher too often.
func TestAListOfTheCatalogue(t *testing.T) {
	known, _ := catalogue.Find("feodo")
	l := parseLists(t, "[[list]]\nname = \"feodo\"\n")[0]
	if l.URL != known.URL || l.Publisher != "abuse.ch" || l.Outward != abri.CommandAndControl || l.Every != known.Interval || l.Expiry != known.Expiry {
		t.Errorf("%+v", l)
	}
	l = parseLists(t, "[[list]]\nname = \"ipsum-3\"\nobserve = true\nevery = \"1h\"\nexpiry = \"48h\"\noutward = \"beacon\"\n")[0]
	if !l.Observe || l.Every != 24*time.Hour || l.Expiry != 48*time.Hour || l.Outward != abri.Beacon || l.Inward != abri.KnownAttacker {
		t.Errorf("%+v", l)
	}
}

func TestTheDefaultSetIsAddedOnce(t *testing.T) {
	lists := parseLists(t, "[fetch]\ndefault_set = true\n[[list]]\nname = \"feodo\"\nfile = \"own.txt\"\n")
	if len(lists) != len(catalogue.DefaultSet()) {
		t.Errorf("%d lists, and %d in the default set", len(lists), len(catalogue.DefaultSet()))
	}
	if lists[0].File != "/etc/abri/own.txt" || lists[0].URL != "" {
		t.Errorf("a person's own list of that name: %+v", lists[0])
	}
}

func TestWhereAListIsHad(t *testing.T) {
	for text, says := range map[string]string{
		"file = \"a\"\nurl = \"https://example.org/a\"": "a file and a url",
		"url = \"http://example.org/a\"":                "without TLS",
		"url = \"ftp://example.org/a\"":                 "it is an address of the web",
		"":                                              "the catalogue has none of that name",
	} {
		_, err := Parse("[[list]]\nname = \"a\"\n"+text+"\n", "/etc/abri/box.toml")
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
	if _, err := Parse("[[list]]\nname = \"phishing-army\"\n", "/etc/abri/box.toml"); err == nil || !strings.Contains(err.Error(), "commercial") {
		t.Errorf("a list whose terms forbid it: %v", err)
	}
	if l := parseLists(t, "[[list]]\nname = \"a\"\nurl = \"http://example.org/a\"\nplain = true\n")[0]; !l.Plain {
		t.Errorf("%+v", l)
	}
}

// The words of list.format are those that feed reads.
func TestFormatsAreThoseOfFeed(t *testing.T) {
	for _, f := range feed.Formats() {
		if !slices.Contains(listFormats, string(f)) {
			t.Errorf("list.format lacks %q", f)
		}
	}
	if len(listFormats) != len(feed.Formats())+1 {
		t.Errorf("list.format has %d words", len(listFormats))
	}
}
