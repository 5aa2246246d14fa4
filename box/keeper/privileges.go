package keeper

import (
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	abri "abri.example/abri"
)

// kept are the capabilities that the keeper works with: the bridge and the tc filter (net_admin), programs and maps
// (bpf, perfmon, net_admin), the reader's account and its end (setuid, setgid, kill), and the files of its folders.
var kept = []uint{
	unix.CAP_NET_ADMIN, unix.CAP_BPF, unix.CAP_PERFMON, unix.CAP_SETUID, unix.CAP_SETGID, unix.CAP_KILL,
	unix.CAP_CHOWN, unix.CAP_DAC_OVERRIDE,
}

// dropPrivileges leaves this process, on all its threads, with the capabilities in kept and no way to new ones but by
// the reader's exec, which gives up the last of them with its user id (capabilities(7)).
func dropPrivileges() error {
	var low, high uint32
	for _, c := range kept {
		if c < 32 {
			low |= 1 << c
		} else {
			high |= 1 << (c - 32)
		}
	}
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	data := [2]unix.CapUserData{{Effective: low, Permitted: low}, {Effective: high, Permitted: high}}
	if _, _, e := syscall.AllThreadsSyscall(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&head)), uintptr(unsafe.Pointer(&data[0])), 0); e != 0 {
		if e == syscall.ENOTSUP { // with cgo Go can't reach every thread
			return &abri.Error{Code: abri.CodeUnsupported, What: "this program was built with cgo and can't give up its privileges", Remedy: "build it with CGO_ENABLED=0, as `make build` does"}
		}
		return fmt.Errorf("giving up capabilities: %w", e)
	}
	if _, _, e := syscall.AllThreadsSyscall6(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0); e != 0 {
		return fmt.Errorf("giving up new privileges: %w", e)
	}
	return nil
}
