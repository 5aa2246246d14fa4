package console

import (
	"context"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/library"
	"abri.example/abri/feed"
	"abri.example/abri/feed/shelf"
)

// librarian is the box of box_test.go where it is asked about lists.
type librarian struct{}

var _ control.Librarian = librarian{}

func (librarian) Lists(context.Context) ([]library.Report, error) {
	fetched := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	return []library.Report{
		{Name: "feodo", From: "https://x.example/feodo", Licence: "CC0-1.0", Conditions: "fair use", Enforced: true, Standing: feed.Sound, Stale: true,
			Entries: 12, IPv4: 12, Refused: 1, Hits: 3, Fetched: fetched, Lines: []feed.Refusal{{Line: 7, Text: "1..2.3", Reason: "not an address"}}},
		{Name: "banks", From: "/srv/banks", Standing: feed.Legitimate, Guarded: 40, Trouble: "40 of its lines name services"},
		{Name: "jumper", From: "https://x.example/j", Enforced: true, Standing: feed.Sound, Entries: 900, Held: &shelf.Held{Why: "it shrank from 900 entries to 3"}},
	}, nil
}

// AddList refuses what the catalogue has off, as a box does.
func (librarian) AddList(_ context.Context, _ control.Who, l control.NewList) error {
	if l.Name == "phishing-army" {
		return &abri.Error{Code: abri.CodeRefused, Place: l.Name, What: "this list is off: its licence forbids it"}
	}
	return nil
}

func (librarian) RemoveList(context.Context, control.Who, string) error  { return nil }
func (librarian) RefreshList(context.Context, control.Who, string) error { return nil }
func (librarian) AcceptList(context.Context, control.Who, string) error  { return nil }

func (librarian) ReleaseName(_ context.Context, _ control.Who, name string, _ time.Duration) error {
	_, err := feed.ReadName(name)
	return err
}

// ForgetName knows no released name but one.
func (librarian) ForgetName(_ context.Context, _ control.Who, name string) error {
	if name == "www.evil.com" {
		return nil
	}
	return &abri.Error{Code: abri.CodeNotFound, What: "nobody released " + name}
}

// WhyName knows one listed name and one guarded one.
func (librarian) WhyName(_ context.Context, name string) (control.NameAnswer, error) {
	switch name {
	case "www.evil.com":
		dated := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
		return control.NameAnswer{Name: name, Lists: []control.NameEntry{
			{List: "urlhaus-filter", Publisher: "abuse.ch", Entry: "evil.com", Whole: true, Dated: dated}, {List: "hosts", Entry: name, Observe: true},
		}}, nil
	case "impots.gouv.fr":
		return control.NameAnswer{Name: name, Guarded: "the French State"}, nil
	}
	return control.NameAnswer{Name: name}, nil
}
