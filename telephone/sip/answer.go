package sip

import (
	"bytes"
	"fmt"
	"strconv"
)

// What the box says in a dialogue that it ends: to the one who calls, and to the one who is called. Each takes the head of
// the message it belongs to, and copies from it what makes it part of the same transaction.

// Decline is the answer 603 to an INVITE (RFC 3261, 21.6.2), which makes an exchange give up and not try another way. The
// tag is the answering end's.
func Decline(invite *Message, tag string) []byte {
	var b bytes.Buffer
	b.WriteString("SIP/2.0 603 Decline\r\n")
	copyLines(&b, invite.Head, via, 0)
	copyLines(&b, invite.Head, from, 1)
	line := lineOf(invite.Head, to)
	b.Write(line)
	if len(invite.To.Tag) == 0 {
		b.WriteString(";tag=" + tag)
	}
	b.WriteString("\r\n")
	copyLines(&b, invite.Head, callID, 1)
	copyLines(&b, invite.Head, cseq, 1)
	b.WriteString("Content-Length: 0\r\n\r\n")
	return b.Bytes()
}

// Withdraw is the CANCEL of an INVITE (RFC 3261, 9.1).
func Withdraw(invite *Message) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "CANCEL %s SIP/2.0\r\n", invite.Target.Raw)
	firstVia(&b, invite.Head)
	copyRaw(&b, invite.Head, "route")
	copyLines(&b, invite.Head, from, 1)
	copyLines(&b, invite.Head, to, 1)
	copyLines(&b, invite.Head, callID, 1)
	b.WriteString("CSeq: " + strconv.FormatUint(uint64(invite.CSeq), 10) + " CANCEL\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
	return b.Bytes()
}

// Hangup is the BYE (RFC 3261, 15.1.1) of the one who called, to the answer 200 of the one who was called. The branch makes it
// a transaction of its own.
func Hangup(invite, answer *Message, branch string) []byte {
	return within(invite, answer, "BYE", invite.CSeq+1, branch)
}

// Acknowledge is the ACK of the one who called to an answer 200 (RFC 3261, 13.2.2.4).
func Acknowledge(invite, answer *Message, branch string) []byte {
	return within(invite, answer, "ACK", invite.CSeq, branch)
}

// within is a request of the calling end in a dialogue that the answer made (RFC 3261, 12.2.1.1).
func within(invite, answer *Message, method string, number uint32, branch string) []byte {
	target := answer.Contact.Raw
	if len(target) == 0 {
		target = invite.Target.Raw
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s SIP/2.0\r\n", method, target)
	_, hop, _ := bytes.Cut(firstOf(fieldOf(invite.Head, via)), []byte(" "))
	fmt.Fprintf(&b, "Via: SIP/2.0/UDP %s;rport;branch=z9hG4bK%s\r\n", until(bytes.TrimSpace(hop), ";"), branch)
	for _, route := range reversed(answer.Head) {
		fmt.Fprintf(&b, "Route: %s\r\n", route)
	}
	copyLines(&b, invite.Head, from, 1)
	copyLines(&b, answer.Head, to, 1)
	copyLines(&b, invite.Head, callID, 1)
	fmt.Fprintf(&b, "CSeq: %d %s\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n", number, method)
	return b.Bytes()
}

// reversed are the Record-Routes of an answer, the last first, as its requests go back (RFC 3261, 12.1.2).
func reversed(head []byte) (routes [][]byte) {
	each(head, func(word, line []byte) {
		if is(word, "record-route") {
			_, value, _ := bytes.Cut(line, []byte(":"))
			routes = append([][]byte{bytes.TrimSpace(value)}, routes...)
		}
	})
	return routes
}

// firstVia writes the topmost Via alone.
func firstVia(b *bytes.Buffer, head []byte) {
	fmt.Fprintf(b, "Via: %s\r\n", firstOf(fieldOf(head, via)))
}

// copyLines writes the lines of a header as they stand: most of them, all where that is 0.
func copyLines(b *bytes.Buffer, head []byte, n name, most int) {
	wrote := 0
	each(head, func(word, line []byte) {
		if nameOf(word) == n && (most == 0 || wrote < most) {
			b.Write(line)
			b.WriteString("\r\n")
			wrote++
		}
	})
}

// copyRaw writes the lines of a header that is not otherwise read.
func copyRaw(b *bytes.Buffer, head []byte, lower string) {
	each(head, func(word, line []byte) {
		if is(word, lower) {
			b.Write(line)
			b.WriteString("\r\n")
		}
	})
}

// lineOf is the first line of a header, as it stands.
func lineOf(head []byte, n name) (first []byte) {
	each(head, func(word, line []byte) {
		if first == nil && nameOf(word) == n {
			first = line
		}
	})
	return first
}

// fieldOf is the value of the first line of a header.
func fieldOf(head []byte, n name) []byte {
	_, value, _ := bytes.Cut(lineOf(head, n), []byte(":"))
	return bytes.TrimSpace(value)
}

// each calls f with the name and the whole of each header line.
func each(head []byte, f func(word, line []byte)) {
	_, rest := cutLine(head)
	for range mostLines {
		var line []byte
		if line, rest = cutField(rest); len(line) == 0 {
			return
		}
		if i := bytes.IndexByte(line, ':'); i >= 0 {
			f(bytes.TrimRight(line[:i], " \t"), line)
		}
	}
}
