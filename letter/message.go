package letter

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/netip"
	"net/textproto"
	"regexp"
	"strings"

	"golang.org/x/net/html/charset"

	abri "abri.example/abri"
)

// reading is a letter on its way, with what of the bounds is left.
type reading struct {
	letter Letter
	parts  int
	text   int
}

// readMessage reads an e-mail as it travels (RFC 5322, RFC 2045 to 2049).
func readMessage(b []byte) (Letter, error) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(b, []byte("From ")) { // the separator of a mailbox file
		_, b, _ = bytes.Cut(b, []byte("\n"))
	}
	m, err := mail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		return Letter{}, &abri.Error{Code: abri.CodeDamaged, What: "this is no e-mail", Remedy: "save it from the mail program as .eml or .msg, or copy its link", Err: err}
	}
	if m.Header.Get("From") == "" && m.Header.Get("Subject") == "" && m.Header.Get("Received") == "" {
		return Letter{}, &abri.Error{Code: abri.CodeDamaged, What: "this is no e-mail: it has neither sender nor subject", Remedy: "save it from the mail program as .eml or .msg, or copy its link"}
	}
	r := &reading{}
	r.head(textproto.MIMEHeader(m.Header))
	r.part(textproto.MIMEHeader(m.Header), m.Body, 0)
	return r.letter, nil
}

// head reads who the letter is from, and what the receiving server found of it.
func (r *reading) head(h textproto.MIMEHeader) {
	r.letter.From, r.letter.ReplyTo = partyOf(h.Get("From")), partyOf(h.Get("Reply-To"))
	r.letter.Subject = plain(h.Get("Subject"))
	r.letter.Results = resultsOf(h)
	for _, line := range h["Received"][:min(len(h["Received"]), 20)] {
		for _, m := range relayed.FindAllStringSubmatch(line, 3) {
			if a, err := netip.ParseAddr(m[1]); err == nil {
				r.letter.Relays = append(r.letter.Relays, a.Unmap())
			}
		}
	}
}

// relayed finds the address that a server noted of who handed it the letter: [192.0.2.1] or [IPv6:2001:db8::1].
var relayed = regexp.MustCompile(`\[(?:IPv6:)?([0-9a-fA-F.:]{7,45})\]`)

// partyOf reads the first address of a header, leniently: what can't be parsed is kept as the name that is shown.
func partyOf(value string) Party {
	value = value[:min(len(value), 2048)]
	list, err := (&mail.AddressParser{WordDecoder: words}).ParseList(value)
	if err == nil && len(list) > 0 {
		return Party{Name: strings.TrimSpace(list[0].Name), Address: strings.ToLower(list[0].Address)}
	}
	shown := plain(value)
	if i, j := strings.LastIndexByte(shown, '<'), strings.LastIndexByte(shown, '>'); i >= 0 && j > i {
		return Party{Name: strings.Trim(shown[:i], ` "`), Address: strings.ToLower(strings.TrimSpace(shown[i+1 : j]))}
	}
	if !strings.ContainsAny(shown, " \t") && strings.Count(shown, "@") == 1 {
		return Party{Address: strings.ToLower(shown)}
	}
	return Party{Name: shown}
}

// words decodes the words of headers (RFC 2047), in whatever charset they are.
var words = &mime.WordDecoder{CharsetReader: func(name string, in io.Reader) (io.Reader, error) { return charset.NewReaderLabel(name, in) }}

func plain(value string) string {
	value = value[:min(len(value), 4096)]
	if decoded, err := words.DecodeHeader(value); err == nil {
		value = decoded
	}
	return strings.Join(strings.Fields(value), " ")
}

// part reads one part and those within it.
func (r *reading) part(h textproto.MIMEHeader, body io.Reader, depth int) {
	if r.parts++; r.parts > maxParts || depth > maxDepth {
		r.letter.More = true
		return
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil && kind == "" {
		kind = "text/plain" // RFC 2045, section 5.2
	}
	switch {
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] != "":
		parts := multipart.NewReader(body, params["boundary"])
		for r.parts <= maxParts {
			p, err := parts.NextRawPart()
			if err != nil {
				return // what was read before the damage counts
			}
			r.part(p.Header, p, depth+1)
		}
		r.letter.More = true
		return
	}
	content, _ := io.ReadAll(io.LimitReader(decoded(h.Get("Content-Transfer-Encoding"), body), MaxBytes)) // the whole part, or as far as it is whole
	name := fileName(h, params)
	disposition, _, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	switch {
	case kind == "message/rfc822" && name == "":
		if m, err := mail.ReadMessage(bytes.NewReader(content)); err == nil {
			r.part(textproto.MIMEHeader(m.Header), m.Body, depth+1)
		}
	case name != "" || disposition == "attachment":
		r.attach(name, kind, content)
	case kind == "text/html":
		r.page(inUTF8(content, h.Get("Content-Type")))
	case strings.HasPrefix(kind, "text/"):
		r.lines(inUTF8(content, h.Get("Content-Type")))
	case !strings.HasPrefix(kind, "image/"):
		r.attach(name, kind, content)
	}
}

// fileName is the name under which a part would be saved, of whichever header gives one.
func fileName(h textproto.MIMEHeader, params map[string]string) string {
	_, disposition, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	name := disposition["filename"]
	if name == "" {
		name = params["name"]
	}
	return plain(name)
}

// decoded undoes the transfer encoding (RFC 2045, section 6). What is neither is taken as it stands.
func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, &onlyBase64{from: body})
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

// onlyBase64 leaves out what is not of the alphabet, as RFC 2045 asks and as the servers of spammers need.
type onlyBase64 struct{ from io.Reader }

func (o *onlyBase64) Read(b []byte) (int, error) {
	for {
		n, err := o.from.Read(b)
		kept := 0
		for _, c := range b[:n] {
			if 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/' || c == '=' {
				b[kept] = c
				kept++
			}
		}
		if kept > 0 || err != nil {
			return kept, err
		}
	}
}

// inUTF8 reads text in the charset that its header, or the text itself, names.
func inUTF8(content []byte, contentType string) []byte {
	content = content[:min(len(content), maxText)]
	in, err := charset.NewReader(bytes.NewReader(content), contentType)
	if err != nil {
		return content
	}
	out, err := io.ReadAll(io.LimitReader(in, 2*maxText))
	if err != nil {
		return content
	}
	return out
}
