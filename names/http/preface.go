package http

import (
	"bytes"

	"abri.example/abri/names/stream"
	"golang.org/x/net/http2/hpack"
)

// preface is what a client of HTTP/2 sends first (RFC 9113, section 3.4).
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// The frames that are looked into, their flags, and their header (RFC 9113, sections 4.1, 6.2 and 6.10).
const (
	frameHeader     = 9
	frameHeaders    = 1
	framePush       = 5
	frameContinued  = 9
	flagEndHeaders  = 0x4
	flagPadded      = 0x8
	flagPriority    = 0x20
	maxFrame        = 16 << 10
	maxFieldSection = 16 << 10
)

// ReadPreface reads the start of HTTP/2 without encryption as far as the first request, and gives its authority, which
// is empty where it has none. Later requests are compressed against the earlier ones and are not read.
func ReadPreface(b []byte) (authority []byte, s stream.State) {
	n := min(len(b), len(preface))
	if string(b[:n]) != preface[:n] {
		return nil, stream.None
	}
	var block []byte
	for at := len(preface); ; {
		if len(b) < at+frameHeader {
			return nil, stream.More
		}
		size := int(b[at])<<16 | int(b[at+1])<<8 | int(b[at+2])
		kind, flags := b[at+3], b[at+4]
		if size > maxFrame || kind == framePush {
			return nil, stream.None
		}
		at += frameHeader
		if len(b) < at+size {
			return nil, stream.More
		}
		part := b[at : at+size]
		at += size
		if kind == frameHeaders {
			if part = unpad(part, flags); part == nil {
				return nil, stream.None
			}
		} else if kind != frameContinued || block == nil {
			continue
		}
		block = append(block, part...)
		if flags&flagEndHeaders != 0 {
			return authorityOf(block)
		}
		if len(block) > maxFieldSection {
			return nil, stream.None
		}
	}
}

// unpad takes padding and priority off a HEADERS frame; nil where they lie.
func unpad(b []byte, flags byte) []byte {
	if flags&flagPadded != 0 {
		if len(b) < 1 || len(b)-1 < int(b[0]) {
			return nil
		}
		b = b[1 : len(b)-int(b[0])]
	}
	if flags&flagPriority != 0 {
		if len(b) < 5 {
			return nil
		}
		b = b[5:]
	}
	return bytes.Clone(b)
}

// authorityOf reads a compressed field section.
func authorityOf(block []byte) (authority []byte, s stream.State) {
	d := hpack.NewDecoder(4096, func(f hpack.HeaderField) {
		if f.Name == ":authority" || f.Name == "host" && authority == nil {
			authority = []byte(f.Value)
		}
	})
	d.SetMaxStringLength(maxFieldSection)
	if _, err := d.Write(block); err != nil || d.Close() != nil {
		return authority, stream.None
	}
	return authority, stream.Whole
}
