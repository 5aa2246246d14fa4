package letter

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	abri "abri.example/abri"
)

// outlook writes a .msg file of these streams, by path: "0037001F", or "0/3707001F" for an attachment's. Streams below
// smallStream bytes go into the small stream, as Outlook writes them.
func outlook(streams map[string][]byte) []byte {
	type node struct {
		name        string
		kind        byte
		child, next uint32
		start       uint32
		size        int
	}
	var small, large []byte
	var miniFAT, fat []uint32
	const sector = 512
	chain := func(table *[]uint32, n int) uint32 {
		first := uint32(len(*table))
		for i := range n {
			next := first + uint32(i) + 1
			if i == n-1 {
				next = 0xfffffffe
			}
			*table = append(*table, next)
		}
		if n == 0 {
			return 0xfffffffe
		}
		return first
	}
	pad := func(b []byte, to int) []byte { return append(b, make([]byte, (to-len(b)%to)%to)...) }
	put := func(b []byte) uint32 {
		if len(b) < smallStream {
			start := chain(&miniFAT, (len(b)+63)/64)
			small = append(small, pad(bytes.Clone(b), 64)...)
			return start
		}
		start := chain(&fat, (len(b)+sector-1)/sector)
		large = append(large, pad(bytes.Clone(b), sector)...)
		return start
	}
	nodes := []node{{name: "Root Entry", kind: 5, child: noEntry, next: noEntry}}
	add := func(parent int, n node) int {
		n.next, nodes[parent].child = nodes[parent].child, uint32(len(nodes))
		nodes = append(nodes, n)
		return len(nodes) - 1
	}
	storages := map[string]int{"": 0}
	for path, content := range streams {
		folder, name, nested := strings.Cut(path, "/")
		if !nested {
			folder, name = "", path
		}
		if _, found := storages[folder]; !found {
			storages[folder] = add(0, node{name: "__attach_version1.0_#0000000" + folder, kind: 1, child: noEntry})
		}
		add(storages[folder], node{name: "__substg1.0_" + name, kind: 2, child: noEntry, start: put(content), size: len(content)})
	}
	small = pad(small, sector)
	nodes[0].start, nodes[0].size = chain(&fat, len(small)/sector), len(small)
	large = append(large, small...)
	var table []byte
	for _, n := range miniFAT {
		table = binary.LittleEndian.AppendUint32(table, n)
	}
	table = pad(table, sector)
	miniStart := chain(&fat, len(table)/sector)
	large = append(large, table...)
	var directory []byte
	for _, n := range nodes {
		e := make([]byte, 128)
		units := utf16.Encode([]rune(n.name))
		for i, u := range units {
			binary.LittleEndian.PutUint16(e[2*i:], u)
		}
		binary.LittleEndian.PutUint16(e[64:], uint16(2*len(units)+2))
		e[66] = n.kind
		binary.LittleEndian.PutUint32(e[68:], noEntry)
		binary.LittleEndian.PutUint32(e[72:], n.next)
		binary.LittleEndian.PutUint32(e[76:], n.child)
		binary.LittleEndian.PutUint32(e[116:], n.start)
		binary.LittleEndian.PutUint32(e[120:], uint32(n.size))
		directory = append(directory, e...)
	}
	directory = pad(directory, sector)
	directoryStart := chain(&fat, len(directory)/sector)
	large = append(large, directory...)
	sectors := (len(fat)+1)*4/sector + 1
	fatStart := uint32(len(fat))
	head := append(bytes.Clone(compound), make([]byte, sector-len(compound))...)
	binary.LittleEndian.PutUint16(head[30:], 9)
	binary.LittleEndian.PutUint32(head[44:], uint32(sectors))
	binary.LittleEndian.PutUint32(head[48:], directoryStart)
	binary.LittleEndian.PutUint32(head[60:], miniStart)
	binary.LittleEndian.PutUint32(head[68:], 0xfffffffe)
	for i := range 109 {
		at := uint32(0xffffffff)
		if i < sectors {
			at = fatStart + uint32(i)
		}
		binary.LittleEndian.PutUint32(head[76+4*i:], at)
	}
	var tail []byte
	for _, n := range fat {
		tail = binary.LittleEndian.AppendUint32(tail, n)
	}
	for range sectors {
		tail = binary.LittleEndian.AppendUint32(tail, 0xfffffffd)
	}
	return append(append(head, large...), pad(tail, sector)...)
}

