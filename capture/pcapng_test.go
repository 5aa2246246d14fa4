package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"testing"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// block is a pcapng block, its body filled up to a multiple of four bytes.
func block(order binary.AppendByteOrder, kind uint32, parts ...any) []byte {
	body := bytesOf(order, parts...)
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	length := uint32(12 + len(body))
	return bytesOf(order, kind, length, body, length)
}

func section(order binary.AppendByteOrder, major uint16) []byte {
	return block(order, blockSection, uint32(0x1a2b3c4d), major, uint16(0), ^uint64(0))
}

func enhanced(order binary.AppendByteOrder, number uint32, at uint64, data string) []byte {
	return block(order, blockEnhanced, number, uint32(at>>32), uint32(at), uint32(len(data)), uint32(len(data)), data)
}

// modern is a pcapng file of an enhanced and a simple packet.
func modern(order binary.AppendByteOrder) []byte {
	return bytesOf(order,
		section(order, 1),
		block(order, blockInterface, uint16(1), uint16(0), uint32(0)),
		enhanced(order, 0, 1_700_000_000_123_456, "abcdefg"),
		block(order, blockSimple, uint32(3), "xyz"))
}

func TestPcapng(t *testing.T) {
	for name, order := range orders {
		all, err := readAll(modern(order))
		want := []got{
			{"2023-11-14T22:13:20.123456Z", packet.Ethernet, "abcdefg", 7},
			{"2023-11-14T22:13:20.123456Z", packet.Ethernet, "xyz", 3},
		}
		if err != nil || fmt.Sprint(all) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, %v, want %v", name, all, err, want)
		}
	}
}

// TestUntimed: a simple packet that comes first has the time that no clock gives, and says so.
func TestUntimed(t *testing.T) {
	le := binary.LittleEndian
	r, err := Open(bytes.NewReader(bytesOf(le, section(le, 1), block(le, blockInterface, uint16(1), uint16(0), uint32(0)),
		block(le, blockSimple, uint32(3), "xyz"), enhanced(le, 0, 1_700_000_000_123_456, "abc"))), "a.pcapng")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		year  int
		timed bool
	}{{1970, false}, {2023, true}} {
		var p Packet
		if err := r.Next(&p); err != nil || p.Time.Year() != want.year || p.Timed != want.timed {
			t.Errorf("got %v, timed %v, %v, want %+v", p.Time, p.Timed, err, want)
		}
	}
}

// TestInterfaces reads one file with two sections of both byte orders, whose interfaces differ in everything.
func TestInterfaces(t *testing.T) {
	le, be := binary.LittleEndian, binary.BigEndian
	option := func(code uint16, value string) []byte {
		return bytesOf(le, code, uint16(len(value)), value, make([]byte, -len(value)&3))
	}
	file := bytesOf(le,
		section(le, 1),
		block(le, blockInterface, uint16(1), uint16(0), uint32(0), option(2, "wan-0"), option(optionResolution, "\x09"), option(0, "")),
		block(le, blockInterface, uint16(276), uint16(0), uint32(0), option(optionResolution, "\x94")), // 2^-20 s
		block(le, blockInterface, uint16(101), uint16(0), uint32(0), option(optionOffset, "\x10\x0e\x00\x00\x00\x00\x00\x00")),
		block(le, 0x0bad, "a block nobody knows"),
		enhanced(le, 0, 1_700_000_000_000_000_001, "a"),
		enhanced(le, 1, 1_700_000_000<<20|1<<19, "b"),
		enhanced(le, 2, 1_700_000_000_000_001, "c"),
		section(be, 1),
		block(be, blockInterface, uint16(0), uint16(0), uint32(2)),
		block(be, blockOldPacket, uint16(0), uint16(9), uint32(0), uint32(5), uint32(1), uint32(60), "d"),
		block(be, blockSimple, uint32(60), "ef"),
	)
	want := []got{
		{"2023-11-14T22:13:20.000000001Z", packet.Ethernet, "a", 1},
		{"2023-11-14T22:13:20.5Z", packet.LinuxSLL2, "b", 1},
		{"2023-11-14T23:13:20.000001Z", packet.RawIP, "c", 1},
		{"1970-01-01T00:00:00.000005Z", packet.Null, "d", 60},
		{"1970-01-01T00:00:00.000005Z", packet.Null, "ef", 60},
	}
	if all, err := readAll(file); err != nil || fmt.Sprint(all) != fmt.Sprint(want) {
		t.Errorf("got %v, %v\nwant %v", all, err, want)
	}
}

