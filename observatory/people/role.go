package people

import (
	"slices"

	"abri.example/abri"
)

// Role is what somebody is to an observatory.
type Role string

// The roles. Only an administrator sees every site; all others see the groups and sites of their Scope, and nothing of
// what lies outside it, not even a sum.
const (
	Administrator Role = "administrator"
	GroupReader   Role = "group-reader" // of an EPCI, a canton, a trade
	SiteReader    Role = "site-reader"  // of a town hall
	Technician    Role = "technician"   // who looks after several sites, and releases addresses there
)

// Roles lists every role, the most powerful first. Do not write to it.
var Roles = []Role{Administrator, Technician, GroupReader, SiteReader}

// Action is something that a person may do, or not, at a site or to the observatory as a whole.
type Action string

// The actions at a site.
const (
	Read    Action = "read"    // its sky, figures, incidents and contact
	Release Action = "release" // let an address pass there
	Confirm Action = "confirm" // take its box in, having compared four words
)

// The actions on the whole.
const (
	Enrol   Action = "enrol"   // enter and invite sites, note what was shipped, take boxes out
	Manage  Action = "manage"  // invite people, give roles, take them away; groups, settings
	Audit   Action = "audit"   // read what everybody did
	Connect Action = "connect" // keys for programs and webhooks, which have no more than the person who makes them
	Own     Action = "own"     // one's own passkeys, recovery code and sessions
)

// Actions lists every action. Do not write to it.
var Actions = []Action{Read, Release, Confirm, Enrol, Manage, Audit, Connect, Own}

// duties are what each role may do. What is not here is refused.
var duties = map[Role][]Action{
	Administrator: Actions,
	Technician:    {Read, Release, Confirm, Connect, Own},
	GroupReader:   {Read, Connect, Own},
	SiteReader:    {Read, Own},
}

// May reports whether somebody of the role may do something at all; where he may is the Scope's.
func (r Role) May(a Action) bool { return slices.Contains(duties[r], a) }

// ParseRole reads a role as it is written in commands and forms.
func ParseRole(s string) (Role, error) {
	if !slices.Contains(Roles, Role(s)) {
		return "", &abri.Error{Code: abri.CodeInvalid, Place: s, What: "there is no such role", Remedy: "administrator, technician, group-reader or site-reader"}
	}
	return Role(s), nil
}
