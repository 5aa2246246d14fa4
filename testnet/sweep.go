package testnet

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// namespaces is where iproute2 and the netns library keep the names, so that `ip netns` shows ours too.
const namespaces = "/run/netns"

// spaceName is "abri-PID-SERIAL-HOST": the process that made it is in the name, so that leftovers can be told.
func spaceName(serial int64, host string) string {
	return fmt.Sprintf("abri-%d-%d-%s", os.Getpid(), serial, host)
}

// sweep removes the namespaces whose maker is dead: a process that was killed cannot clean up.
func sweep(logf func(string, ...any)) {
	entries, err := os.ReadDir(namespaces)
	if err != nil {
		return // no namespace was ever named here
	}
	for _, e := range entries {
		pid, ours := makerOf(e.Name())
		if !ours || alive(pid) {
			continue
		}
		if err := netns.DeleteNamed(e.Name()); err == nil {
			logf("testnet: swept %s, left by a killed process", e.Name())
		}
	}
}

// makerOf reads the process number out of a name of ours.
func makerOf(name string) (pid int, ours bool) {
	parts := strings.SplitN(name, "-", 4)
	if len(parts) != 4 || parts[0] != "abri" {
		return 0, false
	}
	pid, err := strconv.Atoi(parts[1])
	return pid, err == nil && pid > 0
}

func alive(pid int) bool { return !errors.Is(unix.Kill(pid, 0), unix.ESRCH) }
