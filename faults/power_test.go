package faults

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The reader, which takes in what strangers send, holds no capability in any set, can gain none, and is not root. The
// keeper can pass none on.
func TestTheReaderHoldsNoPower(t *testing.T) {
	h := townHall(t, nil)
	reader, keeper := h.sets(h.reader()), h.sets(h.box.Keeper())
	for _, set := range []string{"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"} {
		if reader[set] != "0000000000000000" {
			t.Errorf("the reader's %s is %s", set, reader[set])
		}
	}
	for _, set := range []string{"CapInh", "CapBnd", "CapAmb"} {
		if keeper[set] != "0000000000000000" {
			t.Errorf("the keeper's %s is %s", set, keeper[set])
		}
	}
	if strings.HasPrefix(reader["Uid"], "0") || reader["NoNewPrivs"] != "1" || keeper["NoNewPrivs"] != "1" {
		t.Errorf("the reader is %v, the keeper %v", reader, keeper)
	}
}

// sets is what the kernel says of a process.
func (h town) sets(pid int) map[string]string {
	h.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	h.must(err)
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		out[name] = strings.TrimSpace(value)
	}
	return out
}
