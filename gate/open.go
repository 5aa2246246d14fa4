package gate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"

	"github.com/cilium/ebpf"

	"abri.example/abri"
)

// transient are the maps whose contents are of one packet, or of one process, only: they are never pinned.
var transient = map[string]bool{kernelMapScratches: true, kernelMapAskings: true, kernelMapUnsolicited: true, kernelMapArps: true, kernelMapWires: true, kernelMapWired: true}

// Open loads the gate and attaches it, or takes over the one that is pinned in o.PinDir: its lists, bans, choices, flows
// and counters stay, its programs are replaced in place, and no packet passes unjudged meanwhile. Pins of another layout
// are replaced as a whole, a table of another size alone. Grace and FailClosed are set from o, Mode for a new gate only,
// and the heartbeat starts now.
//
// Errors: CodeInvalid for options, CodeUnsupported when the kernel lacks something, CodeUnavailable when a port cannot
// be attached.
func Open(o Options) (*Gate, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	if err := Probe(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.PinDir, 0o700); err != nil {
		return nil, &abri.Error{Code: abri.CodeUnavailable, Place: o.PinDir, What: "cannot make the directory of the pins", Remedy: "mount a bpffs there", Err: err}
	}
	g, err := load(o)
	if err != nil {
		return nil, err
	}
	if err := g.begin(o); err != nil {
		g.release()
		return nil, err
	}
	return g, nil
}

// load brings programs and maps into the kernel, with the pinned maps that fit in their places.
func load(o Options) (*Gate, error) {
	spec, err := loadKernel()
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeInternal, What: "the gate's programs cannot be read", Err: err}
	}
	spec.Maps[kernelMapFlows].MaxEntries = uint32(o.Flows)
	spec.Maps[kernelMapDrops].MaxEntries = uint32(o.Drops)
	spec.Maps[kernelMapRing].MaxEntries = uint32(o.RingBytes)
	g := &Gate{dir: o.PinDir, inner: map[string]*ebpf.MapSpec{}, arrays: arrays{}}
	for name, m := range spec.Maps {
		if m.InnerMap != nil {
			g.inner[name], g.arrays[name] = m.InnerMap.Copy(), &[2]*ebpf.Map{}
		}
	}
	kept := keep(spec, o.PinDir)
	defer func() {
		for _, m := range kept {
			m.Close()
		}
	}()
	var all kernelObjects
	if err := spec.LoadAndAssign(&all, &ebpf.CollectionOptions{MapReplacements: kept}); err != nil {
		return nil, &abri.Error{Code: abri.CodeUnsupported, What: "the kernel refused the gate", Remedy: "send this message to the maintainers, with the version of the kernel", Err: err}
	}
	g.maps, g.programs = all.kernelMaps, all.kernelPrograms
	return g, nil
}

// begin sets the switches, pins the maps, and puts the programs on the ports: in this order, so that the first packet
// already finds everything in its place.
func (g *Gate) begin(o Options) error {
	var err error
	if g.control, err = mapControl(g.maps.Control); err != nil {
		return err
	}
	if g.filter, err = mapFilter(g.maps.BanFilter); err != nil {
		return err
	}
	if g.narrow, err = mapFilter(g.maps.NarrowFilter); err != nil {
		return err
	}
	if g.ring, err = openRing(g.maps.Ring); err != nil {
		return err
	}
	before := int(g.control.at.Outside)
	g.lastBeat = int64(g.control.at.Beat)
	g.control.set(o, Monotonic(), g.ring.isFilled())
	if err := g.openArrays(); err != nil {
		return err
	}
	if err := g.recount(); err != nil {
		return err
	}
	if err := g.pin(); err != nil {
		return err
	}
	if before != 0 && before != o.Outside {
		removeEgress(before)
	}
	return g.attach(o)
}

// keep opens the pinned maps that fit the spec and removes the pins of those that do not. When the layout is another
// one, none fits.
func keep(spec *ebpf.CollectionSpec, dir string) map[string]*ebpf.Map {
	kept := map[string]*ebpf.Map{}
	known := pinnedLayout(spec, dir) == layout
	for name, s := range spec.Maps {
		path := filepath.Join(dir, name)
		m, err := ebpf.LoadPinnedMap(path, nil)
		if err != nil {
			if !errors.Is(err, os.ErrNotExist) {
				os.Remove(path)
			}
			continue
		}
		if !known || s.Compatible(m) != nil {
			m.Unpin()
			m.Close()
			continue
		}
		kept[name] = m
	}
	return kept
}

// pinnedLayout is the layout that the pins of dir say they have, 0 when they do not say.
func pinnedLayout(spec *ebpf.CollectionSpec, dir string) uint32 {
	m, err := ebpf.LoadPinnedMap(filepath.Join(dir, kernelMapControl), nil)
	if err != nil {
		return 0
	}
	defer m.Close()
	var s kernelSwitches
	if spec.Maps[kernelMapControl].Compatible(m) != nil || m.Lookup(uint32(0), &s) != nil {
		return 0
	}
	return s.Layout
}

// pin makes the maps outlive the process. A taken-over map is already there.
func (g *Gate) pin() error {
	for name, m := range g.maps.byName() {
		path := filepath.Join(g.dir, name)
		if _, err := os.Stat(path); transient[name] || err == nil {
			continue
		}
		m.Unpin() // it may believe in a pin that somebody removed
		if err := m.Pin(path); err != nil {
			return &abri.Error{Code: abri.CodeUnavailable, Place: path, What: "cannot pin the map", Remedy: fmt.Sprintf("mount a bpffs at %s", g.dir), Err: err}
		}
	}
	return nil
}

// byName lists the maps under the names of their pins. It asks the generated struct, so that a new map is in it by itself.
func (m *kernelMaps) byName() map[string]*ebpf.Map {
	all, fields := map[string]*ebpf.Map{}, reflect.ValueOf(*m)
	for i := range fields.NumField() {
		if stands, is := fields.Field(i).Interface().(*ebpf.Map); is {
			all[fields.Type().Field(i).Tag.Get("ebpf")] = stands
		}
	}
	return all
}
