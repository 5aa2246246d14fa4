package abri_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "abri.example/abri"

// pkg is a package of the module with what it imports, tests left out.
type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
	Module     *struct{ Path string }
}

// room is the path of a package within the module; the root is ".".
func room(importPath string) string {
	if importPath == module {
		return "."
	}
	return strings.TrimPrefix(importPath, module+"/")
}

func within(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }

func listPackages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Deps,Module", "./...").Output()
	if err != nil {
		var e *exec.ExitError
		if errors.As(err, &e) {
			t.Fatalf("go list: %s", e.Stderr)
		}
		t.Fatal(err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// order is the house from the roof down: a room may import what stands below it in this list, and nothing above or
// beside it. Rooms of one line stand side by side.
var order = [][]string{
	{"cmd/abri", "cmd/abri-observatory", "observatory/reach", "testnet/demo", "testnet/bench", "testnet/denial", "testnet/conformance", "testnet/score", "testnet/week", "testnet/live/score", "stories", "faults", "race", "faults/observatory"},
	{"observatory/console"},
	{"observatory/centre"},
	{"observatory/metrics"},
	{"observatory/receive", "observatory/web", "observatory/communes", "observatory/contact"},
	{"observatory/api"},
	{"observatory/webhook", "observatory/key"},
	{"observatory/view", "observatory/signin"},
	{"observatory/authority", "observatory/invitation"},
	{"observatory/ledger"},
	{"observatory/ledger/ledgertest"},
	{"observatory/people", "observatory/audit", "observatory/pace"},
	{"box/console", "testnet/live"},
	{"box/keeper", "box/reader", "box/replay", "testnet"},
	{"box/pipeline", "box/control", "box/web"},
	{"box/library", "box/liaison"},
	{"box/order", "box/config", "box/session"},
	{"feed/shelf", "feed/guarded/gather", "device/maker/gather", "feed/reach"},
	{"feed/catalogue", "feed/fetch", "feed/guarded"},
	{"fleet/courier"},
	{"decoy", "bridge", "gate", "inject", "store", "feed", "weather", "count", "detect", "policy", "siege", "names", "fleet", "device", "letter"},
	{"hypertext"},
	{"names/dns", "names/tls", "names/quic", "names/http", "names/socks", "names/lookalike", "device/maker", "telephone", "geo", "depot", "program", "wording", "asset"},
	{"telephone/sip", "telephone/number", "names/stream", "names/key", "der", "testnet/stage", "testnet/consoletest", "testnet/browser"},
	{"flow", "capture"},
	{"packet"},
	{"."},
}

func floor(p string) int {
	return slices.IndexFunc(order, func(rooms []string) bool { return slices.Contains(rooms, p) })
}

// TestImportsRunDownOnly holds the arrows of the house.
func TestImportsRunDownOnly(t *testing.T) {
	for _, p := range listPackages(t) {
		here := room(p.ImportPath)
		if floor(here) < 0 {
			t.Errorf("%s has no place in the house: put it into order (borders_test.go) and ARCHITECTURE.md", here)
			continue
		}
		for _, i := range p.Imports {
			if within(i, module) && floor(room(i)) <= floor(here) {
				t.Errorf("%s imports %s: imports run down only, so that a reader of one room never needs the rooms above it", here, room(i))
			}
		}
	}
}

// nevers are imports that no room of a folder may have, directly or by way of another of our rooms.
var nevers = []struct {
	rooms  []string
	never  []string
	except []string
	reason string
}{
	{rooms: []string{"."}, never: []string{module}, reason: "the vocabulary stands alone, or every room leans on every other"},
	{rooms: []string{"packet", "capture", "flow", "der", "detect", "names", "telephone", "device", "policy", "siege", "count", "weather", "letter", "depot"}, never: []string{"os", "net", "net/http", "os/exec", "math/rand", "math/rand/v2", "crypto/rand", "database/sql", "syscall"}, except: []string{"device/maker/gather"},
		reason: "time, disk, network and randomness are arguments there, so that a capture and a live link give one answer"},
	{rooms: []string{""}, never: []string{"github.com/cilium/ebpf"}, except: []string{"gate"}, reason: "the kernel has one door"},
	{rooms: []string{""}, never: []string{"database/sql", "modernc.org/sqlite", "github.com/jackc/pgx/v5"}, except: []string{"store", "observatory/ledger", "observatory/ledger/ledgertest"}, reason: "SQL stands in the two rooms of memory"},
	{rooms: []string{"box"}, never: []string{module + "/observatory"}, reason: "box and observatory know each other by fleet only"},
	{rooms: []string{"observatory"}, never: []string{module + "/box", module + "/store", module + "/gate", module + "/detect"}, reason: "box and observatory know each other by fleet only"},
	{rooms: []string{"box/keeper"}, never: []string{module + "/packet", module + "/flow", module + "/feed", module + "/capture"}, reason: "the keeper holds the kernel and parses nothing from the wire"},
	{rooms: []string{"box/reader", "box/web", "box/replay"}, never: []string{module + "/gate", module + "/bridge", module + "/inject"}, reason: "what parses the wire holds nothing of the kernel"},
	{rooms: []string{"box", "cmd", "gate", "bridge", "inject", "packet", "capture", "flow", "detect", "names", "telephone", "device", "policy", "siege", "count", "weather", "feed", "store", "geo", "depot", "device"}, never: []string{module + "/testnet"}, reason: "attackers and toy servers don't ship"},
	{rooms: []string{"packet", "flow", "detect", "names", "telephone", "device", "policy", "count", "weather"}, never: []string{"github.com/gopacket/gopacket", "github.com/miekg/dns", "github.com/quic-go/quic-go"}, reason: "the hot path is ours"},
}

// TestNeverImports holds the walls of the house, each with its reason.
func TestNeverImports(t *testing.T) {
	for _, p := range listPackages(t) {
		here := room(p.ImportPath)
		for _, n := range nevers {
			if slices.Contains(n.except, here) || !slices.ContainsFunc(n.rooms, func(r string) bool { return r == "" || here == r || r != "." && within(here, r) }) {
				continue
			}
			for _, i := range p.Imports {
				if slices.ContainsFunc(n.never, func(x string) bool { return i == x || x != module && strings.Contains(x, ".") && within(i, x) }) {
					t.Errorf("%s imports %s: %s", here, i, n.reason)
				}
			}
		}
	}
}

// TestTheReaderHoldsNothingOfTheKernel looks through every room that the reader leans on. Both processes are one
// program; what keeps them apart is that no code of the reader reaches the gate.
func TestTheReaderHoldsNothingOfTheKernel(t *testing.T) {
	for _, p := range listPackages(t) {
		if room(p.ImportPath) != "box/reader" {
			continue
		}
		for _, d := range p.Deps {
			if within(d, "github.com/cilium/ebpf") || d == module+"/gate" || d == module+"/inject" {
				t.Errorf("the reader reaches %s: what parses the wire holds nothing of the kernel", path.Base(d))
			}
		}
	}
}

// clockless are the rooms where time is an argument.
var clockless = []string{"packet", "capture", "flow", "der", "detect", "names", "names/stream", "names/dns", "names/tls", "names/quic", "names/http", "names/socks", "names/lookalike", "telephone", "telephone/sip", "telephone/number", "device", "device/maker", "policy", "siege", "count", "weather", "box/pipeline"}

// TestNoClockWhereTimeIsAnArgument reads the code of those rooms.
func TestNoClockWhereTimeIsAnArgument(t *testing.T) {
	for _, folder := range clockless {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", folder, len(files), err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			code, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range []string{"time.Now(", "time.Since(", "time.Until(", "time.After(", "time.Tick(", "time.NewTimer(", "time.NewTicker(", "time.Sleep("} {
				if strings.Contains(string(code), word) {
					t.Errorf("%s uses %s): time is an argument there, so that a capture and a live link give one answer", name, word)
				}
			}
		}
	}
}

// TestNoRoomIsADrawer refuses names that say nothing of what is inside.
func TestNoRoomIsADrawer(t *testing.T) {
	for _, p := range listPackages(t) {
		if name := path.Base(p.ImportPath); slices.Contains([]string{"util", "utils", "common", "helper", "helpers", "manager", "misc", "types", "lib"}, name) {
			t.Errorf("%s: a room is named after what is in it", p.ImportPath)
		}
	}
}
