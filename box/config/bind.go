package config

import (
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"time"
)

// errKind says that a value is of another kind than its key takes; the key's rule says which.
var errKind = errors.New("another kind of value")

// set puts a value that the TOML library gave into a field: the one place where TOML's kinds meet Go's.
func set(field reflect.Value, value any) error {
	switch to := field.Addr().Interface().(type) {
	case *time.Duration:
		return setWith(to, value, time.ParseDuration)
	case *netip.Addr:
		return setWith(to, value, parseAddr)
	case *netip.Prefix:
		return setWith(to, value, parsePrefix)
	}
	got := reflect.ValueOf(value)
	if field.Kind() != got.Kind() && !(field.CanInt() && got.CanInt()) {
		return errKind
	}
	field.Set(got.Convert(field.Type()))
	return nil
}

func setWith[T any](to *T, value any, parse func(string) (T, error)) error {
	s, ok := value.(string)
	if !ok {
		return errKind
	}
	v, err := parse(s)
	if err != nil {
		return err
	}
	*to = v
	return nil
}

// parseAddr takes "" for none.
func parseAddr(s string) (netip.Addr, error) {
	if s == "" {
		return netip.Addr{}, nil
	}
	return netip.ParseAddr(s)
}

// parsePrefix takes an address alone for the prefix of that address, and "" for none.
func parsePrefix(s string) (netip.Prefix, error) {
	if s == "" || strings.Contains(s, "/") {
		if s == "" {
			return netip.Prefix{}, nil
		}
		return netip.ParsePrefix(s)
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// fieldOf is the field of a struct by its toml name; the table of keys is tested to name no other.
func fieldOf(table reflect.Value, name string) reflect.Value {
	for i := range table.NumField() {
		if table.Type().Field(i).Tag.Get("toml") == name {
			return table.Field(i)
		}
	}
	panic(fmt.Sprintf("config: %s has no field for the key %q", table.Type(), name))
}

// fieldAt is the field of c for the path of a key outside [[list]].
func fieldAt(c *Config, path string) reflect.Value {
	at := reflect.ValueOf(c).Elem()
	for name := range strings.SplitSeq(path, ".") {
		at = fieldOf(at, name)
	}
	return at
}
