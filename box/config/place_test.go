package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlaces(t *testing.T) {
	const text = "\ufeff# a = 1\n" +
		"a = \"#[x]\\\"\" # c\n" + // 2
		"b = '''\n[no]\nno = 1\n'''''\n" + // 3
		"c = [\n  1, # ] \n  [2,\n3], \"]\"\n]\r\n" + // 7
		"[t] # table\n" + // 12
		"\"q\".'r' = 2020-01-01T00:00:00Z\n" +
		"in = {x = 1, y = {z = \"}\"}}\n" +
		"[[l]]\nk = 1\n" + // 15
		"[[l]]\nk = 2" // 17
	want := places{
		"a": 2, "b": 3, "c": 7, "c[0]": 8, "c[1]": 9, "c[1][0]": 9, "c[1][1]": 10, "c[2]": 10,
		"t": 12, "t.q.r": 13, "t.in": 14, "t.in.x": 14, "t.in.y": 14, "t.in.y.z": 14,
		"l[0]": 15, "l[0].k": 16, "l[1]": 17, "l[1].k": 18,
	}
	if d := cmp.Diff(want, find(text)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for path, line := range map[string]int{"l[1].absent": 17, "c[9]": 7, "absent": 1, "": 1, "t.in.y.z[0]": 14} {
		if got := want.of(path); got != line {
			t.Errorf("%s is on line %d, want %d", path, got, line)
		}
	}
}
