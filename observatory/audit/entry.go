// Package audit is the log of what people did: entries of which each holds the hash of the one before, so that none can
// be changed, left out or put between without every later hash being another.
//
// Who holds the database and rewrites all of it from one entry on makes another chain that holds. So note the last
// number and hash now and then where he cannot reach it, and give both to Verify.
//
// Its borders: no database and no clock. The entries are the ledger's, which writes each in the transaction of the act.
package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
	"time"
	"unicode/utf8"

	"abri.example/abri"
)

// Entry is one thing that somebody did, or tried. Number begins at 1 and has no gaps. Who is a person's name with what
// tells him apart; From is where the request came from ("console", an address); On is what it was done to.
type Entry struct {
	Number uint64
	At     time.Time
	Who    string
	From   string
	Act    Act
	On     string
	Result Result
	Before [sha256.Size]byte // the hash of the entry before; zero for the first
	Hash   [sha256.Size]byte
}

// Act is what was done.
type Act string

// Result is what became of it.
type Result string

// The results.
const (
	Done    Result = "done"
	Refused Result = "refused"
)

// Begin is what the first entry's hash is made over, so that chains of other programs and forms are others.
const Begin = "abri audit 1"

// MaxText is the most bytes of one text of an entry; what is longer is cut.
const MaxText = 300

// Sealed gives the entry as it follows another (nil: it is the first): with its number, its time as it is kept, and both
// hashes. Texts are cut to MaxText, and made one line of UTF-8.
func (e Entry) Sealed(before *Entry) Entry {
	e.Number, e.Before = 1, [sha256.Size]byte{}
	if before != nil {
		e.Number, e.Before = before.Number+1, before.Hash
	}
	e.At = time.Unix(0, e.At.UnixNano()).UTC()
	e.Who, e.From, e.On = line(e.Who), line(e.From), line(e.On)
	e.Hash = e.sum()
	return e
}

// sum is the hash over all of the entry: each part with its length before it, so that no two entries are spelt alike.
func (e Entry) sum() (out [sha256.Size]byte) {
	h := sha256.New()
	put(h, []byte(Begin))
	put(h, e.Before[:])
	put(h, binary.BigEndian.AppendUint64(nil, e.Number))
	put(h, binary.BigEndian.AppendUint64(nil, uint64(e.At.UnixNano())))
	for _, s := range []string{e.Who, e.From, string(e.Act), e.On, string(e.Result)} {
		put(h, []byte(s))
	}
	copy(out[:], h.Sum(nil))
	return out
}

func put(h hash.Hash, part []byte) {
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
	h.Write(part)
}

func line(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if len(s) <= MaxText {
		return s
	}
	n := MaxText
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// Head is the number and hash of an entry: what a person notes elsewhere.
type Head struct {
	Number uint64
	Hash   [sha256.Size]byte
}

// String is "NUMBER:HASH", the hash in hexadecimal.
func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Number, hex.EncodeToString(h.Hash[:])) }

// ParseHead reads what String gave.
func ParseHead(s string) (h Head, err error) {
	number, sum, _ := strings.Cut(s, ":")
	b, err := hex.DecodeString(sum)
	if _, scan := fmt.Sscanf(number, "%d", &h.Number); scan != nil || err != nil || len(b) != len(h.Hash) || fmt.Sprint(h.Number) != number {
		return Head{}, &abri.Error{Code: abri.CodeInvalid, Place: s, What: "not the head of an audit log", Remedy: "NUMBER:HASH, as `abri-observatory audit verify` prints it"}
	}
	copy(h.Hash[:], b)
	return h, nil
}
