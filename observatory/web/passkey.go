package web

import (
	"encoding/json"
	"io"
	"net/http"

	"abri.example/abri"
	"abri.example/abri/observatory/signin"
)

// questionCookie holds the secret of what a browser was asked, until it answers; goneCookie the same while its person is at
// the OpenID provider, from where he comes by a link of somebody else's page.
const (
	questionCookie = "__Host-abri-question"
	goneCookie     = "__Host-abri-gone"
)

// keep gives the browser such a secret.
func keep(w http.ResponseWriter, name, secret string, site http.SameSite) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: secret, Path: "/", MaxAge: int(signin.ChallengeLife.Seconds()), Secure: true, HttpOnly: true, SameSite: site})
}

// kept is the secret that the browser brings back; it is asked for once.
func kept(w http.ResponseWriter, r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	return c.Value
}

// askPasskey answers the script that signs somebody in with what to ask of the browser.
func (h *house) askPasskey(w http.ResponseWriter, r *http.Request, _ *visitor) {
	question, secret, err := h.Door.AskPasskey(r.Context(), r.Host, originOf(r))
	h.answerQuestion(w, r, question, secret, err)
}

// byPasskey takes the browser's answer.
func (h *house) byPasskey(w http.ResponseWriter, r *http.Request, _ *visitor) {
	answer, err := io.ReadAll(r.Body)
	if err == nil {
		var word string
		if word, _, err = h.Door.ByPasskey(r.Context(), r.Host, kept(w, r, questionCookie), answer, originOf(r)); err == nil {
			enter(w, word)
		}
	}
	h.answerScript(w, r, err)
}

// askNewPasskey and newPasskey are the same for one more passkey of who is signed in.
func (h *house) askNewPasskey(w http.ResponseWriter, r *http.Request, v *visitor) {
	question, secret, err := h.Door.AskNewPasskey(r.Context(), r.Host, v.Person)
	h.answerQuestion(w, r, question, secret, err)
}

func (h *house) newPasskey(w http.ResponseWriter, r *http.Request, v *visitor) {
	var made struct {
		Name   string          `json:"name"`
		Answer json.RawMessage `json:"answer"`
	}
	err := json.NewDecoder(r.Body).Decode(&made)
	if err != nil {
		err = &abri.Error{Code: abri.CodeInvalid, What: "this is no answer of a browser", Err: err}
	} else {
		err = h.Door.NewPasskey(r.Context(), r.Host, kept(w, r, questionCookie), made.Answer, v.Person, made.Name)
	}
	h.answerScript(w, r, err)
}

func (h *house) answerQuestion(w http.ResponseWriter, r *http.Request, question []byte, secret string, err error) {
	if err != nil {
		h.answerScript(w, r, err)
		return
	}
	keep(w, questionCookie, secret, http.SameSiteStrictMode)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(question)
}

// answerScript tells a script whether it is done, and if not a sentence for the person.
func (h *house) answerScript(w http.ResponseWriter, r *http.Request, err error) {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	status, key := http.StatusForbidden, "door.refused"
	switch abri.CodeOf(err) {
	case abri.CodeFull:
		status, key = http.StatusTooManyRequests, "door.many"
	case abri.CodeUnsupported:
		status, key = http.StatusUnprocessableEntity, "door.name"
	case abri.CodeRefused, abri.CodeInvalid, abri.CodeNotFound:
	default:
		h.Log.Error("signing in", "path", r.URL.Path, "code", abri.CodeOf(err), "err", err)
		status, key = http.StatusServiceUnavailable, "fault.database"
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": words{h.page(r, "").Lang}.say(key)})
}
