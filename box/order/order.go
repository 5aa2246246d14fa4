// Package order is the language that the two processes of a box speak: the keeper, which holds the kernel, and the
// reader, which holds everything that comes from the wire. It is small on purpose, and every word is checked by both
// ends: a reader taken over by a bad packet can ask for no more than what stands here.
//
// Three sockets carry it. On the first the reader gives orders and the keeper answers each, in order. On the second the
// keeper tells news: copies of packets, counters of flows, its own addresses, new settings. On the third go
// urgent orders, without answers: see urgent.go. All are streams of frames:
// a length (u32, little endian), a word (u8), and a payload. Orders but for Load are JSON, decoded strictly; what comes
// in numbers is binary.
package order

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	abri "abri.example/abri"
)

// Word is the first byte of a frame: what it says.
type Word uint8

// The words. Orders go up (reader to keeper), news come down.
const (
	WordAnswer Word = iota + 1
	WordRefusal
	WordLoad
	WordMode
	WordDecide
	WordWithdraw
	WordCounters
	WordBeat
	WordStanding

	WordPackets
	WordFlows
	WordPlace
	WordSettings

	WordIsolate
	WordProve

	WordNames
	WordResolving
	WordQuestions
	WordFlood
	WordPressing

	WordLine
)

// Limits of a frame's payload in bytes. A load of ten million prefixes is 50 MB; an answer that names every decision
// that stands is 8 MB at the most; nothing else needs more than 1 MB.
const (
	MaxLoad   = 128 << 20
	MaxAnswer = 16 << 20
	MaxFrame  = 1 << 20
	maxUrgent = 4 << 10
)

const frameHead = 5

// limit is the greatest payload of a word; 0 means that the word is unknown.
func (w Word) limit() int {
	switch {
	case w == WordLoad || w == WordNames:
		return MaxLoad
	case w == WordAnswer:
		return MaxAnswer
	case w >= WordAnswer && w <= WordLine:
		return MaxFrame
	case w >= WordBlock && w <= WordJudged:
		return maxUrgent
	}
	return 0
}

// copied is up to how many bytes a frame is copied together, to be written in one call.
const copied = 64 << 10

// writeFrame writes one frame, in one call to w unless it is long.
func writeFrame(w io.Writer, word Word, parts ...[]byte) error {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	if n > word.limit() {
		return &abri.Error{Code: abri.CodeInvalid, What: fmt.Sprintf("a frame of word %d holds %d bytes, more than %d", word, n, word.limit())}
	}
	buf := make([]byte, frameHead, frameHead+min(n, copied))
	binary.LittleEndian.PutUint32(buf, uint32(n))
	buf[4] = byte(word)
	if n > copied {
		parts = append([][]byte{buf}, parts...)
		for _, p := range parts {
			if _, err := w.Write(p); err != nil {
				return err
			}
		}
		return nil
	}
	for _, p := range parts {
		buf = append(buf, p...)
	}
	_, err := w.Write(buf)
	return err
}

// eachFrame reads frames from r until it ends, and gives each to do; nil at a clean end. what they are stands in the error of
// one that can't be read. The payload is valid until do returns.
func eachFrame(r io.Reader, what string, do func(Word, []byte) error) error {
	var buf []byte
	for {
		word, payload, err := readFrame(r, buf)
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading %s: %w", what, err)
		}
		buf = payload
		if err := do(word, payload); err != nil {
			return err
		}
	}
}

// readFrame reads one frame into buf, growing it when needed, and gives the payload, which stands in the returned
// buffer until the next call.
func readFrame(r io.Reader, buf []byte) (Word, []byte, error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, buf, err
	}
	n, word := int(binary.LittleEndian.Uint32(head[:])), Word(head[4])
	if max := word.limit(); max == 0 || n > max {
		return 0, buf, &abri.Error{Code: abri.CodeInvalid, What: fmt.Sprintf("a frame says word %d with %d bytes: not of this language", word, n)}
	}
	if cap(buf) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	_, err := io.ReadFull(r, buf)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return word, buf, err
}
