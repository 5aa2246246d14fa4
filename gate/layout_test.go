package gate

import (
	"os"
	"regexp"
	"strconv"
	"testing"
	"unsafe"

	"abri.example/abri"
)

// TestLayout holds the Go structs that are mapped or decoded against the sizes that the kernel's maps have.
func TestLayout(t *testing.T) {
	spec, err := loadKernel()
	if err != nil {
		t.Fatal(err)
	}
	m := spec.Maps
	for _, c := range []struct {
		name      string
		got, want uint32
	}{
		{"switches", uint32(unsafe.Sizeof(kernelSwitches{})), m[kernelMapControl].ValueSize},
		{"flow key", uint32(unsafe.Sizeof(kernelFlowKey{})), m[kernelMapFlows].KeySize},
		{"tally", uint32(unsafe.Sizeof(kernelTally{})), m[kernelMapFlows].ValueSize},
		{"attempt", uint32(unsafe.Sizeof(kernelTally{})), m[kernelMapDrops].ValueSize},
		{"net key", uint32(unsafe.Sizeof(kernelNetKey{})), m[kernelMapTrusted].KeySize},
		{"ban key", uint32(unsafe.Sizeof(kernelBanKey{})), m[kernelMapBans].KeySize},
		{"address", uint32(unsafe.Sizeof(wire{})), m[kernelMapOwn].KeySize},
		{"count", uint32(unsafe.Sizeof(kernelCount{})), m[kernelMapCounts].ValueSize},
		{"leaf", uint32(unsafe.Sizeof(leaf4{})), m[kernelMapLeaves4].InnerMap.ValueSize},
		{"filter", 1 << filterBits / 8, m[kernelMapBanFilter].ValueSize},
		{"lengths", uint32(unsafe.Sizeof(lengths6{})), m[kernelMapSets6].InnerMap.ValueSize},
		{"neighbours", 32 * 2, m[kernelMapRoots6].InnerMap.ValueSize},
		{"bucket", uint32(unsafe.Sizeof(bucket6{})), m[kernelMapBuckets6].InnerMap.ValueSize},
		{"record", uint32(unsafe.Sizeof(kernelRecord{})) + 2048 + 8, m[kernelMapScratches].ValueSize},
		{"wired", uint32(unsafe.Sizeof(kernelWireCount{})), m[kernelMapWired].ValueSize},
		{"counters", (sideBox + 1) * uint32(kernelReasonREASONS), m[kernelMapCounts].MaxEntries},
		{"names", uint32(unsafe.Sizeof(nameBucket{})), m[kernelMapNames].InnerMap.ValueSize},
		{"rule of a name", uint32(unsafe.Sizeof(kernelNameRuleKey{})), m[kernelMapNameRules].KeySize},
		{"questions", MaxQuestions, m[kernelMapQuestions].MaxEntries},
		{"question key", uint32(unsafe.Sizeof(kernelQuestionKey{})), m[kernelMapQuestions].KeySize},
		{"question", uint32(unsafe.Sizeof(kernelQuestion{})), m[kernelMapQuestions].ValueSize},
		{"reasons", uint32(len(Reasons)), uint32(reasons)},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d here, %d in the kernel", c.name, c.got, c.want)
		}
	}
	for _, c := range []struct {
		name string
		got  uintptr
		want uintptr
	}{
		{"wire", unsafe.Offsetof(kernelRecord{}.Wire), 8}, {"captured", unsafe.Offsetof(kernelRecord{}.Captured), 12},
		{"side", unsafe.Offsetof(kernelRecord{}.Side), 14}, {"reason", unsafe.Offsetof(kernelRecord{}.Reason), 15},
		{"forward", unsafe.Offsetof(kernelRecord{}.Forward), 16}, {"known", unsafe.Offsetof(kernelRecord{}.Known), 17},
		{"held", unsafe.Offsetof(kernelRecord{}.Held), 18}, {"asks", unsafe.Offsetof(kernelRecord{}.Asks), 20},
	} {
		if c.got != c.want {
			t.Errorf("record.%s is at %d, decode reads it at %d", c.name, c.got, c.want)
		}
	}
	words, err := os.ReadFile("kernel/words.h")
	if err != nil {
		t.Fatal(err)
	}
	if n := regexp.MustCompile(`#define LAYOUT (\d+)`).FindSubmatch(words); n == nil || string(n[1]) != strconv.Itoa(layout) {
		t.Errorf("LAYOUT of words.h is not %d", layout)
	}
}

// TestReasonNames: every reason has its own name, and one fate.
func TestReasonNames(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Reasons {
		if seen[r.String()] || r.String() == "unknown" {
			t.Errorf("%d is %s", r, r)
		}
		seen[r.String()] = true
		if r.Dropped() && r.WouldDrop() {
			t.Errorf("%s has two fates", r)
		}
	}
	if reasons.String() != "unknown" || reasons.Dropped() {
		t.Error("what is beyond the last reason is one")
	}
}

// TestOptions refuses what cannot be, by name.
func TestOptions(t *testing.T) {
	good := Options{PinDir: "/x", Outside: 2, Inside: 3}
	for _, c := range []struct {
		place string
		edit  func(*Options)
	}{
		{"", func(*Options) {}},
		{"", func(o *Options) { o.Inside = 0 }},
		{"PinDir", func(o *Options) { o.PinDir = "" }},
		{"Outside, Inside", func(o *Options) { o.Outside = 0 }},
		{"Outside, Inside", func(o *Options) { o.Inside = 2 }},
		{"Mode", func(o *Options) { o.Mode = "attack" }},
		{"Grace, Flows, Drops", func(o *Options) { o.Flows = -1 }},
		{"RingBytes", func(o *Options) { o.RingBytes = 5000 }},
	} {
		o := good
		c.edit(&o)
		err := o.complete()
		var e *abri.Error
		if e, _ = err.(*abri.Error); (e == nil) != (c.place == "") || (e != nil && (e.Place != c.place || e.Code != abri.CodeInvalid)) {
			t.Errorf("%+v: %v, want %q", o, err, c.place)
		}
	}
}

// TestTooOld: Debian 12's kernel is the first.
func TestTooOld(t *testing.T) {
	for code, want := range map[uint32]bool{5<<16 | 15<<8: true, 6 << 16: true, 6<<16 | 1<<8: false, 6<<16 | 1<<8 | 255: false, 6<<16 | 18<<8: false} {
		if tooOld(code) != want {
			t.Errorf("%x: %v", code, !want)
		}
	}
}
