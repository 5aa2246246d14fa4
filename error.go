package abri

import (
	"errors"
	"strings"
)

// Code tells a machine what went wrong.
type Code string

// The codes. A new one is added when a caller must act differently on it.
const (
	CodeInvalid     Code = "invalid"     // what was given is wrong; the sentence names it, its place and the remedy
	CodeNotFound    Code = "not-found"   // there is no such thing
	CodeRefused     Code = "refused"     // understood, and not done, for safety
	CodeUnsupported Code = "unsupported" // this kernel or machine lacks something; the sentence names it
	CodeUnavailable Code = "unavailable" // not reachable now; trying again may help
	CodeNoBox       Code = "no-box"      // no running box answers
	CodeDamaged     Code = "damaged"     // a file is cut or broken
	CodeFull        Code = "full"        // a table, disk or limit is full
	CodeInternal    Code = "internal"    // a fault of ours
)

// Error has two faces: a code for machines, and a sentence a person can act on. Place is where it was found
// ("box.toml:12"), Remedy what would be right; both may be empty.
type Error struct {
	Code   Code
	Place  string
	What   string
	Remedy string
	Err    error
}

// Error is "place: what: remedy: cause", without the empty parts.
func (e *Error) Error() string {
	var parts []string
	for _, p := range []string{e.Place, e.What, e.Remedy} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

// Unwrap gives the cause, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf is the code of the first Error in err's chain, CodeInternal when there is none, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}
