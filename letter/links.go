package letter

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// page finds the links and forms of a page (HTML as browsers read it), with what each link shows.
func (r *reading) page(content []byte) {
	content, ok := r.take(content)
	if !ok {
		return
	}
	var shown strings.Builder
	target := ""
	for z := html.NewTokenizer(bytes.NewReader(content)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if target != "" {
				r.link(shown.String(), target)
			}
			return // io.EOF, or what no browser would read on
		case html.TextToken:
			if target != "" && shown.Len() < 512 {
				shown.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.DataAtom {
			case atom.A, atom.Area:
				if target != "" {
					r.link(shown.String(), target)
				}
				shown.Reset()
				target = attribute(t, "href")
			case atom.Form:
				r.letter.Form = true
				r.link("", attribute(t, "action"))
			case atom.Iframe, atom.Script, atom.Embed:
				r.link("", attribute(t, "src"))
			case atom.Meta:
				if strings.EqualFold(attribute(t, "http-equiv"), "refresh") {
					_, to, _ := strings.Cut(attribute(t, "content"), "=")
					r.link("", strings.Trim(to, ` '"`))
				}
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.A && target != "" {
				r.link(shown.String(), target)
				target = ""
			}
		}
	}
}

func attribute(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// lines finds the links of plain text.
func (r *reading) lines(content []byte) {
	content, ok := r.take(content)
	if !ok {
		return
	}
	for _, m := range written.FindAll(content, maxLinks+1) {
		r.link("", strings.TrimRight(string(m), ".,;:!?)]}>\"'»*_"))
	}
}

// written is a link as people and programs write it in a text.
var written = regexp.MustCompile(`(?i)\b(?:https?|ftp)://[^\s<>"'\x60]{3,}|\bwww\.[a-z0-9.-]{3,250}(?:/[^\s<>"'\x60]*)?`)

// take gives as much of the text as is still searched.
func (r *reading) take(content []byte) ([]byte, bool) {
	left := maxText - r.text
	if len(content) > left {
		content, r.letter.More = content[:max(0, left)], true
	}
	r.text += len(content)
	return content, len(content) > 0
}

// link keeps one link, once.
func (r *reading) link(shown, target string) {
	target = strings.TrimSpace(target)
	if target == "" || strings.HasPrefix(target, "#") || strings.HasPrefix(strings.ToLower(target), "cid:") || strings.HasPrefix(strings.ToLower(target), "mailto:") {
		return
	}
	shown = strings.Join(strings.Fields(shown), " ")
	l := Link{Shown: shown[:min(len(shown), 512)], Target: target[:min(len(target), 4096)]}
	if slices.Contains(r.letter.Links, l) {
		return
	}
	if len(r.letter.Links) == maxLinks {
		r.letter.More = true
		return
	}
	r.letter.Links = append(r.letter.Links, l)
}

// holdsForm reports whether a page has something to fill in.
func holdsForm(content []byte) bool {
	z := html.NewTokenizer(io.LimitReader(bytes.NewReader(content), maxText))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return false
		case html.StartTagToken, html.SelfClosingTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.Form || atom.Lookup(name) == atom.Input {
				return true
			}
		}
	}
}
