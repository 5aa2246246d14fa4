// Package letter reads an e-mail or a link that a person doubts, and says what speaks against it: names and addresses on
// lists, imitations, links that show one name and lead to another, a sender that the receiving server could not
// confirm, attachments that run programs.
//
//	.eml (RFC 5322, MIME) ─┐
//	.msg (MS-OXMSG)        ├─▶ Letter ─▶ Examine(Judge) ─▶ Opinion: one advice, its reasons
//	a link                ─┘
//
// What is read is hostile. Nothing in it is fetched, opened, unpacked or executed; what it costs is bounded by Max, and
// what can't be read is refused with a sentence. Its borders: no clock, disk or network; lists and imitations are the
// Judge's. It imports the root and names/lookalike.
package letter

import (
	"bytes"
	"net/netip"

	abri "abri.example/abri"
)

// The bounds of what is read. Beyond MaxBytes a letter is refused; of parts, links and attachments the first ones are
// examined, and the Opinion says that there were more.
const (
	MaxBytes       = 10 << 20
	maxDepth       = 12
	maxParts       = 200
	maxLinks       = 500
	maxAttachments = 100
	maxText        = 2 << 20 // bytes of text searched for links, in all
)

// Letter is what of an e-mail can speak for or against it. Names are as they stand in it.
type Letter struct {
	From        Party // who it says that it is from
	ReplyTo     Party // where an answer goes; the zero Party when it says nothing
	Subject     string
	Results     []Result // what the receiving server found of the sender
	Relays      []netip.Addr
	Links       []Link
	Attachments []Attachment
	Form        bool // a form to fill in stands in the letter itself
	More        bool // it held more than is read
}

// Party is a sender: the name that mail programs show, and the address, which most of them hide.
type Party struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
}

// Link is somewhere that the letter leads to: what it shows, and where it goes. Shown is empty for a link that shows
// itself, or a picture.
type Link struct {
	Shown  string
	Target string
}

// Attachment is a file that came with the letter: its name, the content type it claims, its first bytes, and the names
// within when it is a ZIP archive.
type Attachment struct {
	Name   string
	Type   string
	Head   []byte // at most headBytes
	Within []string
	Locked bool // an archive that needs a password
	Form   bool // a page with a form to fill in
}

// Read reads an e-mail as mail programs save it: .eml or .msg, whichever its bytes are. The error is an *abri.Error:
// CodeFull beyond MaxBytes, CodeDamaged for what is no e-mail.
func Read(b []byte) (Letter, error) {
	if len(b) > MaxBytes {
		return Letter{}, &abri.Error{Code: abri.CodeFull, What: "this e-mail has more than 10 MB", Remedy: "copy the link or the sender's address instead"}
	}
	if bytes.HasPrefix(b, compound) {
		return readOutlook(b)
	}
	return readMessage(b)
}
