package detect

import (
	"os"
	"regexp"
	"strconv"
	"testing"
)

// The ports that reflect are the same here and in the kernel: a link and a capture give one answer.
func TestTheGateKnowsTheSameMirrors(t *testing.T) {
	source, err := os.ReadFile("../gate/kernel/pressure.h")
	if err != nil {
		t.Fatal(err)
	}
	body := regexp.MustCompile(`(?s)bool is_mirror\(.*?\n}`).Find(source)
	kernel := map[uint16]bool{}
	for _, m := range regexp.MustCompile(`case (\d+):`).FindAllSubmatch(body, -1) {
		port, err := strconv.ParseUint(string(m[1]), 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		kernel[uint16(port)] = true
	}
	if len(kernel) < 20 {
		t.Fatalf("%d ports found in the kernel's source", len(kernel))
	}
	for port := range 1 << 16 {
		if mirror(uint16(port)) != kernel[uint16(port)] {
			t.Errorf("port %d: here %v, in the kernel %v", port, mirror(uint16(port)), kernel[uint16(port)])
		}
	}
}
