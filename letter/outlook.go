package letter

import (
	"bufio"
	"bytes"
	"net/textproto"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"

	abri "abri.example/abri"
)

// The properties of a .msg file that are read (MS-OXPROPS), as their streams are named: the tag's number, its type apart.
const (
	propSubject  = "0037"
	propHeaders  = "007D"
	propFromName = "0C1A"
	propFrom     = "0C1F"
	propFromSMTP = "5D01"
	propBody     = "1000"
	propRTF      = "1009"
	propHTML     = "1013"
	propData     = "3701"
	propShort    = "3704"
	propLong     = "3707"
	propType     = "370E"
)

var wanted = []string{propSubject, propHeaders, propFromName, propFrom, propFromSMTP, propBody, propRTF, propHTML, propData, propShort, propLong, propType}

// readOutlook reads a letter as Outlook saves it (MS-OXMSG): a compound file with a stream a property.
func readOutlook(b []byte) (Letter, error) {
	c, ok := openCompound(b)
	if !ok {
		return Letter{}, &abri.Error{Code: abri.CodeDamaged, What: "this .msg file is damaged", Remedy: "save it again from Outlook, or copy its link"}
	}
	r := &reading{}
	root := c.within(c.entries[0])
	p := propertiesOf(c, root)
	if len(p) == 0 {
		return Letter{}, &abri.Error{Code: abri.CodeDamaged, What: "this file holds no letter", Remedy: "save it again from Outlook as .msg"}
	}
	if headers := p.text(propHeaders); headers != "" {
		h, _ := textproto.NewReader(bufio.NewReader(strings.NewReader(headers + "\r\n\r\n"))).ReadMIMEHeader()
		r.head(h) // as much of them as could be read
	}
	if r.letter.From == (Party{}) {
		r.letter.From = Party{Name: p.text(propFromName), Address: strings.ToLower(p.text(propFromSMTP))}
		if a := p.text(propFrom); r.letter.From.Address == "" && strings.Contains(a, "@") {
			r.letter.From.Address = strings.ToLower(a)
		}
	}
	if s := p.text(propSubject); s != "" {
		r.letter.Subject = s[:min(len(s), 4096)]
	}
	r.bodies(p)
	for _, e := range root {
		if e.storage && strings.HasPrefix(e.name, "__attach_version1.0_") {
			r.attached(c, e)
		}
	}
	return r.letter, nil
}

// bodies reads the letter in each form that is there: they need not say the same.
func (r *reading) bodies(p properties) {
	r.lines([]byte(p.text(propBody)))
	if html := p[propHTML+"0102"]; len(html) > 0 {
		r.page(inUTF8(html, "text/html"))
	} else if html := p.text(propHTML); html != "" {
		r.page([]byte(html))
	}
	if rtf := unpackRTF(p[propRTF+"0102"]); len(rtf) > 0 {
		r.rich(rtf)
	}
}

func (r *reading) attached(c *container, storage entry) {
	if len(r.letter.Attachments) == maxAttachments {
		r.letter.More = true
		return
	}
	p := propertiesOf(c, c.within(storage))
	name := p.text(propLong)
	if name == "" {
		name = p.text(propShort)
	}
	r.attach(name, strings.ToLower(p.text(propType)), p[propData+"0102"])
}

// properties are the streams of a letter or an attachment, by number and type: "0037001F".
type properties map[string][]byte

func propertiesOf(c *container, entries []entry) properties {
	p := properties{}
	for _, e := range entries {
		name, found := strings.CutPrefix(e.name, "__substg1.0_")
		if !found || e.storage || len(name) != 8 || !slices.Contains(wanted, strings.ToUpper(name[:4])) {
			continue
		}
		p[strings.ToUpper(name)] = c.read(e)
	}
	return p
}

// text is a property of characters: in Unicode, or in the code page of western Windows.
func (p properties) text(number string) string {
	if b, found := p[number+"001F"]; found {
		return strings.TrimRight(utf16Text(b), "\x00")
	}
	b := bytes.TrimRight(p[number+"001E"], "\x00")
	if s, err := charmap.Windows1252.NewDecoder().Bytes(b); err == nil {
		b = s
	}
	return string(b)
}
