package gate

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
)

// bareXDP passes every packet: the yardstick. It has the flag of the gate's own program, or it could not be called
// where that one is.
var bareXDP = &ebpf.ProgramSpec{
	Name: "bare", Type: ebpf.XDP, AttachType: ebpf.AttachXDP, License: "GPL", Flags: hasFrags,
	Instructions: asm.Instructions{asm.Mov.Imm(asm.R0, 2), asm.Return()},
}

const hasFrags = 1 << 5 // BPF_F_XDP_HAS_FRAGS

// roam is a program that gives its packet another source each time and then calls the program under test: a test run
// repeats one packet, and the same packet finds everything in the caches.
type roam struct {
	*ebpf.Program
	next *ebpf.Map
}

// newRoam picks among a power of two of sources: IPv4 addresses, or the upper halves of IPv6 ones. Where ports is set,
// it picks the source port too, so that nearly every packet is of a new conversation.
func newRoam(t testing.TB, v6, ports bool, sources []uint64) *roam {
	t.Helper()
	at, size, port := int16(26), asm.Word, int16(34)
	if v6 {
		at, size, port = 22, asm.DWord, 54
	}
	if !ports {
		port = 0
	}
	return newRoamAt(t, at, size, port, sources)
}

// newRoamAt writes one of a power of two of words into the packet each time, and chance into the port when that is not 0.
func newRoamAt(t testing.TB, at int16, size asm.Size, port int16, sources []uint64) *roam {
	t.Helper()
	table, err := ebpf.NewMap(&ebpf.MapSpec{Type: ebpf.Array, KeySize: 4, ValueSize: 8, MaxEntries: uint32(len(sources))})
	fatal(t, err)
	for i, s := range sources {
		fatal(t, table.Put(uint32(i), s))
	}
	next, err := ebpf.NewMap(&ebpf.MapSpec{Type: ebpf.ProgramArray, KeySize: 4, ValueSize: 4, MaxEntries: 1})
	fatal(t, err)
	program, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Name: "roam", Type: ebpf.XDP, AttachType: ebpf.AttachXDP, License: "GPL", Flags: hasFrags,
		Instructions: roamInstructions(table.FD(), next.FD(), len(sources)-1, at, size, port),
	})
	fatal(t, err)
	t.Cleanup(func() { program.Close(); next.Close(); table.Close() })
	return &roam{program, next}
}

func roamInstructions(table, next, mask int, at int16, size asm.Size, port int16) asm.Instructions {
	all := asm.Instructions{
		asm.Mov.Reg(asm.R6, asm.R1),
		asm.FnGetPrandomU32.Call(),
		asm.Mov.Reg(asm.R7, asm.R0),
		asm.And.Imm(asm.R0, int32(mask)),
		asm.StoreMem(asm.R10, -4, asm.R0, asm.Word),
		asm.LoadMapPtr(asm.R1, table),
		asm.Mov.Reg(asm.R2, asm.R10),
		asm.Add.Imm(asm.R2, -4),
		asm.FnMapLookupElem.Call(),
		asm.JEq.Imm(asm.R0, 0, "end"),
		asm.LoadMem(asm.R8, asm.R0, 0, asm.DWord),
		asm.LoadMem(asm.R2, asm.R6, 0, asm.Word),
		asm.LoadMem(asm.R3, asm.R6, 4, asm.Word),
		asm.Mov.Reg(asm.R4, asm.R2),
		asm.Add.Imm(asm.R4, max(62, int32(at)+8)),
		asm.JGT.Reg(asm.R4, asm.R3, "end"),
		asm.StoreMem(asm.R2, at, asm.R8, size),
	}
	if port != 0 {
		all = append(all, asm.RSh.Imm(asm.R7, 16), asm.StoreMem(asm.R2, port, asm.R7, asm.Half))
	}
	return append(all,
		asm.Mov.Reg(asm.R1, asm.R6),
		asm.LoadMapPtr(asm.R2, next),
		asm.Mov.Imm(asm.R3, 0),
		asm.FnTailCall.Call(),
		asm.Mov.Imm(asm.R0, 2).WithSymbol("end"),
		asm.Return(),
	)
}

// leadTo names the program that the next packets meet.
func (r *roam) leadTo(t testing.TB, program *ebpf.Program) {
	t.Helper()
	fatal(t, r.next.Put(uint32(0), program))
}

func fatal(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sources are n addresses as roam stores them: those that want says are listed, or are not, by the model of table4.
func sources4(r *rand.Rand, n int, want func(uint32) bool) (all []uint64) {
	for len(all) < n {
		if a := 20<<24 + r.Uint32N(60<<24); want(a) {
			all = append(all, uint64(binary.NativeEndian.Uint32(binary.BigEndian.AppendUint32(nil, a))))
		}
	}
	return all
}

func sources6(r *rand.Rand, n int) (all []uint64) {
	for range n {
		hi := 1<<61 | r.Uint64()>>3
		all = append(all, binary.NativeEndian.Uint64(binary.BigEndian.AppendUint64(nil, hi)))
	}
	return all
}
