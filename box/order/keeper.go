package order

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	abri "abri.example/abri"
)

// Tally is a number of packets and of bytes.
type Tally struct {
	Packets uint64 `json:"packets"`
	Bytes   uint64 `json:"bytes"`
}

// PortFault is what ails a port, empty when nothing does.
type PortFault string

// A port that is Gone was pulled out; one that is Out was taken out of the bridge; from a Bare one somebody took the
// gate's program, and it could not be put back yet.
const (
	PortGone PortFault = "gone"
	PortOut  PortFault = "not-in-bridge"
	PortBare PortFault = "not-attached"
)

// Port is one port of the box as the keeper finds it in the kernel at each question.
type Port struct {
	Name    string `json:"name"`
	Side    string `json:"side"`
	Path    string `json:"path"`    // "native" or "generic": where XDP runs
	Program uint32 `json:"program"` // id of the program in the kernel; 0 when it is not there
	Up      bool   `json:"up"`      // carrier

	Fault  PortFault `json:"fault,omitempty"`
	Bonded bool      `json:"bonded,omitempty"` // a device behind it tries to bond its links (LACP), which can't pass
}

// Counters is what the kernel says of itself: the proof that the filter works. Reasons is by side and reason, as
// "outside/drop-list-src". MapBytes is the memory of the kernel's maps.
type Counters struct {
	Mode      abri.Mode        `json:"mode"`
	Ports     []Port           `json:"ports"`
	Entries4  int              `json:"entries4"`
	Entries6  int              `json:"entries6"`
	Names     int              `json:"names"`
	NameRules int              `json:"name_rules"`
	Reasons   map[string]Tally `json:"reasons"`
	Copies    uint64           `json:"copies"`
	Lost      uint64           `json:"lost"`
	Held      uint64           `json:"held"`   // packets that waited until a name was read
	Late      uint64           `json:"late"`   // packets that crossed unread because nobody had ruled in time, or too much waited
	Uncut     uint64           `json:"uncut"`  // urgent orders that were refused
	Untold    uint64           `json:"untold"` // packets stopped that stand in no attack: the table of attempts overflowed
	Flows     int              `json:"flows"`
	Begun     uint64           `json:"begun"` // conversations that began since the keeper's start, as its sweeps met them
	Bans      int              `json:"bans"`
	MapBytes  uint64           `json:"map_bytes"`
	StartedAt int64            `json:"started_at"` // CLOCK_MONOTONIC ns of the keeper's start
	Deaths    int              `json:"deaths"`     // how many readers died since
	Restored  int              `json:"restored"`   // how often the program was put back on a port since
	Fastpath  bool             `json:"fastpath"`   // known conversations are redirected past the bridge
	Wired     uint64           `json:"wired"`      // frames that were, since the keeper's start
}

// Loaded answers a Load: what now stands in the kernel.
type Loaded struct {
	Entries4 int           `json:"entries4"`
	Entries6 int           `json:"entries6"`
	Took     time.Duration `json:"took"`
}

// Keeper is what obeys: the gate, behind the checks of this package. Its methods are called one at a time.
type Keeper interface {
	Load(Prefixes) (Loaded, error)
	Mode(abri.Mode) error
	Decide(Decision) error
	Withdraw(Decision) error
	Standing() ([]Decision, error)
	Isolate(Isolation) error
	Prove() (Proof, error)
	Names(Names) (NamesLoaded, error)
	Resolving(Resolving) error
	Flood(Flood) error
	Line(Line) error
	Counters() (Counters, error)
	Beat() error
}

// Serve reads orders from rw and has k obey them until rw ends; it returns nil at a clean end. What is refused is
// answered, not fatal; what is not of the language ends the conversation.
func Serve(rw io.ReadWriter, k Keeper) error {
	var buf []byte
	for {
		word, payload, err := readFrame(rw, buf)
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading an order: %w", err)
		}
		answer, err := obey(k, word, payload)
		if len(payload) <= MaxFrame {
			buf = payload[:0]
		}
		if err != nil {
			refusal, _ := json.Marshal(refusal{abri.CodeOf(err), err.Error()})
			err = writeFrame(rw, WordRefusal, refusal)
		} else {
			err = writeFrame(rw, WordAnswer, answer)
		}
		if err != nil {
			return fmt.Errorf("answering: %w", err)
		}
	}
}

type refusal struct {
	Code abri.Code `json:"code"`
	What string    `json:"what"`
}

func obey(k Keeper, word Word, payload []byte) ([]byte, error) {
	switch word {
	case WordBeat:
		return nil, k.Beat()
	case WordLoad:
		p, err := decodePrefixes(payload)
		if err != nil {
			return nil, err
		}
		return answer(k.Load(p))
	case WordMode:
		var m abri.Mode
		if err := strict(payload, &m); err != nil {
			return nil, err
		}
		if !m.Valid() {
			return nil, &abri.Error{Code: abri.CodeInvalid, What: fmt.Sprintf("mode %q", m), Remedy: "observe or protect"}
		}
		return nil, k.Mode(m)
	case WordDecide, WordWithdraw:
		var d Decision
		if err := strict(payload, &d); err != nil {
			return nil, err
		}
		if word == WordWithdraw {
			if err := d.form(); err != nil {
				return nil, err
			}
			return nil, k.Withdraw(d)
		}
		if err := d.Check(); err != nil {
			return nil, err
		}
		return nil, k.Decide(d)
	case WordIsolate:
		var i Isolation
		if err := strict(payload, &i); err != nil {
			return nil, err
		}
		if err := i.Check(); err != nil {
			return nil, err
		}
		return nil, k.Isolate(i)
	case WordProve:
		return answer(k.Prove())
	case WordNames:
		n, err := decodeNames(payload)
		if err != nil {
			return nil, err
		}
		return answer(k.Names(n))
	case WordResolving:
		var r Resolving
		if err := strict(payload, &r); err != nil {
			return nil, err
		}
		if err := r.Check(); err != nil {
			return nil, err
		}
		return nil, k.Resolving(r)
	case WordFlood:
		var f Flood
		if err := strict(payload, &f); err != nil {
			return nil, err
		}
		if err := f.Check(); err != nil {
			return nil, err
		}
		return nil, k.Flood(f)
	case WordLine:
		var l Line
		if err := strict(payload, &l); err != nil {
			return nil, err
		}
		if err := l.Check(); err != nil {
			return nil, err
		}
		return nil, k.Line(l)
	case WordStanding:
		return answer(k.Standing())
	case WordCounters:
		return answer(k.Counters())
	}
	return nil, &abri.Error{Code: abri.CodeInvalid, What: fmt.Sprintf("word %d is not an order", word)}
}

func answer[T any](v T, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// strict decodes one JSON value with no unknown fields and nothing after it.
func strict(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return &abri.Error{Code: abri.CodeInvalid, What: "an order that does not decode", Err: err}
	}
	if _, err := d.Token(); err != io.EOF {
		return &abri.Error{Code: abri.CodeInvalid, What: "an order with something after it"}
	}
	return nil
}

// Host is the prefix that holds one address.
func Host(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }
