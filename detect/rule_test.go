package detect

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// saying gives data in which the words of a rule stand where it reads them.
func saying(at Place, words []string) string {
	all := strings.Join(words, "")
	switch at {
	case InRequest:
		if method, target, ok := strings.Cut(all, " /"); ok && (method == "put" || method == "post") {
			return strings.ToUpper(method) + " /" + escaped(strings.TrimSuffix(target, " http/")) + " HTTP/1.1\r\nHost: a\r\n\r\n"
		}
		if before, _, cut := strings.Cut(all, " http/"); cut {
			all = before
		}
		return "GET /" + escaped(all) + " HTTP/1.1\r\nHost: a\r\n\r\n"
	case InHead:
		if strings.HasPrefix(all, "post /") {
			return words[0] + " HTTP/1.1\r\n" + strings.Join(words[1:], "") + "\r\n\r\n"
		}
		return "GET / HTTP/1.1\r\n" + strings.Join(words, "\r\nX: ") + "\r\n\r\n"
	case InBody:
		return fmt.Sprintf("POST / HTTP/1.1\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n%s", len(all), all)
	}
	return all
}

// escaped is text as a request's line holds it.
func escaped(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c >= 0x7f || c == '%' || c == '#' || c == '+' && strings.Contains(text[:i], "?") {
			fmt.Fprintf(&b, "%%%02x", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Each line of words is met where its rule reads: none is written so that what it looks for can't stand there.
func TestNoWordsAreDead(t *testing.T) {
	for _, r := range ours {
		for _, words := range r.Words {
			met := slices.ContainsFunc(r.Where, func(at Place) bool { return slices.Contains(broken(r, saying(at, words)), r.Name) })
			if !met {
				t.Errorf("%s: nothing meets %q: write what a server reads, without escapes, in small letters", r.Name, words)
			}
		}
	}
}

// The rule by which docs/detection.md shows how one is added, with its attacks, is read as it stands there and does its work.
func TestTheRuleOfTheDocumentIsOne(t *testing.T) {
	text, err := os.ReadFile("../docs/detection.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile(`(?m)^       (shop-search\n(?:           .*\n)+)`).FindSubmatch(text)
	attacks := regexp.MustCompile(`(?m)^       ("[A-Z].*")$`).FindAllSubmatch(text, -1)
	if shown == nil || len(attacks) < 2 {
		t.Fatal("the document shows no rule with its attacks")
	}
	rules, err := ParseRules("docs/detection.md", string(shown[1]))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range attacks {
		data, err := strconv.Unquote(string(a[1]))
		if err != nil {
			t.Fatalf("%s: %v", a[1], err)
		}
		if !slices.Contains(brokenOf(newBook(rules), rules[0], data), "shop-search") {
			t.Errorf("the rule does not see %s", a[1])
		}
	}
}
