package ledger

import (
	"context"
	"database/sql"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
)

// Sort is what a site is.
type Sort string

// The sorts of sites. A commune is known by its INSEE code, a firm by its SIRET, an association by its RNA number.
const (
	Commune     Sort = "commune"
	Firm        Sort = "firm"
	Association Sort = "association"
)

// Place is where a box stands: before or behind the router's translation of addresses. Figures are compared among
// sites in a like place.
type Place string

// The places.
const (
	Before Place = "before"
	Behind Place = "behind"
)

// Contact is who is told of a site's troubles. Any of it may be empty.
type Contact struct {
	Person, Mail, Telephone string
}

// Site is one that has, or shall have, a box.
type Site struct {
	Number  int64
	Sort    Sort
	Code    string
	Name    string
	Trade   string // of a firm
	Place   Place
	Contact Contact
	Named   bool // it agreed to be named in public
	Shipped time.Time
	Created time.Time
}

// SiteNumber is the number of a site: a commune's INSEE code where that is a number, and else one made of sort and
// code, so that the same site has the same number wherever it is entered.
func SiteNumber(sort Sort, code string) int64 {
	if n, err := strconv.ParseInt(code, 10, 64); err == nil && sort == Commune && len(code) == 5 && n > 0 {
		return n
	}
	h := fnv.New64a()
	h.Write([]byte(string(sort) + "/" + code))
	return int64(h.Sum64()>>20) | 1<<43
}

// Check refuses a site that can't be one.
func (s Site) Check() error {
	bad := func(what, remedy string) error {
		return &abri.Error{Code: abri.CodeInvalid, Place: "site " + s.Code, What: what, Remedy: remedy}
	}
	switch {
	case s.Sort != Commune && s.Sort != Firm && s.Sort != Association:
		return bad("a site is a commune, a firm or an association", "")
	case s.Sort == Commune && !isINSEE(s.Code):
		return bad("not an INSEE code", "five characters such as 42304 or 2A004")
	case s.Sort == Firm && !digits(s.Code, 14):
		return bad("not a SIRET", "fourteen digits")
	case s.Code == "" || len(s.Code) > 32:
		return bad("a site has a code", "INSEE, SIRET or RNA number")
	case strings.TrimSpace(s.Name) == "" || len(s.Name) > 200:
		return bad("a site has a name", "")
	case s.Place != Before && s.Place != Behind:
		return bad("a box stands before or behind the translation", "")
	case s.Contact.Mail != "" && !strings.Contains(s.Contact.Mail, "@"):
		return bad("not a mail address: "+s.Contact.Mail, "")
	}
	return nil
}

func isINSEE(s string) bool {
	return digits(s, 5) || len(s) == 5 && (strings.HasPrefix(s, "2A") || strings.HasPrefix(s, "2B")) && digits(s[2:], 3)
}

func digits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}

// PutSites enters sites, in place of what was entered under their numbers. When a site was created and shipped stands.
func (l *Ledger) PutSites(ctx context.Context, sites ...Site) error {
	var rows [][]any
	for _, s := range sites {
		if err := s.Check(); err != nil {
			return err
		}
		if s.Number == 0 {
			s.Number = SiteNumber(s.Sort, s.Code)
		}
		rows = append(rows, []any{s.Number, string(s.Sort), s.Code, s.Name, s.Trade, string(s.Place), s.Contact.Person, s.Contact.Mail,
			s.Contact.Telephone, flag(s.Named), nanos(s.Shipped), nanos(s.Created)})
	}
	then := ` ON CONFLICT (site) DO UPDATE SET name = excluded.name, trade = excluded.trade, place = excluded.place, person = excluded.person,
		mail = excluded.mail, telephone = excluded.telephone, named = excluded.named`
	return l.act(ctx, "entering sites in", audit.EnterSites, namesOf(sites), func(tx *sql.Tx) error { return l.kind.put(ctx, l, tx, sitesTable, then, rows) })
}

// namesOf names a few things of an act, and how many more there are.
func namesOf(sites []Site) string {
	var out []string
	for _, s := range sites[:min(len(sites), 5)] {
		out = append(out, s.Code+" "+s.Name)
	}
	if n := len(sites) - 5; n > 0 {
		out = append(out, "and "+strconv.Itoa(n)+" more")
	}
	return strings.Join(out, ", ")
}

// onSite is a site as the audit log names it.
func onSite(number int64) string { return "site " + strconv.FormatInt(number, 10) }

// Ship notes that a site's box was sent.
func (l *Ledger) Ship(ctx context.Context, site int64, at time.Time) error {
	return l.mustAct(ctx, audit.ShipBox, onSite(site), "there is no such site", `UPDATE sites SET shipped = $1 WHERE site = $2`, nanos(at), site)
}

// mustTouch runs a change that must find its row.
func (l *Ledger) mustTouch(ctx context.Context, what, q string, args ...any) error {
	return l.transact(ctx, "changing", func(tx *sql.Tx) error { return mustTouchIn(ctx, tx, what, q, args...) })
}

func mustTouchIn(ctx context.Context, tx *sql.Tx, what, q string, args ...any) error {
	done, err := tx.ExecContext(ctx, q, args...)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return &abri.Error{Code: abri.CodeNotFound, What: what}
}

// siteColumns are the columns of sites in their order.
const siteColumns = `s.site, s.sort, s.code, s.name, s.trade, s.place, s.person, s.mail, s.telephone, s.named, s.shipped, s.created`

func (s *Site) into() []any {
	return []any{&s.Number, &s.Sort, &s.Code, &s.Name, &s.Trade, &s.Place, &s.Contact.Person, &s.Contact.Mail, &s.Contact.Telephone,
		boolOf{&s.Named}, timeOf{&s.Shipped}, timeOf{&s.Created}}
}

// Site gives one site; CodeNotFound when there is none.
func (l *Ledger) Site(ctx context.Context, number int64) (Site, error) {
	found, err := query(ctx, l.read, func(r *sql.Rows) (s Site, err error) { return s, r.Scan(s.into()...) },
		`SELECT `+siteColumns+` FROM sites s WHERE s.site = $1`, number)
	if err != nil {
		return Site{}, l.explain("reading", err)
	}
	if len(found) == 0 {
		return Site{}, &abri.Error{Code: abri.CodeNotFound, What: "there is no site " + strconv.FormatInt(number, 10)}
	}
	return found[0], nil
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// boolOf and timeOf scan what flag and nanos kept.
type boolOf struct{ to *bool }

// Scan takes 0 or 1.
func (b boolOf) Scan(v any) error {
	n, _ := v.(int64)
	*b.to = n != 0
	return nil
}

type timeOf struct{ to *time.Time }

// Scan takes nanoseconds.
func (t timeOf) Scan(v any) error {
	n, _ := v.(int64)
	*t.to = instant(n)
	return nil
}
