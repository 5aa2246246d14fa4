package reader

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"abri.example/abri/box/control"
)

// memory reads the resident sets of the two processes and their peaks (proc(5), VmRSS and VmHWM).
func memory(reader, keeper int) control.Memory {
	var m control.Memory
	m.Reader, m.ReaderPeak = resident(reader)
	m.Keeper, m.KeeperPeak = resident(keeper)
	return m
}

func resident(pid int) (now, peak uint64) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		fields := strings.Fields(s.Text())
		if len(fields) != 3 {
			continue
		}
		kb, _ := strconv.ParseUint(fields[1], 10, 64)
		switch fields[0] {
		case "VmRSS:":
			now = kb << 10
		case "VmHWM:":
			peak = kb << 10
		}
	}
	return now, peak
}
