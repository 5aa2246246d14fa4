package console

import (
	"fmt"
	"path/filepath"
	"slices"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/library"
	"abri.example/abri/feed"
	"abri.example/abri/feed/guarded"
)

type listsVerb struct {
	Show      listsShowVerb      `cmd:"" default:"withargs" help:"Show the lists in use: entries, fresh or stale, refused lines, hits; with a name, all of one."`
	Catalogue listsCatalogueVerb `cmd:"" help:"Show the lists that abri knows, with their terms."`
	Add       listsAddVerb       `cmd:"" help:"Use a list of the catalogue, the word default for its default set, or a list by its address."`
	Remove    listsRemoveVerb    `cmd:"" help:"Take back a list that was added here."`
	Refresh   listsRefreshVerb   `cmd:"" help:"Ask publishers now."`
	Accept    listsAcceptVerb    `cmd:"" help:"Take the version of a list that waits because it jumped."`
	Check     listsCheckVerb     `cmd:"" help:"Read a file as the box would, and say what is refused of it. Needs no box."`
	door
}

// Help is the example under `abri lists --help`.
func (listsVerb) Help() string {
	return "Examples: abri lists\n          abri lists add default"
}

type listsShowVerb struct {
	Name string `arg:"" optional:"" help:"One list, in full."`
	JSON bool   `help:"Print JSON instead of a table."`
}

// Help is the example under `abri lists show --help`.
func (listsShowVerb) Help() string {
	return "Examples: abri lists\n          abri lists show feodo --json"
}

func (v listsShowVerb) Run(s *shell, at *listsVerb) error {
	all, err := at.dial().Lists(s.ctx)
	if err != nil {
		return err
	}
	if v.Name == "" {
		if v.JSON {
			return printJSON(s, all)
		}
		return printLists(s.out, all)
	}
	for _, r := range all {
		switch {
		case r.Name != v.Name:
		case v.JSON:
			return printJSON(s, r)
		default:
			return printList(s.out, r)
		}
	}
	return &abri.Error{Code: abri.CodeNotFound, Place: v.Name, What: "no list of this name is in use", Remedy: "see `abri lists`, or `abri lists catalogue`"}
}

type listsAddVerb struct {
	Name    string `arg:"" help:"A name of the catalogue, default, or a name for the address."`
	URL     string `arg:"" optional:"" help:"The address of the list, when it is not in the catalogue."`
	Plain   bool   `help:"Let an address without TLS be used."`
	Observe bool   `help:"Stop nothing because of it."`
}

// Help is the example under `abri lists add --help`.
func (listsAddVerb) Help() string {
	return "Examples: abri lists add default\n          abri lists add ours https://lists.example.org/ours.txt --observe"
}

func (v listsAddVerb) Run(s *shell, at *listsVerb) error {
	if err := at.dial().AddList(s.ctx, control.NewList{Name: v.Name, URL: v.URL, Plain: v.Plain, Observe: v.Observe}); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s is used from now on; see `abri lists`\n", v.Name)
	return nil
}

type listsRemoveVerb struct {
	Name string `arg:"" help:"The list."`
}

// Help is the example under `abri lists remove --help`.
func (listsRemoveVerb) Help() string { return "Example: abri lists remove feodo" }

func (v listsRemoveVerb) Run(s *shell, at *listsVerb) error {
	if err := at.dial().RemoveList(s.ctx, v.Name); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s is not used any more\n", v.Name)
	return nil
}

type listsRefreshVerb struct {
	Name string `arg:"" optional:"" help:"One list; all when left out."`
}

// Help is the example under `abri lists refresh --help`.
func (listsRefreshVerb) Help() string { return "Example: abri lists refresh feodo" }

func (v listsRefreshVerb) Run(s *shell, at *listsVerb) error {
	if err := at.dial().RefreshList(s.ctx, v.Name); err != nil {
		return err
	}
	fmt.Fprintln(s.out, "asked; see `abri lists`")
	return nil
}

type listsAcceptVerb struct {
	Name string `arg:"" help:"The list."`
}

// Help is the example under `abri lists accept --help`.
func (listsAcceptVerb) Help() string { return "Example: abri lists accept feodo" }

func (v listsAcceptVerb) Run(s *shell, at *listsVerb) error {
	if err := at.dial().AcceptList(s.ctx, v.Name); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "the new version of %s is used\n", v.Name)
	return nil
}

type listsCheckVerb struct {
	File   string `arg:"" help:"The file."`
	Format string `help:"How it is written; recognised when left out." placeholder:"FORMAT"`
	JSON   bool   `help:"Print JSON instead of text."`
}

// Help is the example under `abri lists check --help`.
func (listsCheckVerb) Help() string { return "Example: abri lists check my-list.txt" }

func (v listsCheckVerb) Run(s *shell) error {
	f, err := openList(v.File)
	if err != nil {
		return err
	}
	defer f.Close()
	if v.Format != "" && !slices.Contains(feed.Formats(), feed.Format(v.Format)) {
		return &abri.Error{Code: abri.CodeInvalid, Place: v.Format, What: "not a format", Remedy: fmt.Sprintf("one of %v", feed.Formats())}
	}
	list, err := guarded.Default().Parse(f, feed.Info{Name: filepath.Base(v.File), Format: feed.Format(v.Format)})
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, library.Check(list))
	}
	return printList(s.out, library.Check(list))
}
