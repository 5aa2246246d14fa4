package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// got is what a test remembers of a packet.
type got struct {
	Time   string
	Link   packet.Link
	Data   string
	Length int
}

// readAll reads b to its end and gives the packets and the error that is not io.EOF.
func readAll(b []byte) (all []got, err error) {
	r, err := Open(bytes.NewReader(b), "a.pcap")
	if err != nil {
		return nil, err
	}
	for {
		var p Packet
		if err := r.Next(&p); err == io.EOF {
			return all, nil
		} else if err != nil {
			return all, err
		}
		all = append(all, got{p.Time.Format(time.RFC3339Nano), p.Link, string(p.Data), p.Length})
	}
}

// bytesOf puts numbers (in the given order) and strings one behind the other.
func bytesOf(order binary.AppendByteOrder, parts ...any) []byte {
	var b []byte
	for _, part := range parts {
		switch v := part.(type) {
		case uint8:
			b = append(b, v)
		case uint16:
			b = order.AppendUint16(b, v)
		case uint32:
			b = order.AppendUint32(b, v)
		case uint64:
			b = order.AppendUint64(b, v)
		case string:
			b = append(b, v...)
		case []byte:
			b = append(b, v...)
		default:
			panic(fmt.Sprintf("bytesOf a %T", part))
		}
	}
	return b
}

var orders = map[string]binary.AppendByteOrder{"little endian": binary.LittleEndian, "big endian": binary.BigEndian}

// classic is a pcap file of two packets, the second cut by the snap length.
func classic(order binary.AppendByteOrder, magic, link uint32) []byte {
	return bytesOf(order, magic, uint16(2), uint16(4), uint32(0), uint32(0), uint32(65535), link,
		uint32(1_700_000_000), uint32(123_456), uint32(3), uint32(3), "abc",
		uint32(1_700_000_001), uint32(7), uint32(2), uint32(1500), "de")
}

func TestPcap(t *testing.T) {
	for name, order := range orders {
		for _, c := range []struct {
			magic  uint32
			first  string
			second string
		}{
			{0xa1b2c3d4, "2023-11-14T22:13:20.123456Z", "2023-11-14T22:13:21.000007Z"},
			{0xa1b23c4d, "2023-11-14T22:13:20.000123456Z", "2023-11-14T22:13:21.000000007Z"},
		} {
			all, err := readAll(classic(order, c.magic, 1))
			want := []got{{c.first, packet.Ethernet, "abc", 3}, {c.second, packet.Ethernet, "de", 1500}}
			if err != nil || fmt.Sprint(all) != fmt.Sprint(want) {
				t.Errorf("%s %x: got %v, %v, want %v", name, c.magic, all, err, want)
			}
		}
	}
}

func TestWireLengthOfLessThanIsHeld(t *testing.T) {
	file := bytesOf(binary.LittleEndian, classic(binary.LittleEndian, 0xa1b2c3d4, 1)[:24], uint64(0), uint32(3), uint32(1), "abc")
	all, err := readAll(file)
	if err != nil || len(all) != 1 || all[0].Data != "abc" || all[0].Length != 3 {
		t.Errorf("got %v, %v, want the three bytes that are there", all, err)
	}
}

func TestLinkTypeAboveItsUpperBits(t *testing.T) {
	all, err := readAll(classic(binary.LittleEndian, 0xa1b2c3d4, 0x3000_0000|228))
	if err != nil || len(all) != 2 || all[0].Link != packet.RawIP {
		t.Errorf("got %v, %v, want two raw packets: the upper bits tell of check sequences", all, err)
	}
}

func TestGzip(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(classic(binary.LittleEndian, 0xa1b2c3d4, 1))
	w.Close()
	if all, err := readAll(packed.Bytes()); err != nil || len(all) != 2 {
		t.Errorf("got %v, %v, want two packets", all, err)
	}
	all, err := readAll(packed.Bytes()[:packed.Len()-4])
	if len(all) != 2 || abri.CodeOf(err) != abri.CodeDamaged {
		t.Errorf("cut: got %v, %v, want two packets and then a damaged file", all, err)
	}
}