func TestBrokenBlocks(t *testing.T) {
	le := binary.LittleEndian
	start := bytesOf(le, section(le, 1),
		block(le, blockInterface, uint16(1), uint16(0), uint32(0)),
		block(le, blockInterface, uint16(220), uint16(0), uint32(0)),
		block(le, blockInterface, uint16(1), uint16(0), uint32(0), uint16(9), uint16(1), "\x20\x00\x00\x00"),
		enhanced(le, 0, 1, "good"))
	place := fmt.Sprintf("a.pcap:%d", len(start))
	wrongTail := enhanced(le, 0, 1, "bad!")
	wrongTail[len(wrongTail)-4]++
	for _, c := range []struct {
		name  string
		block []byte
		code  abri.Code
		good  int
	}{
		{"unknown interface", enhanced(le, 9, 1, "bad"), abri.CodeDamaged, 1},
		{"unknown link", enhanced(le, 1, 1, "usb"), abri.CodeUnsupported, 1},
		{"clock too fine", enhanced(le, 2, 1, "bad"), abri.CodeUnsupported, 1},
		{"data longer than the block", block(le, blockEnhanced, uint32(0), uint64(0), uint32(500), uint32(500), "bad"), abri.CodeDamaged, 1},
		{"block too short", block(le, blockEnhanced, uint32(0)), abri.CodeDamaged, 1},
		{"description too short", block(le, blockInterface, uint32(0)), abri.CodeDamaged, 1},
		{"length of no block", bytesOf(le, uint32(7), uint32(8), uint32(8)), abri.CodeDamaged, 1},
		{"odd length", bytesOf(le, uint32(7), uint32(13), uint32(0), uint32(0)), abri.CodeDamaged, 1},
		{"endless length", bytesOf(le, uint32(7), uint32(0xffff_fffc), uint32(0)), abri.CodeDamaged, 1},
		{"another length at the end", wrongTail, abri.CodeDamaged, 2},
	} {
		all, err := readAll(bytesOf(le, start, c.block, block(le, 7, make([]byte, 1000))))
		e, ok := err.(*abri.Error)
		if !ok || e.Code != c.code || e.Place != place || len(all) != c.good {
			t.Errorf("%s: got %d packets and %v, want %d and %s at %s", c.name, len(all), err, c.good, c.code, place)
		}
	}
}

func TestManyInterfaces(t *testing.T) {
	le := binary.LittleEndian
	one := block(le, blockInterface, uint16(1), uint16(0), uint32(0))
	file := append(section(le, 1), bytes.Repeat(one, maxInterfaces+1)...)
	if _, err := readAll(file); abri.CodeOf(err) != abri.CodeDamaged {
		t.Errorf("got %v, want a refusal of interface %d", err, maxInterfaces+1)
	}
}

// TestTimesOfLies holds every time where RFC 3339 can write it.
func TestTimesOfLies(t *testing.T) {
	for _, c := range []struct {
		r    resolution
		at   uint64
		want string
	}{
		{resolution{units: 1}, ^uint64(0), "9999-12-31T23:59:59Z"},
		{resolution{units: 1e6, offset: -1 << 63}, 5_000_000, "1970-01-01T00:00:00Z"},
		{resolution{units: 1e6, offset: 1<<63 - 1}, 5_000_000, "9999-12-31T23:59:59Z"},
		{resolution{units: 1 << 63}, ^uint64(0), "1970-01-01T00:00:01.999999999Z"},
		{resolution{units: 1e19}, 15e18, "1970-01-01T00:00:01.5Z"},
	} {
		if s := c.r.time(c.at).Format("2006-01-02T15:04:05.999999999Z07:00"); s != c.want {
			t.Errorf("%+v at %d: got %s, want %s", c.r, c.at, s, c.want)
		}
	}
}

// TestMemoryIsBounded reads a file whose one block says it holds 256 MB, and does.
func TestMemoryIsBounded(t *testing.T) {
	le := binary.LittleEndian
	const length = 256 << 20
	file := io.MultiReader(
		bytes.NewReader(section(le, 1)),
		bytes.NewReader(bytesOf(le, uint32(10), uint32(length))), // 10: decryption secrets
		io.LimitReader(zeros{}, length-12),
		bytes.NewReader(bytesOf(le, uint32(length))))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := Open(file, "big")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Next(new(Packet)); err != io.EOF {
		t.Errorf("got %v, want the end of a whole file", err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes were allocated to step over a block", used)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
