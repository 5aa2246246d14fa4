package abri_test

import (
	"testing"

	abri "abri.example/abri"
)

func TestADoorReadsAsItIsWritten(t *testing.T) {
	for s, d := range map[string]abri.Door{
		"": {}, "tcp/22": {Proto: 6, Port: 22}, "udp/5060": {Proto: 17, Port: 5060}, "tcp/443+": {Proto: 6, Port: 443, Far: true}, "47/0": {Proto: 47},
	} {
		if got, err := abri.ParseDoor(s); err != nil || got != d || d.String() != s {
			t.Errorf("%q reads %+v, %v, and is written %q", s, got, err, d)
		}
	}
	for _, s := range []string{"tcp", "tcp/", "tcp/70000", "0/5", "300/5", "6/22", "tcp/022", "+", "tcp/22++"} {
		if d, err := abri.ParseDoor(s); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%q is taken for %+v, %v", s, d, err)
		}
	}
	in := abri.Finding{Proto: "tcp", Port: 22, Direction: abri.In}
	out := abri.Finding{Proto: "47", Direction: abri.Out}
	if in.DoorOf() != (abri.Door{Proto: 6, Port: 22}) || out.DoorOf() != (abri.Door{Proto: 47, Far: true}) {
		t.Errorf("doors of findings: %s, %s", in.DoorOf(), out.DoorOf())
	}
}
