package fetch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"abri.example/abri"
)

// The first bytes of the packings (RFC 1952 §2.3.1, RFC 8878 §3.1.1): some publishers serve packed files as they are.
var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// zstdWindow bounds the memory that a zstd frame may ask for.
const zstdWindow = 8 << 20

// unpack copies a body to out, unpacked once by its encoding or its first bytes, within the limits.
func (c *Client) unpack(body io.Reader, encoding string, out io.Writer) error {
	packed := &counter{from: body}
	in := bufio.NewReaderSize(packed, 64<<10)
	first, err := in.Peek(len(zstdMagic))
	if err != nil && err != io.EOF {
		return err
	}
	var plain io.Reader = in
	switch {
	case encoding == "gzip" || encoding == "x-gzip" || encoding == "" && bytes.HasPrefix(first, gzipMagic):
		if plain, err = gzip.NewReader(in); err != nil {
			return fmt.Errorf("not gzip: %w", err)
		}
	case encoding == "zstd" || encoding == "" && bytes.Equal(first, zstdMagic):
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow), zstd.WithDecoderMaxMemory(uint64(c.limits.Size)))
		if err != nil {
			return fmt.Errorf("not zstd: %w", err)
		}
		defer z.Close()
		plain = z
	case encoding != "" && encoding != "identity":
		return fmt.Errorf("the answer is packed as %q, which was not asked for", encoding)
	}
	return c.copy(out, plain, packed)
}

// free is what any answer may unpack to before the ratio counts.
const free = 1 << 20

// copy copies within the limits of size and ratio.
func (c *Client) copy(out io.Writer, in io.Reader, packed *counter) error {
	buf := make([]byte, 64<<10)
	for total := int64(0); ; {
		n, err := in.Read(buf)
		total += int64(n)
		switch {
		case total > c.limits.Size:
			return &abri.Error{Code: abri.CodeRefused, What: fmt.Sprintf("the list is longer than %d MB", c.limits.Size>>20)}
		case total > free && total > c.limits.Ratio*packed.n:
			return &abri.Error{Code: abri.CodeRefused, What: fmt.Sprintf("the list unpacks to more than %d times its size", c.limits.Ratio)}
		}
		if _, err := out.Write(buf[:n]); err != nil {
			return err
		}
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded):
			return &abri.Error{Code: abri.CodeRefused, What: "the list asks for more memory to unpack than it may have", Err: err}
		case err != nil:
			return err
		}
	}
}

// counter counts what is read through it.
type counter struct {
	from io.Reader
	n    int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	return n, err
}
