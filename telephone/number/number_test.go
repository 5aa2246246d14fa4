package number

import (
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for dialled, want := range map[string]Number{
		"0477123456":       {National, "FR", "+33 477", "33477123456"},
		"+33477123456":     {National, "FR", "+33 477", "33477123456"},
		"+330477123456":    {National, "FR", "+33 477", "33477123456"},
		"0033612345678":    {National, "FR", "+33 612", "33612345678"},
		"33612345678":      {National, "FR", "+33 612", "33612345678"},
		"00612345678":      {National, "FR", "+33 612", "33612345678"}, // 0 for the outside line
		"00477123456":      {Near, "NO", "+47 71", "477123456"},        // 00 is abroad where it may be
		"06 12-34.56(78)":  {National, "FR", "+33 612", "33612345678"},
		"0262123456":       {National, "RE", "+33 262", "33262123456"},
		"+262262123456":    {National, "RE", "+262 26", "262262123456"},
		"0899123456":       {Premium, "FR", "+33 899", "33899123456"},
		"+33892123456":     {Premium, "FR", "+33 892", "33892123456"},
		"0825123456":       {National, "FR", "+33 825", "33825123456"},
		"118218":           {Premium, "FR", "118218", "33118218"},
		"3114":             {Short, "FR", "3114", "333114"},
		"+333919":          {Short, "FR", "3919", "333919"},
		"1013":             {Short, "FR", "1013", "331013"},
		"+4930123456":      {Near, "DE", "+49 30", "4930123456"},
		"%2B4930123456":    {Near, "DE", "+49 30", "4930123456"},
		"0044207123456":    {Near, "GB", "+44 20", "44207123456"},
		"447012345678":     {Premium, "GB", "+44 70", "447012345678"},
		"0025261234567":    {Far, "SO", "+252 61", "25261234567"},
		"+5312345678":      {Far, "CU", "+53 12", "5312345678"},
		"+18765551234":     {Far, "JM", "+1 87", "18765551234"},
		"+15145551234":     {Near, "CA", "+1 51", "15145551234"},
		"+12125551234":     {Near, "US", "+1 21", "12125551234"},
		"00972592345678":   {Far, "PS", "+972 59", "972592345678"},
		"+8821612345":      {Premium, "ZZ", "+882 16", "8821612345"},
		"011972592345678":  {Far, "PS", "+972 59", "972592345678"},
		"0119725923":       {National, "FR", "+33 119", "33119725923"},
		"00112":            {Emergency, "FR", "112", "33112"},
		"+112":             {Emergency, "FR", "112", "33112"},
		"0015":             {Emergency, "FR", "15", "3315"},
		"003114":           {Short, "FR", "3114", "333114"},
		"972592345678":     {Far, "PS", "+972 59", "972592345678"},
		"210":              {Internal, "", "•••", "210"},
		"accueil":          {Internal, "", "•••", ""},
		"":                 {Internal, "", "•••", ""},
		"+33":              {National, "FR", "+33", "33"},
		"+999123456":       {Far, "ZZ", "+999 12", "999123456"},
		"9011972592345678": {Far, "TR", "+90 11", "9011972592345678"}, // what guessers put before a number reads as some country
	} {
		if got := Read([]byte(dialled)); got != want {
			t.Errorf("%q: %+v, want %+v", dialled, got, want)
		}
	}
}

// "15, 17, 18, 112, 114, 115, 119, 191, 196 and 3114-like short numbers always pass."
func TestNumbersOfHelpAreSacredHoweverDialled(t *testing.T) {
	for _, help := range []string{"15", "17", "18", "112", "114", "115", "119", "191", "196", "197", "116000", "116117", "3114", "3919", "3977"} {
		for _, before := range []string{"", "0", "+33", "0033", "33"} {
			if before == "33" && len(help) < 8 {
				continue // nobody's exchange sends it so: 3315 is a short number itself
			}
			if got := Read([]byte(before + help)); !got.Class.Sacred() || got.Prefix != help {
				t.Errorf("%s%s: %+v", before, help, got)
			}
		}
	}
	for _, other := range []string{"118218", "0899123456", "+25261234567", "0477123456", "1512345678901", "00151234567"} {
		if got := Read([]byte(other)); got.Class.Sacred() {
			t.Errorf("%s is sacred: %+v", other, got)
		}
	}
}

// A class of the table is one that is known, and each country code of the world stands once.
func TestTheTable(t *testing.T) {
	seen := map[string]bool{}
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if len(f) != 3 || len(f[1]) != 2 || seen[f[0]] {
			t.Errorf("the line %q", line)
		}
		switch f[2] {
		case "home", "near", "far", "premium":
		default:
			t.Errorf("the class of %q", line)
		}
		seen[f[0]] = true
	}
	if len(seen) < 250 {
		t.Errorf("%d prefixes", len(seen))
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"+33477123456", "0025261234567", "3114", "%2B1", "00", "+", "0 0-1"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n := Read(b)
		if n.Class == "" || n.Prefix == "" || len(n.Digits) > longest+2 {
			t.Errorf("%q: %+v", b, n)
		}
		if !n.Class.Sacred() && n.Class != Premium && len(n.Digits) > 8 && strings.Contains(strings.ReplaceAll(n.Prefix, " ", ""), n.Digits) {
			t.Errorf("%q is shown whole: %+v", b, n)
		}
	})
}
