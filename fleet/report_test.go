package fleet_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
)

var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

// attack is one as a box keeps it, with everything in it that must not leave.
func attack() abri.Attack {
	return abri.Attack{
		ID: "00112233445566778899aabbccddeeff", Revision: 3, Kind: abri.Bruteforce, Service: abri.Mail, Direction: abri.In,
		Outside: netip.MustParseAddr("203.0.113.7"), Inside: netip.MustParseAddr("192.168.1.20"), Port: 993, Proto: "tcp",
		First: noon.Add(-time.Hour), Last: noon, Day: "2026-03-05", Attempts: 34, Packets: 340, Bytes: 34000, Sources: 1,
		Outcome: abri.Blocked, Why: abri.Why{Rule: "bruteforce", Evidence: []abri.Evidence{
			{Name: "logins", Value: "34"}, {Name: "user", Value: "secretariat"}, {Name: "asked", Value: "impots.example"},
			{Name: "device", Value: "192.168.1.20"}, {Name: "seconds", Value: "2.5"}}},
	}
}

func report() fleet.Report {
	return fleet.Report{
		Version: 1, Site: 42304, Box: "b1", Epoch: "e1", Seq: 1, Sent: noon, Software: "1.0",
		Status:  fleet.Status{Mode: abri.Protect, Sky: abri.Rain, Points: 7, Attacks: 7, Neutralised: 7, Wanted: 10, Enforced: 10},
		Days:    []fleet.Day{{Day: "2026-03-05", Sky: abri.Rain, Points: 7, Attacks: 7, Neutralised: 7, Watched: 43200}},
		Attacks: []fleet.Attack{fleet.Tell(attack(), []byte("secret"))},
	}
}

// What a released client of version 1 said is understood for ever. The file is never edited.
func TestARecordedClientIsUnderstood(t *testing.T) {
	said, err := os.ReadFile("testdata/v1/report.json")
	if err != nil {
		t.Fatal(err)
	}
	r, err := fleet.Decode(said)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CheckTimes(noon); err != nil {
		t.Error(err)
	}
	a := r.Attacks[0]
	if r.Site != 42304 || r.Box != "b1" || r.Epoch != "e1" || r.Seq != 1 || r.Status.Sky != abri.Rain || r.Days[0].Watched != 43200 ||
		a.Kind != abri.Bruteforce || a.Outside != netip.MustParseAddr("203.0.113.7") || a.Attempts != 34 || a.Outcome != abri.Blocked || !a.Last.Equal(noon) {
		t.Errorf("it reads %+v", r)
	}
}

// A newer client within the version says more, and a kind of attack that this program never heard of.
func TestWhatANewerClientAddsIsIgnored(t *testing.T) {
	said, err := report().Encode()
	if err != nil {
		t.Fatal(err)
	}
	newer := bytes.Replace(said, []byte(`"version":1`), []byte(`"version":1,"mood":{"of":["the","day"]}`), 1)
	newer = bytes.Replace(newer, []byte(`"kind":"bruteforce"`), []byte(`"kind":"mind-reading","aura":7`), 1)
	r, err := fleet.Decode(newer)
	if err != nil || r.Attacks[0].Kind != "mind-reading" || r.Attacks[0].Count() != 1 {
		t.Errorf("%v, %+v", err, r.Attacks)
	}
	later := bytes.Replace(said, []byte(`"version":1`), []byte(`"version":2`), 1)
	_, err = fleet.Decode(later)
	var refusal *fleet.Refusal
	if fleet.ReasonOf(err) != fleet.ReasonVersion || !errors.As(err, &refusal) || refusal.Version != fleet.Version {
		t.Errorf("a later version is answered by %v", err)
	}
}

func TestWhatIsNoReportIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*fleet.Report)
		want   fleet.Reason
	}{
		"no version":              {func(r *fleet.Report) { r.Version = 0 }, fleet.ReasonMalformed},
		"no site":                 {func(r *fleet.Report) { r.Site = 0 }, fleet.ReasonMalformed},
		"a box that is no word":   {func(r *fleet.Report) { r.Box = "../etc" }, fleet.ReasonMalformed},
		"no epoch":                {func(r *fleet.Report) { r.Epoch = "" }, fleet.ReasonMalformed},
		"no number":               {func(r *fleet.Report) { r.Seq = 0 }, fleet.ReasonMalformed},
		"a number beyond":         {func(r *fleet.Report) { r.Seq = 1 << 63 }, fleet.ReasonMalformed},
		"no time":                 {func(r *fleet.Report) { r.Sent = time.Time{} }, fleet.ReasonMalformed},
		"a sky of frogs":          {func(r *fleet.Report) { r.Status.Sky = "frogs" }, fleet.ReasonMalformed},
		"a mode of sleep":         {func(r *fleet.Report) { r.Status.Mode = "sleep" }, fleet.ReasonMalformed},
		"an id of another length": {func(r *fleet.Report) { r.Attacks[0].ID = "00" }, fleet.ReasonMalformed},
		"a kind of markup":        {func(r *fleet.Report) { r.Attacks[0].Kind = "<b>" }, fleet.ReasonMalformed},
		"a day that is none":      {func(r *fleet.Report) { r.Attacks[0].Day = "2026-02-30" }, fleet.ReasonMalformed},
		"an end before the start": {func(r *fleet.Report) { r.Attacks[0].Last = noon.Add(-48 * time.Hour) }, fleet.ReasonMalformed},
		"more than can be":        {func(r *fleet.Report) { r.Attacks[0].Rest = 1 << 62 }, fleet.ReasonMalformed},
		"too many attacks":        {func(r *fleet.Report) { r.Attacks = make([]fleet.Attack, fleet.MaxAttacks+1) }, fleet.ReasonOversized},
		"too many days":           {func(r *fleet.Report) { r.Days = make([]fleet.Day, fleet.MaxDays+1) }, fleet.ReasonOversized},
		"too many bytes":          {func(r *fleet.Report) { r.Attacks[0].Device = strings.Repeat("a", fleet.MaxBytes) }, fleet.ReasonOversized},
	} {
		r := report()
		c.change(&r)
		said, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fleet.Decode(said); fleet.ReasonOf(err) != c.want {
			t.Errorf("%s: %v, not %s", name, err, c.want)
		}
	}
	twice, err := report().Encode()
	if err != nil {
		t.Fatal(err)
	}
	twice = bytes.Replace(twice, []byte(`"site":42304`), []byte(`"site":42304,"site":42305`), 1)
	for _, said := range []string{"", "null", "[]", "{", "\xff", `{"version":1,"seq":-1}`, `{"version":1e99}`, string(twice)} {
		if _, err := fleet.Decode([]byte(said)); fleet.ReasonOf(err) != fleet.ReasonMalformed {
			t.Errorf("%q: %v", said, err)
		}
	}
}

func TestWhatCannotHaveHappenedIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*fleet.Report)
		want   fleet.Reason
	}{
		"right":                     {func(*fleet.Report) {}, ""},
		"a minute ahead":            {func(r *fleet.Report) { r.Sent = noon.Add(time.Minute) }, ""},
		"an hour ahead":             {func(r *fleet.Report) { r.Sent = noon.Add(time.Hour) }, fleet.ReasonFuture},
		"an attack of tomorrow":     {func(r *fleet.Report) { r.Attacks[0].Last = noon.Add(24 * time.Hour) }, fleet.ReasonFuture},
		"an attack of a later day":  {func(r *fleet.Report) { r.Attacks[0].Day = "2026-03-07" }, fleet.ReasonFuture},
		"an attack of another time": {func(r *fleet.Report) { r.Attacks[0].Day = "2025-03-05" }, fleet.ReasonPast},
		"a day that has not come":   {func(r *fleet.Report) { r.Days[0].Day = "2026-03-07" }, fleet.ReasonFuture},
		"a day of long ago":         {func(r *fleet.Report) { r.Days[0].Day = "1999-01-01" }, fleet.ReasonPast},
	} {
		r := report()
		c.change(&r)
		if err := r.CheckTimes(noon); fleet.ReasonOf(err) != c.want {
			t.Errorf("%s: %v, not %q", name, err, c.want)
		}
	}
}

// Nothing of what is inside may be found in what leaves: no address, no name, no user.
func TestNoInsideAddressAndNoPayloadLeaves(t *testing.T) {
	lan := attack()
	lan.Direction, lan.Outside = abri.LAN, netip.MustParseAddr("10.1.2.3")
	banned := attack()
	banned.Why = abri.Why{Rule: abri.RuleBan, Entry: netip.MustParsePrefix("192.168.1.0/24")}
	global := attack() // a device with an address of the Internet's own
	global.Inside = netip.MustParseAddr("2a01:cb00::20")
	secret := []byte("secret")
	for _, a := range []abri.Attack{attack(), lan, banned, global} {
		said, err := json.Marshal(fleet.Tell(a, secret))
		if err != nil {
			t.Fatal(err)
		}
		for _, private := range []string{"192.168.1", "10.1.2.3", "2a01:cb00", "secretariat", "impots"} {
			if bytes.Contains(said, []byte(private)) {
				t.Errorf("%s leaves the box: %s", private, said)
			}
		}
	}
	told := fleet.Tell(attack(), secret)
	if len(told.Why.Evidence) != 2 || told.Device == "" || told.Outside != netip.MustParseAddr("203.0.113.7") {
		t.Errorf("what may leave did not: %+v", told)
	}
	if other := fleet.Tell(attack(), []byte("another")); other.Device == told.Device {
		t.Error("two boxes give a device one pseudonym")
	}
	if again := fleet.Tell(attack(), secret); again.Device != told.Device {
		t.Error("one box gives a device two pseudonyms")
	}
}

func FuzzDecode(f *testing.F) {
	said, _ := report().Encode()
	f.Add(said)
	f.Add([]byte(`{"version":1,"site":1,"box":"b","epoch":"e","seq":1,"sent":"2026-03-05T12:00:00Z","attacks":[{}]}`))
	f.Add([]byte(`{"version":2}`))
	f.Fuzz(func(t *testing.T, said []byte) {
		r, err := fleet.Decode(said)
		if err != nil {
			if fleet.ReasonOf(err) == "" {
				t.Errorf("an error without a reason: %v", err)
			}
			return
		}
		_ = r.CheckTimes(noon)
		again, err := r.Encode()
		if err != nil {
			t.Fatalf("what was read can't be written: %v", err)
		}
		if _, err := fleet.Decode(again); err != nil && len(again) <= fleet.MaxBytes {
			t.Errorf("what was written can't be read: %v", err)
		}
	})
}
