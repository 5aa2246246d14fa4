package detect

import (
	"strings"
	"testing"
)

func TestQuestion(t *testing.T) {
	plain := "\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03wWw\x06mairie\x07example\x00\x00\x10\x00\x01"
	var q question
	if !q.read([]byte(plain)) || q.answer || q.kind != dnsTXT || q.text(3) != "www.mairie.example" || q.domain() != 2 || q.cargo() != 3 {
		t.Errorf("read %+v", q)
	}
	british := strings.Replace(plain, "\x06mairie\x07example", "\x06mairie\x02co\x02uk", 1)
	if !q.read([]byte(british)) || q.domain() != 3 {
		t.Errorf("read %+v", q)
	}
	for name, data := range map[string]string{
		"cut":             plain[:25],
		"without an end":  plain[:len(plain)-5],
		"a pointer":       strings.Replace(plain, "\x03wWw", "\xc0\x0cxx", 1),
		"no question":     strings.Replace(plain, "\x00\x01\x00\x00\x00\x00\x00\x00\x03", "\x00\x00\x00\x00\x00\x00\x00\x00\x03", 1),
		"an update":       plain[:2] + "\x28" + plain[3:],
		"the root":        plain[:12] + "\x00\x00\x01\x00\x01",
		"too many labels": plain[:12] + strings.Repeat("\x01a", 50) + "\x00\x00\x01\x00\x01",
	} {
		if q.read([]byte(data)) {
			t.Errorf("%s is read as %+v", name, q)
		}
	}
}

func TestImprobable(t *testing.T) {
	for label, want := range map[string]bool{
		"xqcuxrdsfdxf": true, "wfxwgwvfroly": true, "lbuywpvcihkqkeo": true, "x1k9z7q2w8v": true,
		"mairie": false, "cybermalveillance": false, "sury-le-comtal": false, "boulangerie": false, "googleusercontent": false, "xqz": false, "caf3-de-la-gar3": false, "elections2026-42": false,
	} {
		if improbable([]byte(label)) != want {
			t.Errorf("%s: improbable is not %v", label, want)
		}
	}
}

func FuzzQuestion(f *testing.F) {
	f.Add([]byte("\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x06mairie\x07example\x00\x00\x10\x00\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var q question
		if !q.read(data) {
			return
		}
		if n := q.domain(); n < 1 || n > len(q.labels) || q.cargo() < 0 || q.cargo() > q.length || len(q.text(n)) == 0 && len(q.labels[0]) > 0 {
			t.Errorf("read %+v", q)
		}
		q.name(len(q.labels))
	})
}
