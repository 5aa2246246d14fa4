package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/BurntSushi/toml"
)

// defaults is the Config of an empty file.
func defaults() *Config {
	c := &Config{}
	for _, k := range keys {
		if !strings.HasPrefix(k.path, "list.") {
			fill(fieldAt(c, k.path), k.def)
		}
	}
	return c
}

// fill sets a field to a default of the table of keys, which is tested to hold none that is wrong.
func fill(field reflect.Value, def string) {
	var tree map[string]any
	_, err := toml.Decode("v = "+def, &tree)
	if err == nil && field.Kind() != reflect.Slice {
		err = set(field, tree["v"])
	}
	if err != nil {
		panic(fmt.Sprintf("config: the default %s: %v", def, err))
	}
}

// written is a value as a person would write it in the file, cut short.
func written(value any) string {
	const most = 60
	s := fmt.Sprint(value)
	switch value.(type) {
	case string:
		s = fmt.Sprintf("%q", value)
	case map[string]any, []map[string]any:
		return "a table"
	case []any:
		return "a list"
	}
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
