package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"abri.example/abri"
	"abri.example/abri/letter"
	"abri.example/abri/wording"
)

// Examiner says what speaks against a letter or a link that somebody doubts. Implementations are safe for concurrent
// use, keep nothing of what they are shown, and bound how many they examine at once (CodeUnavailable beyond it).
type Examiner interface {
	ExamineLetter(ctx context.Context, file []byte) (letter.Opinion, error)
	ExamineLink(ctx context.Context, link string) (letter.Opinion, error)
}

// maxLink is more than any browser follows, in bytes.
const maxLink = 64 << 10

// sending is how long a browser may take to send a letter.
const sending = 30 * time.Second

// opinion is what the page says of a letter or a link.
type opinion struct {
	Advice    letter.Advice
	Name      string // the advice as a word
	Sentence  string
	Subject   string
	From      string
	Reasons   []string // all of them, the worst first
	Confirmed bool
	More      bool
	Links     string
	Attached  string
}

// asking answers /verifier: a place to paste a link or to drop an e-mail. It needs no login: who doubts should ask.
func (h *house) asking(w http.ResponseWriter, r *http.Request) {
	wording.Remember(w, r)
	h.showOpinion(w, r, http.StatusOK, nil, nil)
}

// verify answers what is sent to /verifier.
func (h *house) verify(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).SetReadDeadline(h.deadline()) // where there is a connection to slow down
	r.Body = http.MaxBytesReader(w, r.Body, letter.MaxBytes+maxLink)
	o, err := h.examine(r)
	if err == nil {
		h.showOpinion(w, r, http.StatusOK, &o, nil)
		return
	}
	status := http.StatusUnprocessableEntity
	switch abri.CodeOf(err) {
	case abri.CodeUnavailable:
		status = http.StatusServiceUnavailable
	case abri.CodeFull:
		status = http.StatusRequestEntityTooLarge
	}
	h.showOpinion(w, r, status, nil, err)
}

func (h *house) deadline() time.Time {
	if h.options.Clock == nil {
		return time.Time{}
	}
	return h.options.Clock().Add(sending)
}

// examine takes the link or the e-mail out of what was sent, without a copy on the disk.
func (h *house) examine(r *http.Request) (letter.Opinion, error) {
	if h.options.Examiner == nil {
		return letter.Opinion{}, &abri.Error{Code: abri.CodeUnavailable, What: "nothing can be examined here"}
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return letter.Opinion{}, &abri.Error{Code: abri.CodeInvalid, What: "nothing was sent"}
	}
	link := ""
	for {
		p, err := parts.NextPart()
		if err != nil {
			break
		}
		content, err := field(p)
		if err != nil {
			return letter.Opinion{}, err
		}
		if p.FormName() == "courriel" && len(content) > 0 {
			return h.options.Examiner.ExamineLetter(r.Context(), content)
		}
		if p.FormName() == "lien" {
			link = string(content[:min(len(content), maxLink)])
		}
	}
	return h.options.Examiner.ExamineLink(r.Context(), link)
}

// field reads one field, at most a byte more than the largest letter: the reader of letters refuses it then.
func field(p *multipart.Part) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(p, letter.MaxBytes+1))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return make([]byte, letter.MaxBytes+1), nil
	case err != nil:
		return nil, &abri.Error{Code: abri.CodeInvalid, What: "what was sent did not arrive whole", Err: err}
	}
	return content, nil
}

// showOpinion draws the page, with what was found when there is something. A refusal is said in the reader's words; the
// inner one goes to the log.
func (h *house) showOpinion(w http.ResponseWriter, r *http.Request, status int, o *letter.Opinion, err error) {
	lang := wording.Language(r, abri.French)
	p := page{Lang: lang, Other: wording.Other(lang), Path: "/verifier", Title: words{lang}.say("verify")}
	_, p.SignedIn = h.who(r)
	if o != nil {
		p.Opinion = opinionOf(*o, words{lang})
	}
	if err != nil {
		p.Fault = words{lang}.say(faultOf(err))
	}
	h.draw(w, r, "verify", status, p)
}

// faultOf is the phrase for why nothing was found.
func faultOf(err error) string {
	switch abri.CodeOf(err) {
	case abri.CodeUnavailable:
		return "verify.busy"
	case abri.CodeFull:
		return "verify.large"
	case abri.CodeDamaged:
		return "verify.unread"
	}
	return "verify.nothing"
}

func opinionOf(o letter.Opinion, w words) *opinion {
	name := map[letter.Advice]string{letter.Danger: "verify.danger", letter.Doubt: "verify.doubt", letter.Nothing: "verify.none"}[o.Advice]
	out := &opinion{Advice: o.Advice, Name: w.say(name), Sentence: w.spaced(o.Sentence(w.lang)), Subject: o.Subject,
		Confirmed: o.Confirmed, More: o.More, Links: wording.Number(uint64(o.Links), w.lang), Attached: wording.Number(uint64(o.Attached), w.lang)}
	out.From = o.From.Name
	if o.From.Address != "" {
		out.From += " <" + o.From.Address + ">"
	}
	for _, r := range o.Reasons {
		out.Reasons = append(out.Reasons, w.spaced(r.Sentence(w.lang)))
	}
	return out
}
