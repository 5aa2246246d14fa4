package config

import (
	"fmt"
	"strings"
)

//go:generate go test -run ^TestExampleFile$ -update

// Example is a whole box.toml: every key with what it is for, its range, and its default as its value. Read by Load it
// gives the defaults; the tables that have none, [[list]], stand in comments.
func Example() string {
	var b strings.Builder
	b.WriteString(wrap("abri: the configuration of one box. Every key stands here with its default: keep what you change. " +
		"After a change, SIGHUP applies the keys that say \"At once\"; the others wait for a restart. " +
		"A file with a fault is refused whole, with its lines, and what runs goes on."))
	for _, k := range keys {
		if !strings.Contains(k.path, ".") {
			b.WriteString("\n" + entry(k, k.path, ""))
		}
	}
	for _, s := range sections {
		mute := ""
		if s.name == "list" {
			mute = "# "
		}
		fmt.Fprintf(&b, "\n%s%s%s\n", wrap(s.doc), mute, header(s.name))
		for _, k := range keys {
			if name, ok := strings.CutPrefix(k.path, s.name+"."); ok {
				b.WriteString("\n" + entry(k, name, mute))
			}
		}
	}
	return b.String()
}

// entry is one key with its comment: what it is for, then what is right and when it applies.
func entry(k key, name, mute string) string {
	value, right := k.def, "It is "+k.right.says+"."
	if value == "" {
		value, right = `"…"`, right+" It must be given."
	}
	if k.live {
		right += " At once."
	} else {
		right += " At a restart."
	}
	return wrap(k.doc) + wrap(right) + mute + name + " = " + value + "\n"
}

// wrap makes comment lines of at most 100 characters.
func wrap(doc string) string {
	const most = 100
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(doc) {
		n := len([]rune(word)) + 1
		if column == 0 || column+n > most {
			if column > 0 {
				b.WriteByte('\n')
			}
			b.WriteByte('#')
			column = 1
		}
		b.WriteString(" " + word)
		column += n
	}
	return b.String() + "\n"
}
