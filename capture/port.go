package capture

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// port is an interface that a pcapng section describes.
type port struct {
	link    packet.Link
	refusal error  // why its packets cannot be read; an interface without packets does no harm
	snap    uint32 // bytes kept of a packet; 0 is all
	clock   resolution
}

// The options of an interface description that matter here.
const (
	optionEnd        = 0
	optionResolution = 9
	optionOffset     = 14
)

// describe reads an interface description block: link, reserved, snap length, options.
func (f *pcapng) describe(in *stream) error {
	if len(f.interfaces) >= maxInterfaces {
		return damaged("more than %d interfaces", maxInterfaces)
	}
	body, err := f.body(in, min(max(f.pending, 8), MaxPacket))
	if err != nil {
		return err
	}
	p := port{snap: f.order.Uint32(body[4:]), clock: resolution{units: 1e6}}
	p.link, p.refusal = linkOf(uint32(f.order.Uint16(body)))
	for options := body[8:]; len(options) >= 4; {
		code, length := f.order.Uint16(options), int(f.order.Uint16(options[2:]))
		if code == optionEnd || length > len(options)-4 {
			break
		}
		p.set(code, options[4:4+length], f.order)
		options = options[min(4+(length+3)&^3, len(options)):]
	}
	f.interfaces = append(f.interfaces, p)
	return nil
}

// set takes one option. One that is too short for what it says is as if it were not there.
func (p *port) set(code uint16, value []byte, order binary.ByteOrder) {
	switch {
	case code == optionResolution && len(value) >= 1:
		units, err := unitsOf(value[0])
		if err != nil {
			p.refusal = err
			return
		}
		p.clock.units = units
	case code == optionOffset && len(value) >= 8:
		p.clock.offset = int64(order.Uint64(value))
	}
}

// resolution is how an interface tells time: in units of a second since 1970, moved by offset seconds.
type resolution struct {
	units  uint64
	offset int64
}

// unitsOf reads if_tsresol: a power of ten, or of two with the highest bit set.
func unitsOf(b byte) (uint64, error) {
	power, base, most := b&0x7f, uint64(10), byte(19)
	if b&0x80 != 0 {
		base, most = 2, 63
	}
	if power > most {
		return 0, &abri.Error{
			Code: abri.CodeUnsupported, What: fmt.Sprintf("a clock of %d^-%d seconds", base, power),
			Remedy: "10^-19 and 2^-63 are the finest that are read",
		}
	}
	units := uint64(1)
	for range power {
		units *= base
	}
	return units, nil
}

// latest is the last second of the year 9999, the last that RFC 3339 can write.
const latest = 253_402_300_799

// time is exact to the nanosecond, rounded down, and held between 1970 and 9999.
func (r resolution) time(at uint64) time.Time {
	seconds := min(at/r.units, latest)
	high, low := bits.Mul64(at%r.units, 1e9)
	nanoseconds, _ := bits.Div64(high, low, r.units)
	moved := int64(seconds) + min(max(r.offset, -latest), latest)
	return time.Unix(min(max(moved, 0), latest), int64(nanoseconds)).UTC()
}
