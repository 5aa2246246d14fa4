package api

import (
	"context"
	"encoding/hex"
	"time"

	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/people"
)

// Journal is a page of the audit log, the last entry first.
type Journal struct {
	Entries []Entry `json:"entries"`
	Next    uint64  `json:"next,omitempty" doc:"For before, where there are more."`
}

// Entry is one thing that somebody did. Hash is over all of it and the hash of the entry before.
type Entry struct {
	Number uint64       `json:"number"`
	At     time.Time    `json:"at"`
	Who    string       `json:"who"`
	From   string       `json:"from"`
	Act    audit.Act    `json:"act"`
	On     string       `json:"on"`
	Result audit.Result `json:"result" enum:"done,refused"`
	Before string       `json:"before" doc:"The hash of the entry before, in hexadecimal."`
	Hash   string       `json:"hash"`
}

// EntryOf is an entry of the log as it is told.
func EntryOf(e audit.Entry) Entry {
	return Entry{e.Number, e.At, e.Who, e.From, e.Act, e.On, e.Result, hex.EncodeToString(e.Before[:]), hex.EncodeToString(e.Hash[:])}
}

// journal is the operation that reads what people did.
func journal(a *api) {
	type list struct {
		Before uint64 `query:"before" doc:"The next of the page before."`
		Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	}
	add(a, operation{id: "list-journal", method: "GET", path: "/journal", summary: "The audit log, the last entry first", tag: "Journal", need: people.Audit},
		func(ctx context.Context, c *caller, in *list) (Journal, error) {
			all, err := c.Journal(ctx, in.Before, in.Limit)
			out := Journal{Entries: []Entry{}}
			for _, e := range all {
				out.Entries = append(out.Entries, EntryOf(e))
			}
			if len(all) == in.Limit && all[len(all)-1].Number > 1 {
				out.Next = all[len(all)-1].Number
			}
			return out, err
		})
}
