package telephone

import (
	"slices"
	"strings"
	"testing"

	"abri.example/abri/telephone/sip"
)

// dialled are the numbers that a segment begins calls with, as they stand in it.
func dialled(data string) (numbers []string) {
	Dialled([]byte(data), func(_ *sip.Message, s Span) { numbers = append(numbers, data[s.From:s.To]) })
	return numbers
}

func TestDialled(t *testing.T) {
	invite := request("INVITE", "+2526123456", "a")
	for name, c := range map[string]struct {
		data string
		want []string
	}{
		"a call":                 {invite, []string{"+2526123456"}},
		"two calls":              {invite + request("INVITE", "112", "b"), []string{"+2526123456", "112"}},
		"behind an answer":       {answer(200, "BYE", "x", "c") + invite, []string{"+2526123456"}},
		"cut behind its line":    {invite[:strings.Index(invite, "Via")], []string{"+2526123456"}},
		"its line is cut":        {invite[:20], nil},
		"in a dialogue":          {strings.Replace(invite, "@198.51.100.20>", "@198.51.100.20>;tag=t", 1), nil},
		"a telephone's tel:":     {strings.Replace(invite, "sip:+2526123456@198.51.100.20 ", "tel:+2526123456 ", 1), []string{"+2526123456"}},
		"nobody":                 {strings.Replace(invite, "+2526123456@", "", 1), nil},
		"another request":        {request("OPTIONS", "+2526123456", "a"), nil},
		"a word within a header": {request("OPTIONS", "x", "a", "Subject: INVITE sip:1@x SIP/2.0"), nil},
		"a web page":             {"GET /INVITE sip HTTP/1.1\r\n\r\n", nil},
	} {
		if got := dialled(c.data); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Whatever comes, what is given stands in the data, in its order.
func FuzzDialled(f *testing.F) {
	f.Add([]byte(request("INVITE", "+2526123456", "a") + request("INVITE", "112", "b")))
	f.Add([]byte("INVITE INVITE sip:INVITE@x SIP/2.0\r\nINVITE "))
	f.Fuzz(func(t *testing.T, data []byte) {
		last := 0
		Dialled(data, func(_ *sip.Message, s Span) {
			if s.From < last || s.To <= s.From || s.To > len(data) {
				t.Errorf("%v behind %d of %d", s, last, len(data))
			}
			last = s.From
		})
	})
}
