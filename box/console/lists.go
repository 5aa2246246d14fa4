package console

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/library"
	"abri.example/abri/feed"
	"abri.example/abri/feed/catalogue"
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
	return "Examples: abri lists; abri lists add default; abri lists add feodo; abri lists check my-list.txt"
}

type listsShowVerb struct {
	Name string `arg:"" optional:"" help:"One list, in full."`
	JSON bool   `help:"Print JSON instead of a table."`
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

type listsCatalogueVerb struct{}

func (listsCatalogueVerb) Run(s *shell) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "list\tpublisher\tholds\tuse\tweight\tevery\tlicence\tconditions")
	for _, l := range catalogue.All() {
		use := "block"
		switch {
		case l.Off != "":
			use = "off"
		case l.Observe:
			use = "observe"
		}
		if l.Default {
			use += ", default"
		}
		conditions := l.Conditions
		if l.Off != "" {
			conditions = l.Off
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", l.Name, l.Publisher, l.Holds, use, l.Weight, short24(l.Interval), l.Licence, conditions)
	}
	return w.Flush()
}

// short24 writes whole hours and days as people do.
func short24(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
	return fmt.Sprintf("%dh", d/time.Hour)
}

type listsAddVerb struct {
	Name    string `arg:"" help:"A name of the catalogue, default, or a name for the address."`
	URL     string `arg:"" optional:"" help:"The address of the list, when it is not in the catalogue."`
	Plain   bool   `help:"Let an address without TLS be used."`
	Observe bool   `help:"Stop nothing because of it."`
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

func (v listsAcceptVerb) Run(s *shell, at *listsVerb) error {
	if err := at.dial().AcceptList(s.ctx, v.Name); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "the new version of %s is used\n", v.Name)
	return nil
}

type listsCheckVerb struct {
	File   string `arg:"" type:"existingfile" help:"The file."`
	Format string `help:"How it is written; recognised when left out." placeholder:"FORMAT"`
	JSON   bool   `help:"Print JSON instead of text."`
}

func (v listsCheckVerb) Run(s *shell) error {
	f, err := os.Open(v.File)
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
