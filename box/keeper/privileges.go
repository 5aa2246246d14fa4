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

// dropPrivileges leaves this process, on all its threads, with the capabilities in kept and no way to new ones. What it
// starts, the reader, gets none: nothing is inheritable or ambient, nothing is left in the bounding set, and its user is
// not root (capabilities(7)).
func dropPrivileges() error {
	if err := comeFirst(); err != nil {
		return err
	}
	if err := emptyBounds(); err != nil {
		return err
	}
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
		return surrender("capabilities", e)
	}
	if _, _, e := syscall.AllThreadsSyscall6(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0); e != 0 {
		return surrender("new privileges", e)
	}
	return nil
}

// urgency is how the box's two processes stand before others of its machine (setpriority(2)): a verdict that comes after the
// answer is none, and on a small machine a backup would be enough for that.
const urgency = -10

// comeFirst gives it to this process, on all its threads, and to what it starts. Where that is not allowed, as in a
// container, the box does without.
func comeFirst() error {
	who, nice := uintptr(unix.PRIO_PROCESS), urgency
	_, _, e := syscall.AllThreadsSyscall(unix.SYS_SETPRIORITY, who, 0, uintptr(nice))
	if e != 0 && e != syscall.EPERM && e != syscall.EACCES {
		return surrender("its place in the queue", e)
	}
	return nil
}

// emptyBounds takes every capability out of the bounding and the ambient set, so that no program which this process
// starts can gain one. It goes first, while CAP_SETPCAP is held; where that is not held, as under a service manager that
// bounds the box itself, the bounds stay as they were given.
func emptyBounds() error {
	for c := uintptr(0); ; c++ {
		is, _, e := syscall.RawSyscall(unix.SYS_PRCTL, unix.PR_CAPBSET_READ, c, 0)
		if e == syscall.EINVAL { // beyond the last that this kernel knows
			break
		}
		if is == 0 {
			continue
		}
		_, _, e = syscall.AllThreadsSyscall6(unix.SYS_PRCTL, unix.PR_CAPBSET_DROP, c, 0, 0, 0, 0)
		if e == syscall.EPERM {
			break
		}
		if e != 0 {
			return surrender("bounds of capabilities", e)
		}
	}
	if _, _, e := syscall.AllThreadsSyscall6(unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0, 0); e != 0 {
		return surrender("ambient capabilities", e)
	}
	return nil
}

// surrender is the error of something that can't be given up.
func surrender(what string, e syscall.Errno) error {
	if e == syscall.ENOTSUP { // with cgo Go can't reach every thread
		return &abri.Error{Code: abri.CodeUnsupported, What: "this program was built with cgo and can't give up its privileges", Remedy: "build it with CGO_ENABLED=0, as `make build` does"}
	}
	return fmt.Errorf("giving up %s: %w", what, e)
}
