// Package people is the vocabulary of those who use an observatory: who somebody is, what his role lets him do, and of
// which groups and sites. It says yes or no, and nothing else.
//
// Its borders: no database, no HTTP, no clock. Who is signed in is package signin's; what a person sees is package
// view's, through which every page, figure, tile, feed and program asks.
package people

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"abri.example/abri"
)

// Scope is which part of the observatory somebody has to do with. An administrator's is not looked at: he has to do with
// all of it.
type Scope struct {
	Groups []int64
	Sites  []int64
}

// Person is somebody who may sign in. ID is random and never used again; Name is for people. Mail is where he is known
// by an OpenID provider, "" for none. Subject is who he is there, once he came from there ("issuer subject").
type Person struct {
	ID      string
	Name    string
	Mail    string
	Subject string
	Role    Role
	Scope   Scope
	Invited time.Time
	By      string // who invited him
	Joined  time.Time
	Revoked time.Time
}

// May reports whether the person may do something at all; where is for MayAt.
func (p Person) May(a Action) bool { return p.ID != "" && p.Revoked.IsZero() && p.Role.May(a) }

// MayAt reports whether the person may do something at a site that is in these groups.
func (p Person) MayAt(a Action, site int64, groups []int64) bool {
	switch {
	case !p.May(a):
		return false
	case p.Role == Administrator:
		return true
	}
	return slices.Contains(p.Scope.Sites, site) || slices.ContainsFunc(groups, p.Scope.hasGroup)
}

// SeesGroup reports whether the person may see a group as a whole, its sums included.
func (p Person) SeesGroup(group int64) bool {
	return p.May(Read) && (p.Role == Administrator || p.Scope.hasGroup(group))
}

// SeesAll reports whether the person may see sums over everybody.
func (p Person) SeesAll() bool { return p.May(Read) && p.Role == Administrator }

func (s Scope) hasGroup(group int64) bool { return slices.Contains(s.Groups, group) }

// Bounds of what is kept of a person.
const (
	MaxName  = 100
	MaxMail  = 254 // RFC 5321
	MaxScope = 1000
)

// Check refuses a person who can't be one: CodeInvalid names what is wrong.
func (p Person) Check() error {
	bad := func(what, remedy string) error {
		return &abri.Error{Code: abri.CodeInvalid, Place: p.Name, What: what, Remedy: remedy}
	}
	switch {
	case strings.TrimSpace(p.Name) == "" || len(p.Name) > MaxName || strings.ContainsFunc(p.Name, isControl):
		return bad("a person has a name", "a hundred bytes at the most")
	case p.Mail != "" && !isMail(p.Mail):
		return bad("not a mail address: "+p.Mail, "such as m.durand@loire.example")
	case len(p.Scope.Groups)+len(p.Scope.Sites) > MaxScope:
		return bad("too many groups and sites for one person", "put the sites into a group")
	case p.Role == Administrator && len(p.Scope.Groups)+len(p.Scope.Sites) > 0:
		return bad("an administrator sees everything", "leave groups and sites out, or give another role")
	case p.Role == GroupReader && len(p.Scope.Groups) == 0:
		return bad("a group reader has a group", "name at least one")
	case p.Role == SiteReader && len(p.Scope.Sites) == 0:
		return bad("a site reader has a site", "name at least one")
	case p.Role == Technician && len(p.Scope.Groups)+len(p.Scope.Sites) == 0:
		return bad("a technician has sites", "name at least one, or a group of them")
	}
	_, err := ParseRole(string(p.Role))
	return err
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func isMail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= MaxMail
}

// FoldMail is a mail address as two of them are compared.
func FoldMail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
