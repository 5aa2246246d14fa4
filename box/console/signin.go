package console

import "fmt"

type signInVerb struct {
	JSON bool `help:"As JSON."`
	door
}

// Help is the example under `abri sign-in --help`.
func (signInVerb) Help() string {
	return `Gives a code that opens one session on the box's pages, once, within a quarter of an hour.

Example: abri sign-in`
}

func (v signInVerb) Run(s *shell) error {
	in, err := v.dial().SignIn(s.ctx)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, in)
	}
	for _, link := range in.Links {
		fmt.Fprintln(s.out, link)
	}
	fmt.Fprintf(s.out, "the code %s opens one session, until %s\n", in.Code, in.Until.Local().Format("15:04"))
	return nil
}
