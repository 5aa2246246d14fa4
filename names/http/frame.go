package http

import "abri.example/abri/names/stream"

// Preface is what a client of HTTP/2 sends first (RFC 9113, section 3.4).
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// The frames that are looked into, and their flags (RFC 9113, sections 4.1, 6.1, 6.2 and 6.10).
const (
	FrameData      = 0
	FrameHeaders   = 1
	FramePush      = 5
	FrameContinued = 9

	FlagEndStream  = 0x1
	FlagEndHeaders = 0x4
	flagPadded     = 0x8
	flagPriority   = 0x20

	frameHeader = 9
	maxFrame    = 16 << 10
)

// Frame is one frame of HTTP/2. Its Data aliases the bytes that were read.
type Frame struct {
	Kind, Flags byte
	Stream      uint32
	Data        []byte
}

// Read reads the frame at the start of b, and says how many bytes it took. While it is not whole, Data is what came of it.
func (f *Frame) Read(b []byte) (used int, s stream.State) {
	if len(b) < frameHeader {
		return 0, stream.More
	}
	size := int(b[0])<<16 | int(b[1])<<8 | int(b[2])
	if size > maxFrame {
		return 0, stream.None
	}
	*f = Frame{Kind: b[3], Flags: b[4], Stream: uint32(b[5]&0x7f)<<24 | uint32(b[6])<<16 | uint32(b[7])<<8 | uint32(b[8])}
	b = b[frameHeader:]
	f.Data = b[:min(len(b), size)]
	if len(b) < size {
		return 0, stream.More
	}
	return frameHeader + size, stream.Whole
}

// Content is the Data of a DATA or HEADERS frame without padding and priority; nil where they lie.
func (f *Frame) Content() []byte {
	b := f.Data
	if f.Flags&flagPadded != 0 {
		if len(b) < 1 || len(b)-1 < int(b[0]) {
			return nil
		}
		b = b[1 : len(b)-int(b[0])]
	}
	if f.Kind == FrameHeaders && f.Flags&flagPriority != 0 {
		if len(b) < 5 {
			return nil
		}
		b = b[5:]
	}
	return b
}
