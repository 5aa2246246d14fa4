package detect

import (
	"bufio"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"abri.example/abri"
)

//go:embed rules/*.txt
var ruleFiles embed.FS

// Rules are those of the box, from the files in detect/rules, in order of file and line.
func Rules() []Rule {
	var all []Rule
	names, err := fs.Glob(ruleFiles, "rules/*.txt")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		text, err := ruleFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		rules, err := ParseRules(name, string(text))
		if err != nil {
			panic(err) // a test reads them all
		}
		all = append(all, rules...)
	}
	return all
}

// kindNames are the kinds, as a person would list them.
func kindNames() string {
	names := make([]string, len(abri.Kinds))
	for i, k := range abri.Kinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}

// ParseRules reads a rule file. A mistake is an *abri.Error with the name and line.
func ParseRules(name, text string) ([]Rule, error) {
	var rules []Rule
	in := bufio.NewScanner(strings.NewReader(text))
	in.Buffer(nil, 1<<20)
	n := 0
	wrong := func(what, remedy string) error {
		return &abri.Error{Code: abri.CodeInvalid, Place: fmt.Sprintf("%s:%d", name, n), What: what, Remedy: remedy}
	}
	for in.Scan() {
		n++
		line := in.Text()
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || fields[0][0] == '#':
		case line[0] != ' ' && line[0] != '\t':
			if err := complete(rules); err != "" {
				return nil, wrong(err, "give it kind, where and words")
			}
			if len(fields) != 1 || slices.ContainsFunc(rules, func(r Rule) bool { return r.Name == fields[0] }) {
				return nil, wrong(fmt.Sprintf("%q is no name of a new rule", line), "use one word that no other rule has")
			}
			rules = append(rules, Rule{Name: fields[0], Times: 1})
		case len(rules) == 0:
			return nil, wrong("a line of no rule", "begin with the name of the rule, without a space before it")
		default:
			if what, remedy := rules[len(rules)-1].set(fields[0], strings.TrimSpace(strings.TrimSpace(line)[len(fields[0]):])); what != "" {
				return nil, wrong(what, remedy)
			}
		}
	}
	if err := in.Err(); err != nil {
		return nil, wrong("a line that is too long", "keep lines below 1 MB")
	}
	if err := complete(rules); err != "" {
		return nil, wrong(err, "give it kind, where and words")
	}
	return rules, nil
}

// complete says what the last rule lacks.
func complete(rules []Rule) string {
	if len(rules) == 0 {
		return ""
	}
	if r := rules[len(rules)-1]; r.Kind == "" || len(r.Where) == 0 || len(r.Words) == 0 {
		return "rule " + r.Name + " is not complete"
	}
	return ""
}

// set takes one line of a rule, and says what is wrong with it.
func (r *Rule) set(key, value string) (what, remedy string) {
	switch key {
	case "kind":
		if r.Kind = abri.Kind(value); !r.Kind.Valid() {
			return fmt.Sprintf("unknown kind %q", value), "use one of " + kindNames()
		}
	case "where":
		for _, p := range strings.Fields(value) {
			if !slices.Contains(places, Place(p)) {
				return fmt.Sprintf("unknown place %q", p), "use request, head, body, client or server"
			}
			r.Where = append(r.Where, Place(p))
		}
	case "ports":
		for _, p := range strings.Fields(value) {
			port, err := strconv.ParseUint(p, 10, 16)
			if err != nil || port == 0 {
				return fmt.Sprintf("%q is no port", p), "use numbers from 1 to 65535"
			}
			r.Ports = append(r.Ports, uint16(port))
		}
	case "proto":
		if r.UDP = value == "udp"; !r.UDP && value != "tcp" {
			return fmt.Sprintf("unknown protocol %q", value), "use tcp or udp"
		}
	case "outward":
		r.Outward = true
	case "inward":
		r.Inward = true
	case "begin":
		r.Begin = true
	case "within":
		if r.Within = number1000(value); r.Within == 0 {
			return fmt.Sprintf("%q is no number of bytes", value), "use 1 to 1000"
		}
	case "times":
		if r.Times = number1000(value); r.Times == 0 {
			return fmt.Sprintf("%q is no number of times", value), "use 1 to 1000"
		}
	case "words":
		words, err := unquote(value)
		if err != nil || len(words) == 0 {
			return fmt.Sprintf("%s are no words", value), `quote each as in Go, such as "union" "select"`
		}
		r.Words = append(r.Words, words)
	default:
		return fmt.Sprintf("unknown key %q", key), "use kind, where, ports, proto, outward, inward, begin, within, times or words"
	}
	return "", ""
}

// number1000 reads a number from 1 to 1000; 0 is none.
func number1000(value string) int {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > 1000 {
		return 0
	}
	return n
}

// unquote reads quoted words with spaces between them, into lower case.
func unquote(s string) ([]string, error) {
	var words []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		quoted, err := strconv.QuotedPrefix(s)
		if err != nil {
			return nil, err
		}
		word, err := strconv.Unquote(quoted)
		if err != nil || word == "" {
			return nil, strconv.ErrSyntax
		}
		low := []byte(word)
		for i := range low {
			low[i] = lower(low[i])
		}
		words = append(words, string(low))
		s = s[len(quoted):]
	}
	return words, nil
}
