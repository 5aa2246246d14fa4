package detect

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"abri.example/abri/capture"
	"abri.example/abri/packet"
)

// sharedFolder is where the real captures are, or "" where they are absent.
func sharedFolder() string {
	folder := os.Getenv("ABRI_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(folder, "captures")); err != nil {
		return ""
	}
	return folder
}

// framed is one packet of a capture in memory.
type framed struct {
	at    time.Time
	link  packet.Link
	bytes []byte
}

// framesOf reads a capture.
func framesOf(name string) ([]framed, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := capture.Open(f, name)
	if err != nil {
		return nil, err
	}
	var all []framed
	for p := (capture.Packet{}); r.Next(&p) == nil; {
		all = append(all, framed{p.Time, p.Link, slices.Clone(p.Data)})
	}
	return all, nil
}
