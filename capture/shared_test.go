package capture

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/pcapgo"
)

// TestSharedCaptures reads every capture beside the repository, whole ones and broken ones: each gives packets and its
// end, or a refusal with a code. Where pcapgo reads a file to its end, both must have seen the same.
func TestSharedCaptures(t *testing.T) {
	shared := os.Getenv("ABRI_SHARED")
	if shared == "" {
		shared = "../../shared"
	}
	files, compared, codes := 0, 0, map[abri.Code]int{}
	for _, folder := range []string{"captures", "peers"} {
		root := filepath.Join(shared, folder)
		if _, err := os.Stat(root); err != nil {
			t.Skipf("there are no captures in %s (set ABRI_SHARED to their folder)", shared)
		}
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			switch filepath.Ext(path) {
			case ".pcap", ".pcapng", ".cap":
			default:
				return nil
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			all, err := readAll(b)
			var e *abri.Error
			if err != nil && (!errors.As(err, &e) || e.Code == abri.CodeInternal || e.Place == "") {
				t.Errorf("%s: got %v, want an error with code and place", path, err)
			}
			if folder == "captures" && err != nil {
				t.Errorf("%s: %v", path, err)
			}
			codes[abri.CodeOf(err)]++
			if other, ok := otherOpinion(b); ok && err == nil {
				compared++
				compare(t, path, all, other)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d files, %d compared with pcapgo, by code %v", files, compared, codes)
	if compared == 0 {
		t.Error("no file was compared")
	}
}

// otherOpinion reads a file by pcapgo, and reports whether that came to its end.
func otherOpinion(b []byte) ([]got, bool) {
	var r interface {
		ReadPacketData() ([]byte, gopacket.CaptureInfo, error)
	}
	r, err := pcapgo.NewReader(bytes.NewReader(b))
	if err != nil {
		r, err = pcapgo.NewNgReader(bytes.NewReader(b), pcapgo.NgReaderOptions{WantMixedLinkType: true})
	}
	if err != nil {
		return nil, false
	}
	var all []got
	for {
		data, info, err := r.ReadPacketData()
		if err != nil {
			return all, err == io.EOF
		}
		all = append(all, got{info.Timestamp.Format(time.RFC3339Nano), 0, string(data), info.Length})
	}
}

func compare(t *testing.T, path string, mine, other []got) {
	t.Helper()
	if len(mine) != len(other) {
		t.Errorf("%s: %d packets, pcapgo has %d", path, len(mine), len(other))
		return
	}
	for i := range mine {
		other[i].Link = mine[i].Link
		if strings.Contains(path, "malformed") { // fractions of 1,000 seconds, which pcapgo multiplies in 32 bits
			other[i].Time = mine[i].Time
		}
		if mine[i] != other[i] {
			t.Errorf("%s: packet %d: got %s, %d of %d bytes, pcapgo has %s, %d of %d", path, i,
				mine[i].Time, len(mine[i].Data), mine[i].Length, other[i].Time, len(other[i].Data), other[i].Length)
			return
		}
	}
}
