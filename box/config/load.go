package config

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"abri.example/abri"
)

// maxFile is far above any file a person writes; more is a mistaken path.
const maxFile = 1 << 20

// Load reads and checks the file, fills in the defaults, and makes relative paths absolute from the file's folder.
//
// It gives either a whole Config or all the faults of the file at once, in the order of their lines: each an
// *abri.Error of CodeInvalid with its place ("box.toml:12"), joined as errors.Join does. Of a text that is not TOML
// only the first fault is known. A file that cannot be read is
// CodeInvalid too.
func Load(file string) (*Config, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, unread(file, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, unread(file, err)
	}
	if len(text) > maxFile {
		return nil, &abri.Error{Code: abri.CodeInvalid, Place: file, What: "the file is larger than 1 MB",
			Remedy: "give the path of a box.toml"}
	}
	whole, err := filepath.Abs(file)
	if err != nil {
		return nil, unread(file, err)
	}
	return Parse(string(text), whole)
}

func unread(file string, err error) error {
	return &abri.Error{Code: abri.CodeInvalid, Place: file, What: "the configuration cannot be read",
		Remedy: "give the path of a file that abri may read, such as a copy of box.example.toml", Err: err}
}

// Parse reads and checks the text of a configuration file, as Load does; file is its absolute path, for messages and
// relative names.
func Parse(text, file string) (*Config, error) { return ParseAs("", text, file) }

// ParseAs is Parse for a box whose place was said on the command line: a kind that is not empty stands for ports.kind,
// whatever the file says.
func ParseAs(kind PortsKind, text, file string) (*Config, error) {
	var tree map[string]any
	if _, err := toml.Decode(text, &tree); err != nil {
		return nil, notTOML(file, err)
	}
	r := &reader{config: defaults(), file: file, places: find(text), given: map[string]bool{}}
	r.top(tree)
	if kind != "" {
		r.config.Ports.Kind = kind
	}
	r.across()
	if len(r.faults) > 0 {
		slices.SortStableFunc(r.faults, func(a, b fault) int { return a.line - b.line })
		errs := make([]error, len(r.faults))
		for i, f := range r.faults {
			errs[i] = f.err
		}
		return nil, errors.Join(errs...)
	}
	return r.config, nil
}

func notTOML(file string, err error) error {
	var at toml.ParseError
	if !errors.As(err, &at) {
		return &abri.Error{Code: abri.CodeInvalid, Place: file, What: "this is not TOML", Err: err}
	}
	return &abri.Error{Code: abri.CodeInvalid, Place: fmt.Sprintf("%s:%d", file, at.Position.Line), What: at.Message,
		Remedy: `write TOML: [section], then key = value, with text between " "`}
}

// reader goes through a tree of values and fills the Config, gathering faults.
type reader struct {
	config *Config
	file   string
	places places
	given  map[string]bool // the keys that stand in the file, by path
	faults []fault
}

type fault struct {
	line int
	err  *abri.Error
}

// refuse notes a fault of what stands at path.
func (r *reader) refuse(path, what, remedy string) {
	n := r.places.of(path)
	r.faults = append(r.faults, fault{n, &abri.Error{Code: abri.CodeInvalid,
		Place: fmt.Sprintf("%s:%d", r.file, n), What: what, Remedy: remedy}})
}

// refused reports whether a fault of what stands at path is noted already, so that one is not told as two.
func (r *reader) refused(path string) bool {
	n := r.places.of(path)
	return slices.ContainsFunc(r.faults, func(f fault) bool { return f.line == n })
}

// top reads the tree: keys outside a table, tables, and the tables of lists.
func (r *reader) top(tree map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		value := tree[name]
		table, isTable := value.(map[string]any)
		many, isMany := tables(value)
		switch {
		case name == "list" && isMany:
			for i, one := range many {
				r.list(i, one)
			}
		case name == "list":
			r.refuse(name, "list must be written for each list", "write [[list]], with two brackets")
		case isSection(name) && isTable:
			r.table(name, name, table, fieldOf(reflect.ValueOf(r.config).Elem(), name))
		case isSection(name):
			r.refuse(name, fmt.Sprintf("%s is a table, once", name), fmt.Sprintf("write [%s]", name))
		case strings.Contains(name, "."):
			r.refuse(name, "unknown key "+written(name), "write a section and its key without quotes")
		default:
			r.value(name, name, value, reflect.ValueOf(r.config).Elem())
		}
	}
}

// tables takes both forms of an array of tables: [[list]], and list = [{…}].
func tables(value any) ([]map[string]any, bool) {
	if many, ok := value.([]map[string]any); ok {
		return many, true
	}
	many, ok := value.([]any)
	out := make([]map[string]any, len(many))
	for i, one := range many {
		if out[i], ok = one.(map[string]any); !ok {
			return nil, false
		}
	}
	return out, ok
}

func (r *reader) list(i int, table map[string]any) {
	one := reflect.New(reflect.TypeFor[List]()).Elem()
	for _, k := range keys {
		if name, ok := strings.CutPrefix(k.path, "list."); ok && k.def != "" {
			fill(fieldOf(one, name), k.def)
		}
	}
	at := fmt.Sprintf("list[%d]", i)
	r.table(at, "list", table, one)
	r.config.Lists = append(r.config.Lists, one.Interface().(List))
}

// table reads the keys of one table: at is its path in the file, section its name in the table of keys.
func (r *reader) table(at, section string, table map[string]any, into reflect.Value) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		r.value(at+"."+name, section+"."+name, table[name], into)
	}
	for _, k := range keys {
		if name, ok := strings.CutPrefix(k.path, section+"."); ok && k.def == "" && !r.given[at+"."+name] {
			r.refuse(at, fmt.Sprintf("%s is missing", k.path), "give "+k.right.says)
		}
	}
}

// value reads one key: at is its path in the file, path its name in the table of keys.
func (r *reader) value(at, path string, value any, into reflect.Value) {
	k, ok := keyOf(path)
	if !ok {
		r.refuse(at, "unknown key "+written(path), suggest(path))
		return
	}
	r.given[at] = true
	field := fieldOf(into, path[strings.LastIndexByte(path, '.')+1:])
	if field.Kind() != reflect.Slice {
		r.one(at, k, value, field)
		return
	}
	elements, ok := value.([]any)
	if !ok {
		r.wrong(at, k, value)
		return
	}
	field.SetZero()
	for i, e := range elements {
		element := reflect.New(field.Type().Elem()).Elem()
		if r.one(fmt.Sprintf("%s[%d]", at, i), k, e, element) {
			field.Set(reflect.Append(field, element))
		}
	}
}

// one reads one value or element, and reports whether it is right.
func (r *reader) one(at string, k key, value any, field reflect.Value) bool {
	err := set(field, value)
	if err == nil && (k.right.ok == nil || k.right.ok(field)) {
		return true
	}
	r.wrong(at, k, value)
	return false
}

func (r *reader) wrong(at string, k key, value any) {
	r.refuse(at, fmt.Sprintf("%s = %s", k.path, written(value)), "it is "+k.right.says)
}
