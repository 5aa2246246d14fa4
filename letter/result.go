package letter

import (
	"net/textproto"
	"regexp"
	"strings"
)

// Result is what the receiving server wrote of the sender: the method (spf, dkim, dmarc) and what came out.
type Result struct {
	Method, Outcome string
}

// resultsOf reads Authentication-Results (RFC 8601) and Received-SPF (RFC 7208, section 9.1). A server writes its own
// above what came with the letter, so only the topmost of each is read: the lower ones are the sender's word.
func resultsOf(h textproto.MIMEHeader) []Result {
	var out []Result
	if lines := h["Authentication-Results"]; len(lines) > 0 {
		for _, m := range method.FindAllStringSubmatch(uncommented(lines[0]), 32) {
			out = append(out, Result{strings.ToLower(m[1]), strings.ToLower(m[2])})
		}
	}
	if lines := h["Received-Spf"]; len(lines) > 0 && outcomeOf(out, "spf") == "" {
		if word, _, _ := strings.Cut(strings.TrimSpace(lines[0]), " "); word != "" {
			out = append(out, Result{"spf", strings.ToLower(word)})
		}
	}
	return out
}

var method = regexp.MustCompile(`(?i)(?:^|;)\s*(spf|dkim|dmarc)(?:/1)?\s*=\s*([a-z]{1,12})`)

// uncommented leaves out what stands in parentheses, nested or not (RFC 5322, section 3.2.2): a sender's words may be
// quoted there.
func uncommented(line string) string {
	var b strings.Builder
	depth := 0
	for _, r := range line[:min(len(line), 8192)] {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// outcomeOf is the best outcome of a method: one good signature of several is enough.
func outcomeOf(results []Result, method string) string {
	said := ""
	for _, r := range results {
		if r.Method == method && (said == "" || r.Outcome == "pass") {
			said = r.Outcome
		}
	}
	return said
}
