package http

import (
	"abri.example/abri/names/stream"
	"golang.org/x/net/http2/hpack"
)

const maxFieldSection = 16 << 10

// ReadPreface reads the start of HTTP/2 without encryption as far as the first request, and gives its authority, which
// is empty where it has none. Later requests are compressed against the earlier ones and are not read.
func ReadPreface(b []byte) (authority []byte, s stream.State) {
	n := min(len(b), len(Preface))
	if string(b[:n]) != Preface[:n] {
		return nil, stream.None
	}
	var block []byte
	var f Frame
	for at := len(Preface); ; {
		if len(b) < at {
			return nil, stream.More
		}
		used, s := f.Read(b[at:])
		switch {
		case s != stream.Whole:
			return nil, s
		case f.Kind == FramePush:
			return nil, stream.None
		}
		at += used
		part := f.Data
		if f.Kind == FrameHeaders {
			if part = f.Content(); part == nil {
				return nil, stream.None
			}
		} else if f.Kind != FrameContinued || block == nil {
			continue
		}
		block = append(block, part...)
		if f.Flags&FlagEndHeaders != 0 {
			return authorityOf(block)
		}
		if len(block) > maxFieldSection {
			return nil, stream.None
		}
	}
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
