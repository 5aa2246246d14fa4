package gate

import (
	"reflect"
	"slices"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
)

// without is the bench's program on the bench's maps, less some of its global functions, which answer 0 at once: what they take
// is the difference.
func (b *bench) without(t *testing.T, functions ...string) *ebpf.Program {
	t.Helper()
	spec, err := loadKernel()
	fatal(t, err)
	p := spec.Programs[kernelProgAbriXdp]
	var kept asm.Instructions
	leaving := false
	for _, i := range p.Instructions {
		if name := i.Symbol(); name != "" {
			leaving = slices.Contains(functions, name)
		}
		if leaving {
			continue
		}
		if i.IsFunctionCall() && slices.Contains(functions, i.Reference()) {
			i = asm.Mov.Imm(asm.R0, 0).WithMetadata(i.Metadata)
			i = i.WithReference("")
		}
		kept = append(kept, i)
	}
	if len(kept) == len(p.Instructions) {
		t.Fatalf("there is no %v", functions)
	}
	p.Instructions = kept
	spec.Programs = map[string]*ebpf.ProgramSpec{kernelProgAbriXdp: p}
	standing := map[string]*ebpf.Map{}
	for maps, i := reflect.ValueOf(b.maps), 0; i < maps.NumField(); i++ {
		m := maps.Field(i).Interface().(*ebpf.Map)
		name := maps.Type().Field(i).Tag.Get("ebpf")
		standing[name] = m
		spec.Maps[name].MaxEntries = m.MaxEntries()
	}
	c, err := ebpf.NewCollectionWithOptions(spec, ebpf.CollectionOptions{MapReplacements: standing})
	fatal(t, err)
	program := c.DetachProgram(kernelProgAbriXdp)
	c.Close()
	t.Cleanup(func() { program.Close() })
	return program
}
