package config

import (
	"reflect"
	"slices"
	"strings"
)

// Changed names the keys that differ between two configurations, in the order of the example: live are those that a
// running box applies on SIGHUP, restart those that wait for a restart. A difference between the [[list]] tables is
// the one name "list", and is live.
func Changed(before, after *Config) (live, restart []string) {
	for _, k := range keys {
		name := k.path
		if strings.HasPrefix(name, "list.") {
			name = "list"
		}
		switch {
		case same(fieldAt(before, name), fieldAt(after, name)):
		case !k.live:
			restart = append(restart, name)
		case !slices.Contains(live, name):
			live = append(live, name)
		}
	}
	return live, restart
}

// same takes an empty slice and none for the same.
func same(a, b reflect.Value) bool {
	if a.Kind() == reflect.Slice && a.Len() == 0 {
		return b.Len() == 0
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}
