package program

import "testing"

const (
	dos = "MZ\x90\x00\x03\x00\x00\x00"
	cfb = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
)

func TestFilesAreKnown(t *testing.T) {
	for _, c := range []struct {
		name, kind, begins string
		want               Kind
	}{
		{"a.exe", "", dos, Windows},
		{"a.jpg", "image/jpeg", dos, Windows},
		{"", "", "MZ is a text about the letters", ""},
		{"", "", "MZ!! This program cannot be run in DOS mode", Windows},
		{"mips", "", "\x7fELF\x01", ELF},
		{"a", "", "\xcf\xfa\xed\xfe\x07", Mac},
		{"a.pdf", "", "L\x00\x00\x00\x01\x14\x02\x00\x00", Shortcut},
		{"a.msi", "", cfb, Package},
		{"a.doc", "application/msword", cfb, ""},
		{"a.doc", "application/x-msi", cfb, Package},
		{"a.jar", "", "PK\x03\x04", Package},
		{"a.docx", "", "PK\x03\x04", ""},
		{"a.iso", "application/octet-stream", "\x00\x00\x00", Disc},
		{"a.iso", "text/html", "not found", ""},
		{"a.img", "image/jpeg", "\xff\xd8\xff\xe0\x00\x10JFIF", ""},
		{"a.img", "image/jpeg", "\x00\x00\x00\x00", Disc},
		{"a.hta", "", "<html><script language=vbscript>", Script},
		{"a.vbs", "text/html", "<!DOCTYPE html>", ""},
		{"a.vbs", "", "Set x = CreateObject(1)", Script},
		{"", "application/hta", "<script>", Script},
		{"a.sh", "", "#!/bin/sh\n", Script},
		{"page.js", "text/javascript", "var x", ""},
		{"a.exe", "application/x-msdownload", "\x8a\x11\x00", Windows},
		{"a.exe", "application/x-msdownload", "<html>no</html>", ""},
		{"a.exe", "", "", ""},
	} {
		if got := Of(c.name, c.kind, []byte(c.begins)); got != c.want {
			t.Errorf("%s, %s, %q: %q, not %q", c.name, c.kind, c.begins, got, c.want)
		}
	}
}

func TestNamesAreKnown(t *testing.T) {
	for name, want := range map[string][4]bool{ // runs, named, shown, disguised
		"setup.EXE. ":        {true, true, false, false},
		"driver.cab":         {false, true, false, false},
		"photo.jpg":          {false, false, true, false},
		"facture.pdf.exe":    {true, true, false, true},
		"bilan.docx     .js": {true, true, false, true},
		"gnp\u202eexe.txt":   {false, false, true, true},
		"get.php":            {},
		"archive.zip":        {},
		"":                   {},
	} {
		if got := [4]bool{Runs(name), Named(name), Shown(name), Disguised(name)}; got != want {
			t.Errorf("%q: %v, not %v", name, got, want)
		}
	}
}

func TestProductsAreKnown(t *testing.T) {
	for name, want := range map[string]bool{"Chrome Font v2.41.exe": true, "FlashPlayer_32.msi": true, "plugin_office_KB1.exe": true, "pilote.exe": false, "": false} {
		if Product(name) != want {
			t.Errorf("%q: not %v", name, want)
		}
	}
}

func FuzzOf(f *testing.F) {
	f.Add("a.msi", "application/x-msi", []byte(cfb))
	f.Fuzz(func(t *testing.T, name, kind string, b []byte) {
		if k := Of(name, kind, b); k != "" && len(b) == 0 {
			t.Errorf("nothing is a program of %q, %q: %q", name, kind, k)
		}
		_ = Disguised(name)
	})
}
