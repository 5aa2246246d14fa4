package console

import (
	"fmt"
	"time"

	"abri.example/abri/box/liaison"
)

type enrolVerb struct {
	Invitation string `arg:"" optional:"" help:"The word that the observatory sent. Without it: how the box stands."`
	Leave      bool   `help:"Take the box out of its observatory."`
	JSON       bool   `help:"Print it as JSON."`
	door
}

// Help is the example under `abri enrol --help`.
func (enrolVerb) Help() string {
	return "The box then shows four words. Read them to the person at the observatory, who sees the same four, and confirms.\n\nExample: abri enrol abri1.eyJ1Ijoi…"
}

func (v enrolVerb) Run(s *shell) error {
	if v.Leave {
		if err := v.dial().Leave(s.ctx); err != nil {
			return err
		}
		fmt.Fprintln(s.out, "the box is out of its observatory, and tells it nothing more")
		return nil
	}

	var st liaison.State
	var err error
	if v.Invitation != "" {
		st, err = v.dial().Enrol(s.ctx, v.Invitation)
	} else {
		st, err = v.dial().Membership(s.ctx)
	}
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, st)
	}
	printMembership(s, st)
	return nil
}

// printMembership says how the box stands with its observatory.
func printMembership(s *shell, st liaison.State) {
	switch {
	case !st.Enrolled:
		fmt.Fprintln(s.out, "this box has no observatory, and needs none")
	case !st.Confirmed:
		fmt.Fprintf(s.out, "%s asks to be taken in by %s\nthe four words: %s\nread them to the person there; the rest happens by itself\n", st.Site, st.URL, st.Words)
	case st.Told.IsZero():
		fmt.Fprintf(s.out, "%s is in the observatory %s; nothing was told yet, %d attacks wait\n", st.Site, st.URL, st.Waiting)
	default:
		fmt.Fprintf(s.out, "%s is in the observatory %s; last told %s, %d attacks wait\n", st.Site, st.URL, st.Told.Local().Format(time.DateTime), st.Waiting)
	}
	if st.Skew != 0 {
		fmt.Fprintf(s.out, "the box's clock is wrong by %s; what is told is put right\n", st.Skew)
	}
	if st.Trouble != "" {
		fmt.Fprintln(s.out, "trouble:", st.Trouble)
	}
}
