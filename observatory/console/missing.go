package console

import (
	"errors"
	"strconv"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
)

// Where a person sees what there is.
const (
	seeSites    = "`abri-observatory sites` lists them"
	seePeople   = "`abri-observatory person list` lists them"
	seeKeys     = "`abri-observatory key list` lists them"
	seeWebhooks = "`abri-observatory webhook list` lists them"
)

// missing tells of what is not there which one was meant, and where to see those that are.
func missing(err error, meant, see string) error {
	var e *abri.Error
	if !errors.As(err, &e) || e.Code != abri.CodeNotFound || e.Place != "" {
		return err
	}
	return &abri.Error{Code: e.Code, Place: meant, What: e.What, Remedy: see, Err: e.Err}
}

// entered refuses sites that nobody entered: what is said of them would reach no box.
func (s *shell) entered(l *ledger.Ledger, sites ...int64) error {
	for _, n := range sites {
		if _, err := l.Site(s.ctx, n); err != nil {
			return missing(err, strconv.FormatInt(n, 10), seeSites)
		}
	}
	return nil
}
