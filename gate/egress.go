package gate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cilium/ebpf"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// The place of our filter among others on the port: any number would do, as long as it stays the same.
const (
	egressPriority = 0xab21
	egressHandle   = 1
)

// egressFilter is a classic tc filter and not a TCX link, which needs Linux 6.6.
func egressFilter(index, fd int) *netlink.BpfFilter {
	return &netlink.BpfFilter{
		FilterAttrs: netlink.FilterAttrs{
			LinkIndex: index, Parent: netlink.HANDLE_MIN_EGRESS, Handle: egressHandle,
			Priority: egressPriority, Protocol: unix.ETH_P_ALL,
		},
		Fd: fd, Name: "abri_egress", DirectAction: true,
	}
}

func clsact(index int) *netlink.Clsact {
	return &netlink.Clsact{QdiscAttrs: netlink.QdiscAttrs{
		LinkIndex: index, Handle: netlink.MakeHandle(0xffff, 0), Parent: netlink.HANDLE_CLSACT,
	}}
}

// addEgress puts the program on what leaves by the port, or replaces the one that is there in one step.
func addEgress(index int, program *ebpf.Program) error {
	err := netlink.QdiscAdd(clsact(index))
	if err == nil || errors.Is(err, unix.EEXIST) {
		err = netlink.FilterReplace(egressFilter(index, program.FD()))
	}
	if err != nil {
		return &abri.Error{Code: abri.CodeUnavailable, Place: fmt.Sprintf("interface %d", index), What: "what the box sends cannot be judged", Remedy: "a kernel with NET_SCH_INGRESS and NET_CLS_BPF, and the capability CAP_NET_ADMIN", Err: err}
	}
	return nil
}

// removeEgress takes the filter away, and its qdisc when nobody else uses it. A port that is gone is well.
func removeEgress(index int) error {
	dev, err := netlink.LinkByIndex(index)
	if err != nil {
		return nil
	}
	err = netlink.FilterDel(egressFilter(index, -1))
	if err != nil && !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.EINVAL) {
		return err
	}
	for _, parent := range []uint32{netlink.HANDLE_MIN_EGRESS, netlink.HANDLE_MIN_INGRESS} {
		left, err := netlink.FilterList(dev, parent)
		if err != nil || len(left) > 0 {
			return err
		}
	}
	if err := netlink.QdiscDel(clsact(index)); err != nil && !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.EINVAL) {
		return err
	}
	return nil
}

// Detach takes the gate that is pinned in pinDir off its ports and removes its pins: a plain bridge remains. Nothing
// pinned is well. It must not run while a Gate of that directory is open.
func Detach(pinDir string) error {
	var errs []error
	if m, err := ebpf.LoadPinnedMap(filepath.Join(pinDir, kernelMapControl), nil); err == nil {
		var s kernelSwitches
		if m.Lookup(uint32(0), &s) == nil {
			errs = append(errs, removeEgress(int(s.Outside)))
		}
		m.Close()
	}
	errs = append(errs, unlink(linkPath(pinDir, abri.Outside)), unlink(linkPath(pinDir, abri.Inside)))
	for name := range new(kernelMaps).byName() {
		if err := os.Remove(filepath.Join(pinDir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return &abri.Error{Code: abri.CodeUnavailable, Place: pinDir, What: "the gate could not be taken away whole", Err: err}
	}
	return nil
}
