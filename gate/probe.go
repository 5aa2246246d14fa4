package gate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/features"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// oldest is the first kernel the gate is made for: Debian 12's.
var oldest = [2]uint32{6, 1}

// needs is what the gate asks of the kernel, and the version that has it.
var needs = []struct {
	what, since string
	have        func() error
}{
	{"LRU hash maps", "4.10", func() error { return features.HaveMapType(ebpf.LRUHash) }},
	{"LPM tries", "4.11", func() error { return features.HaveMapType(ebpf.LPMTrie) }},
	{"arrays of maps", "4.12", func() error { return features.HaveMapType(ebpf.ArrayOfMaps) }},
	{"mappable arrays", "5.5", func() error { return features.HaveMapFlag(features.BPF_F_MMAPABLE) }},
	{"ring buffers", "5.8", func() error { return features.HaveMapType(ebpf.RingBuf) }},
	{"inner arrays of any size", "5.10", func() error { return features.HaveMapFlag(features.BPF_F_INNER_MAP) }},
	{"XDP", "4.8", func() error { return features.HaveProgramType(ebpf.XDP) }},
	{"tc programs", "4.1", func() error { return features.HaveProgramType(ebpf.SchedCLS) }},
	{"bpf_loop", "5.17", func() error { return features.HaveProgramHelper(ebpf.XDP, asm.FnLoop) }},
	{"SYN cookies (CONFIG_SYN_COOKIES; bpf_tcp_raw_gen_syncookie)", "6.0", func() error { return features.HaveProgramHelper(ebpf.XDP, asm.FnTcpRawGenSyncookieIpv4) }},
	{"bpf_xdp_load_bytes", "5.18", func() error { return features.HaveProgramHelper(ebpf.XDP, asm.FnXdpLoadBytes) }},
}

// Probe names what this kernel lacks for the gate and the kernel that has it (CodeUnsupported), or the privilege that
// this process lacks (CodeRefused). It loads nothing that stays.
func Probe() error {
	var missing []string
	for _, n := range needs {
		switch err := n.have(); {
		case errors.Is(err, ebpf.ErrNotSupported):
			missing = append(missing, fmt.Sprintf("%s (since Linux %s)", n.what, n.since))
		case errors.Is(err, unix.EPERM):
			return &abri.Error{Code: abri.CodeRefused, Place: "gate", What: "BPF is not allowed to this process", Remedy: "run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_SYS_ADMIN", Err: err}
		case err != nil:
			return &abri.Error{Code: abri.CodeUnsupported, Place: "gate", What: "cannot tell whether the kernel has " + n.what, Remedy: "Linux " + n.since + " has it", Err: err}
		}
	}
	if len(missing) > 0 {
		return &abri.Error{Code: abri.CodeUnsupported, Place: "gate", What: "this kernel lacks " + strings.Join(missing, ", "), Remedy: "Linux 6.1 or newer"}
	}
	code, err := features.LinuxVersionCode()
	if err == nil && tooOld(code) {
		return &abri.Error{Code: abri.CodeUnsupported, Place: "gate", What: fmt.Sprintf("Linux %d.%d is too old", code>>16, code>>8&0xff), Remedy: "Linux 6.1 or newer"}
	}
	return nil
}

// tooOld compares a KERNEL_VERSION with the oldest one.
func tooOld(code uint32) bool { return code>>8 < oldest[0]<<8|oldest[1] }