func wide(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func TestALetterOfOutlook(t *testing.T) {
	long := strings.Repeat("Bonjour, ", 2000)
	l, err := Read(outlook(map[string][]byte{
		"0037001F": wide("Votre dossier à jour"), "0C1A001F": wide("Ameli"), "5D01001F": wide("X12@Gmail.com"),
		"1000001F": wide(long + "https://listed.example.net/x"), "10130102": []byte(`<a href="https://bit.ly/3">www.impots.gouv.fr</a>`),
		"0/3707001F": wide("facture.pdf.exe"), "0/37010102": append([]byte("MZ"), make([]byte, 9000)...), "0/370E001F": wide("application/pdf"),
		"1/3704001E": []byte("notes.txt\x00"), "1/37010102": []byte("x"), "1/80010102": []byte("not read"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	if l.Subject != "Votre dossier à jour" || l.From != (Party{"Ameli", "x12@gmail.com"}) || len(l.Attachments) != 2 {
		t.Errorf("%+v", l)
	}
	o := Examine(l, town())
	found := map[Kind]bool{}
	for _, r := range o.Reasons {
		found[r.Kind] = true
	}
	for _, k := range []Kind{ListedName, Shortened, Mismatch, Pretends, Program, Disguised} {
		if !found[k] {
			t.Errorf("no %s in %+v", k, o.Reasons)
		}
	}
}

func TestOutlooksHeadersSayMoreThanItsOwnFields(t *testing.T) {
	l, err := Read(outlook(map[string][]byte{"007D001F": wide("From: =?utf-8?Q?Cl=C3=A9a?= <clea@mairie.fr>\r\nReply-To: x@gmail.com\r\nAuthentication-Results: mx; dmarc=fail\r\n"), "0C1A001F": wide("else")}))
	if err != nil || l.From != (Party{"Cléa", "clea@mairie.fr"}) || l.ReplyTo.Address != "x@gmail.com" || len(l.Results) != 1 {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestRichText(t *testing.T) {
	// The example of MS-OXRTFCP 3.1.1, and its stored twin.
	packed := []byte("\x2d\x00\x00\x00\x2b\x00\x00\x00LZFu\xf1\xc5\xc7\xa7\x03\x00\x0a\x00rcpg125\x42\x32\x0a\xf3 hel\x09\x00 bw\x05\xb0ld}\x0a\x80\x0f\xa0")
	want := "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
	if got := string(unpackRTF(packed)); got != want {
		t.Errorf("%q", got)
	}
	stored := append([]byte("\x2d\x00\x00\x00\x2b\x00\x00\x00MELA\x00\x00\x00\x00"), want...)
	if got := string(unpackRTF(stored)); got != want {
		t.Errorf("%q", got)
	}
	r := &reading{}
	r.rich([]byte(`{\field{\*\fldinst { HYPERLINK "https://listed.example.net/a" }}} {\*\htmltag84 <a class="x" href="https://bit.ly/3">}`))
	if len(r.letter.Links) != 2 || r.letter.Links[1].Target != "https://bit.ly/3" {
		t.Errorf("%+v", r.letter.Links)
	}
}

// hostile are files made to cost much, or to break what reads them.
func hostile() map[string][]byte {
	deep := eml("Content-Type: multipart/mixed; boundary=b\n", strings.Repeat("--b\nContent-Type: multipart/mixed; boundary=b\n\n", 10000))
	circle := outlook(map[string][]byte{"0037001F": make([]byte, 9000), "1000001F": wide("x")})
	for i := 512; i+4 <= len(circle); i += 4 { // every chain leads to sector 1
		if n := binary.LittleEndian.Uint32(circle[i:]); n > 0 && n < 64 {
			binary.LittleEndian.PutUint32(circle[i:], 1)
		}
	}
	shared := outlook(map[string][]byte{"0037001F": make([]byte, 100_000)})
	return map[string][]byte{
		"nothing": nil, "no letter": []byte("bonjour"), "bytes": bytes.Repeat([]byte{0xff}, 1000), "a web page": []byte("<html><a href=x>"),
		"deep": deep, "parts": eml("Content-Type: multipart/mixed; boundary=b\n", strings.Repeat("--b\n\nx\n", 100_000)),
		"links":   page(strings.Repeat(`<a href="https://x.example.org/">x</a>`, 100_000)),
		"letters": page(strings.Repeat("<a href=", 300_000)), "no end": eml("Content-Type: text/html\n", "<a href=\""+strings.Repeat("x", 1<<20)),
		"boundary": eml("Content-Type: multipart/mixed; boundary=\""+strings.Repeat("b", 70)+"\"\n", strings.Repeat("--"+strings.Repeat("b", 70)+"-", 20_000)),
		"headers":  []byte(strings.Repeat("Received: from x ([192.0.2.1]) by mx\r\n", 50_000) + "\r\n"),
		"folded":   []byte("From: " + strings.Repeat("(", 500_000) + "\r\n\r\n"),
		"words":    []byte("Subject: " + strings.Repeat("=?utf-8?B?AA==?=", 50_000) + "\r\n\r\n"),
		"charset":  eml("Content-Type: text/plain; charset=iso-2022-jp\n", strings.Repeat("\x1b$B", 100_000)),
		"compound": compound, "circle": circle, "cut": shared[:len(shared)/2], "shared": shared,
	}
}

func TestHostileFilesAreReadOrRefusedCleanly(t *testing.T) {
	for name, b := range hostile() {
		l, err := Read(b)
		if err != nil && (abri.CodeOf(err) != abri.CodeDamaged || !strings.Contains(err.Error(), "save it")) {
			t.Errorf("%s: %v", name, err)
		}
		if len(l.Links) > maxLinks || len(l.Attachments) > maxAttachments {
			t.Errorf("%s: %d links, %d attachments", name, len(l.Links), len(l.Attachments))
		}
		Examine(l, town())
	}
	if l, _ := Read(hostile()["parts"]); !l.More {
		t.Error("a letter of 100,000 parts is said to be whole")
	}
	if _, err := Read(make([]byte, MaxBytes+1)); abri.CodeOf(err) != abri.CodeFull {
		t.Errorf("too large: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, b := range hostile() {
		if len(b) < 100_000 {
			f.Add(b)
		}
	}
	f.Add(file("a.pdf.exe", "application/pdf", "MZ"))
	f.Add(outlook(map[string][]byte{"0037001F": wide("x"), "10090102": []byte("\x2d\x00\x00\x00\x2b\x00\x00\x00LZFu\x00\x00\x00\x00\x00abc"), "0/3707001F": wide("a.zip"), "0/37010102": []byte("PK\x03\x04")}))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := Read(b)
		if err != nil {
			return
		}
		if len(l.Links) > maxLinks || len(l.Attachments) > maxAttachments {
			t.Fatalf("%d links, %d attachments", len(l.Links), len(l.Attachments))
		}
		o := Examine(l, town())
		_ = o.Sentence(abri.French)
	})
}

func FuzzExamineLink(f *testing.F) {
	for _, link := range []string{"https://www.impots.gouv.fr", "0x7f.1", "http://[::1]/", "javascript:x", "//a@b.c/?u=http://d.e"} {
		f.Add(link)
	}
	f.Fuzz(func(t *testing.T, link string) {
		if o, err := ExamineLink(link, town()); err == nil && o.Sentence(abri.French) == "" {
			t.Fatal("an opinion without a sentence")
		}
	})
}
