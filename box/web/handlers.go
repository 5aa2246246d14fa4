package web

import (
	"bytes"
	"context"
	"net/http"

	"abri.example/abri"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

// weather answers with the whole first page.
func (h *house) weather(w http.ResponseWriter, r *http.Request) { h.show(w, r, "weather", "/") }

// fragment answers with the live part of the first page, for the script.
func (h *house) fragment(w http.ResponseWriter, r *http.Request) { h.show(w, r, "live", "/") }

// why answers with the published rule and how it gave today's weather.
func (h *house) why(w http.ResponseWriter, r *http.Request) { h.show(w, r, "why", "/pourquoi") }

// help answers with what the box cannot see or stop, and who to call.
func (h *house) help(w http.ResponseWriter, r *http.Request) { h.show(w, r, "help", "/aide") }

// show draws a page of the view. When the view cannot be had it is fog, and the status says so to machines.
func (h *house) show(w http.ResponseWriter, r *http.Request, name, path string) {
	v, err := h.site.View(r.Context())
	status := http.StatusOK
	if err != nil {
		h.complain(r.Context(), err)
		v, status = blind(), http.StatusServiceUnavailable
	}
	wording.Remember(w, r)
	p := pageOf(v, words{wording.Language(r, v.Language)}, path)
	if _, p.SignedIn = h.who(r); p.SignedIn && h.options.Hands != nil {
		offer(p.Attacks)
		offer(p.Earlier)
		offer(p.Found)
	}
	h.draw(w, r, name, status, p)
}

// notFound answers for every address that has no page.
func (h *house) notFound(w http.ResponseWriter, r *http.Request) {
	wording.Remember(w, r)
	lang := wording.Language(r, abri.French)
	h.draw(w, r, "lost", http.StatusNotFound, page{Lang: lang, Other: wording.Other(lang), Path: "/"})
}

// draw writes a page whole or not at all.
func (h *house) draw(w http.ResponseWriter, r *http.Request, name string, status int, p page) {
	var b bytes.Buffer
	if err := h.pages[p.Lang].ExecuteTemplate(&b, name, p); err != nil {
		h.complain(r.Context(), err)
		http.Error(w, "the page could not be drawn; the box's log says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", string(p.Lang))
	w.Header().Set("Vary", "Accept-Language, Cookie")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader may have left
}

// healthz says whether the pages can be drawn: 200, or 503 when the view cannot be had. Fog is healthy.
func (h *house) healthz(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if _, err := h.site.View(r.Context()); err != nil {
		h.complain(r.Context(), err)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("the view cannot be had\n"))
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

// complain logs a fault, unless the reader simply left.
func (h *house) complain(ctx context.Context, err error) {
	if ctx.Err() == nil {
		h.options.Log.Error("page", "code", abri.CodeOf(err), "err", err)
	}
}

// blind is the view when there is none: fog, and no figure that could pass for one. It has no time, so the page shows
// none.
func blind() View {
	r := weather.Report{Sky: abri.Fog, Because: weather.BecauseNoProof}
	r.Bounds, r.Learning = weather.Bounds("", nil)
	return View{Mode: abri.Protect, Report: r}
}
