package config

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write box.example.toml anew")

// exampleFile stands at the root of the repository, where a person looks for it.
var exampleFile = filepath.Join("..", "..", "box.example.toml")

func TestExampleFile(t *testing.T) {
	if *update {
		if err := os.WriteFile(exampleFile, []byte(Example()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Example(), string(have)); d != "" {
		t.Errorf("box.example.toml is not what the keys say; `go generate ./box/config` writes it anew (-want +got):\n%s", d)
	}
}

func TestExampleGivesTheDefaults(t *testing.T) {
	c, err := Load(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(defaults(), c, equal); d != "" {
		t.Errorf("(-defaults +example):\n%s", d)
	}
	if len(c.Warnings()) > 0 {
		t.Errorf("warnings: %v", c.Warnings())
	}
}

// The commented tables of the example are right too, once a person has taken the comments away.
func TestExampleOfAList(t *testing.T) {
	_, text, _ := strings.Cut(Example(), "\n# [[list]]\n")
	text, _, _ = strings.Cut(text, "\n[fetch]")
	var keys []string
	for line := range strings.Lines(text) {
		key := strings.TrimPrefix(line, "# ")
		if key = strings.Replace(key, `file = ""`, `file = "a.txt"`, 1); regexp.MustCompile(`^[a-z_]+ = `).MatchString(key) {
			keys = append(keys, key)
		}
	}
	c, err := Parse("[[list]]\n"+strings.Join(keys, ""), "/etc/abri/box.toml")
	if err != nil {
		t.Fatalf("%v\n%s", err, keys)
	}
	if want := reflect.TypeFor[List]().NumField(); len(keys) != want || len(c.Lists) != 1 {
		t.Errorf("the example shows %d keys of %d:\n%s", len(keys), want, keys)
	}
}

// The table of keys and the Config name the same things, and each key is documented.
func TestEachFieldHasItsKey(t *testing.T) {
	var fields []string
	var walk func(prefix string, of reflect.Type)
	walk = func(prefix string, of reflect.Type) {
		for i := range of.NumField() {
			f := of.Field(i)
			name, inner := prefix+f.Tag.Get("toml"), f.Type
			if inner.Kind() == reflect.Slice && inner.Elem() == reflect.TypeFor[List]() {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct && inner.PkgPath() == reflect.TypeFor[Config]().PkgPath() {
				walk(name+".", inner)
				continue
			}
			fields = append(fields, name)
		}
	}
	walk("", reflect.TypeFor[Config]())
	var names []string
	for _, k := range keys {
		names = append(names, k.path)
		if k.doc == "" || k.right.says == "" || !strings.HasSuffix(k.doc, ".") {
			t.Errorf("%s is not documented: %+v", k.path, k)
		}
	}
	if d := cmp.Diff(fields, names); d != "" {
		t.Errorf("(-fields +keys):\n%s", d)
	}
}