func TestRefusals(t *testing.T) {
	le := binary.LittleEndian
	head := func(major uint16, link uint32) []byte {
		return bytesOf(le, uint32(0xa1b2c3d4), major, uint16(4), uint64(0), uint32(65535), link)
	}
	for _, c := range []struct {
		name  string
		file  []byte
		code  abri.Code
		place string
		what  string
	}{
		{"empty", nil, abri.CodeDamaged, "a.pcap:0", "no capture file"},
		{"text", []byte("[]\n{}"), abri.CodeDamaged, "a.pcap:0", "no capture file"},
		{"cut head", head(2, 1)[:20], abri.CodeDamaged, "a.pcap:0", "ends inside"},
		{"version", head(3, 1), abri.CodeUnsupported, "a.pcap:0", "version 3"},
		{"link", head(2, 147), abri.CodeUnsupported, "a.pcap:0", "link type 147"},
		{"no gzip", []byte("\x1f\x8bxxxxxxxxxxxx"), abri.CodeDamaged, "a.pcap:0", "gzip"},
		{"long packet", bytesOf(le, head(2, 1), uint64(0), uint32(0xffff_fff0), uint32(60)), abri.CodeDamaged, "a.pcap:24", "4294967280"},
		{"pcapng version", section(le, 2), abri.CodeUnsupported, "a.pcap:0", "version 2"},
		{"pcapng order", []byte("\x0a\x0d\x0d\x0a\x1c\x00\x00\x00zzzz\x01\x00\x00\x00"), abri.CodeDamaged, "a.pcap:0", "byte order"},
	} {
		_, err := readAll(c.file)
		var e *abri.Error
		if !errors.As(err, &e) || e.Code != c.code || e.Place != c.place || !strings.Contains(e.Error(), c.what) {
			t.Errorf("%s: got %v, want %s at %s saying %q", c.name, err, c.code, c.place, c.what)
		}
	}
}

// TestCut cuts a file at every byte: what is whole before the cut is given, then the place of what is not.
func TestCut(t *testing.T) {
	for name, f := range map[string]struct {
		whole  []byte
		starts []int // where the head and the packets' records begin and end
	}{
		"pcap":   {classic(binary.LittleEndian, 0xa1b2c3d4, 1), []int{24, 43, 61}},
		"pcapng": {modern(binary.BigEndian), []int{28 + 20, 28 + 20 + 40, 28 + 20 + 40 + 20}},
	} {
		if len(f.whole) != f.starts[len(f.starts)-1] {
			t.Fatalf("%s: a file of %d bytes", name, len(f.whole))
		}
		for cut := f.starts[0]; cut <= len(f.whole); cut++ {
			whole, at := 0, f.starts[0]
			for i, s := range f.starts {
				if s <= cut {
					whole, at = i, s
				}
			}
			all, err := readAll(f.whole[:cut])
			if cut == at {
				if err != nil || len(all) != whole {
					t.Errorf("%s cut at %d: got %d packets, %v, want %d and no error", name, cut, len(all), err, whole)
				}
				continue
			}
			// A block whose data are whole is given before its cut tail is met.
			var e *abri.Error
			if !errors.As(err, &e) || e.Code != abri.CodeDamaged || e.Place != fmt.Sprintf("a.pcap:%d", at) || len(all) < whole || len(all) > whole+1 {
				t.Errorf("%s cut at %d: got %d packets, %v, want %d and the place %d", name, cut, len(all), err, whole, at)
			}
		}
	}
}

func TestErrorStays(t *testing.T) {
	r, err := Open(bytes.NewReader(classic(binary.LittleEndian, 0xa1b2c3d4, 1)[:30]), "a.pcap")
	if err != nil {
		t.Fatal(err)
	}
	var p Packet
	first, second := r.Next(&p), r.Next(&p)
	if abri.CodeOf(first) != abri.CodeDamaged || first != second {
		t.Errorf("got %v and then %v, want the same damage twice", first, second)
	}
}
