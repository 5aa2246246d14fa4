package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"abri.example/abri"
	"abri.example/abri/capture"
)

// breath is after how many packets of a file the replay tells how far it is, and looks whether it should stop.
const breath = 65_536

// file judges one file.
func (r *replay) file(ctx context.Context, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return &abri.Error{Code: abri.CodeNotFound, Place: name, What: "the capture can't be opened", Err: err}
	}
	defer f.Close()
	in, err := capture.Open(counted{f, r}, name)
	if err != nil {
		return err
	}
	var p capture.Packet
	for n := 1; ; n++ {
		if err := in.Next(&p); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		r.packet(&p)
		if n%breath == 0 {
			if r.Progress != nil {
				r.Progress(r.read, r.all)
			}
			if ctx.Err() != nil {
				return fmt.Errorf("%s: stopped after %d packets", name, n)
			}
		}
	}
}

// counted counts what is read, for the progress.
type counted struct {
	io.Reader
	r *replay
}

// Read reads and counts.
func (c counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.r.read += int64(n)
	return n, err
}
