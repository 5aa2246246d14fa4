package console

import (
	"fmt"
	"io"
	"os"
	"strings"

	"abri.example/abri"
	"abri.example/abri/letter"
)

type verifyVerb struct {
	What string `arg:"" help:"A link, or an e-mail saved as .eml or .msg."`
	JSON bool   `help:"As JSON."`
	door
}

// Help is the example under `abri verify --help`.
func (verifyVerb) Help() string {
	return `Says what speaks against a link or an e-mail: lists, imitations, links that lead elsewhere, the sender, attachments.
Nothing leaves the box, and nothing is fetched or opened. Exit code 4 when one should not click.

Examples: abri verify https://impots-gouv-remboursement.info
          abri verify courriel.eml`
}

func (v verifyVerb) Run(s *shell) error {
	o, err := v.examine(s)
	if err != nil {
		return err
	}
	if v.JSON {
		err = printJSON(s, o)
	} else {
		printOpinion(s, o)
	}
	if err == nil && o.Advice == letter.Danger {
		return &abri.Error{Code: abri.CodeRefused, What: "do not click"}
	}
	return err
}

func (v verifyVerb) examine(s *shell) (letter.Opinion, error) {
	f, err := os.Open(v.What)
	if err != nil {
		if letterFile(v.What) {
			return letter.Opinion{}, &abri.Error{Code: abri.CodeNotFound, Place: v.What, What: "this file can't be read", Err: err}
		}
		return v.dial().ExamineLink(s.ctx, v.What)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, letter.MaxBytes+1))
	if err != nil {
		return letter.Opinion{}, &abri.Error{Code: abri.CodeInvalid, Place: v.What, What: "this file can't be read", Err: err}
	}
	return v.dial().ExamineLetter(s.ctx, b)
}

// letterFile reports whether what was typed is meant as a file.
func letterFile(what string) bool {
	low := strings.ToLower(what)
	return strings.HasSuffix(low, ".eml") || strings.HasSuffix(low, ".msg")
}

func printOpinion(s *shell, o letter.Opinion) {
	fmt.Fprintln(s.out, o.Sentence(abri.English))
	for _, r := range o.Reasons {
		fmt.Fprintf(s.out, "%-8s %-18s %s\n", r.Advice, r.Kind, r.Sentence(abri.English))
	}
	if o.More {
		fmt.Fprintln(s.out, "it held more than was examined")
	}
}
