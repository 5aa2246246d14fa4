package web

import (
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/invitation"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// inviting is the page by which a site is entered and its box invited; and then the sheet for the box's parcel.
type inviting struct {
	Site   ledger.Site
	Sorts  []choice
	Places []choice
	Word   string // of the invitation that was just made: it is shown this once
	Code   template.HTML
	Until  instant
}

// inviting answers GET /inviter; with ?site= it begins with what is known of that site.
func (h *house) inviting(w http.ResponseWriter, r *http.Request, v *visitor) {
	site := ledger.Site{Sort: ledger.Commune, Place: ledger.Behind}
	if number, err := strconv.ParseInt(r.URL.Query().Get("site"), 10, 64); err == nil {
		if site, err = v.Site(r.Context(), number); err != nil {
			h.fault(w, r, err)
			return
		}
	}
	h.showInviting(w, r, &inviting{Site: site}, nil)
}

func (h *house) showInviting(w http.ResponseWriter, r *http.Request, view *inviting, wrong error) {
	p := h.page(r, "/inviter")
	words := words{p.Lang}
	p.Title = words.say("enrol.title")
	for _, s := range []ledger.Sort{ledger.Commune, ledger.Firm, ledger.Association} {
		view.Sorts = append(view.Sorts, choice{words.say("sort." + string(s)), string(s), s == view.Site.Sort})
	}
	for _, s := range []ledger.Place{ledger.Behind, ledger.Before} {
		view.Places = append(view.Places, choice{words.say("place." + string(s)), string(s), s == view.Site.Place})
	}
	if view.Word != "" && wrong == nil {
		code, err := invitation.CodeOf(view.Word)
		if wrong = err; err == nil {
			view.Code = code.SVG(words.say("enrol.code") + " " + view.Site.Name)
		}
		now := h.Now().In(h.Location)
		view.Until = instantOf(now.Add(invitation.Usual), now, p.Lang)
	}
	p.Inviting = view
	h.draw(w, r, "inviting", p.wrong(wrong), p)
}

// invite enters the site, or what is new of it, and makes the invitation of its box.
func (h *house) invite(w http.ResponseWriter, r *http.Request, v *visitor) {
	site, err := h.siteIn(r, v)
	view := &inviting{Site: site}
	var token fleet.Token
	if err == nil {
		site.Number, err = v.Enter(r.Context(), site)
	}
	if err == nil {
		token, err = v.Invite(r.Context(), site.Number, invitation.Usual, h.Now())
	}
	if err == nil {
		view.Word = token.String()
	}
	h.showInviting(w, r, view, err)
}

// siteIn reads a site of the form, over what is known of it; a commune that was imported has its name.
func (h *house) siteIn(r *http.Request, v *visitor) (ledger.Site, error) {
	field := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	site := ledger.Site{Sort: ledger.Sort(field("sorte")), Code: field("code")}
	known, err := v.Site(r.Context(), ledger.SiteNumber(site.Sort, site.Code))
	switch {
	case err == nil:
		site = known
	case abri.CodeOf(err) != abri.CodeNotFound:
		return site, err
	default:
		site.Created = h.Now()
	}
	if name := field("nom"); name != "" {
		site.Name = name
	}
	site.Trade, site.Place = field("metier"), ledger.Place(field("place"))
	site.Contact = ledger.Contact{Person: field("contact"), Mail: field("courriel"), Telephone: field("telephone")}
	if site.Name != "" || site.Sort != ledger.Commune {
		return site, nil
	}
	site.Name, err = h.ledger.CommuneName(r.Context(), site.Code)
	return site, err
}

// ship notes that a site's box was sent.
func (h *house) ship(w http.ResponseWriter, r *http.Request, v *visitor) {
	site, err := numberIn(r)
	if err == nil {
		err = v.Ship(r.Context(), site, h.Now())
	}
	h.backToSite(w, r, site, err)
}

// confirm takes the box in that waits with the words that were read out to whoever types them. They are not shown here:
// who sees them does not compare.
func (h *house) confirm(w http.ResponseWriter, r *http.Request, v *visitor) {
	site, err := numberIn(r)
	if err == nil {
		_, err = v.Confirm(r.Context(), site, r.PostFormValue("mots"), h.Now())
	}
	if abri.CodeOf(err) == abri.CodeNotFound && v.MayAt(r.Context(), people.Read, site) == nil {
		h.say(w, r, http.StatusUnprocessableEntity, "enrol.words.wrong")
		return
	}
	h.backToSite(w, r, site, err)
}

// revokeBox takes a box out, at once.
func (h *house) revokeBox(w http.ResponseWriter, r *http.Request, v *visitor) {
	site, err := numberIn(r)
	if err == nil {
		err = v.Revoke(r.Context(), fleet.Identity{Site: site, Box: r.PostFormValue("boitier")})
	}
	h.backToSite(w, r, site, err)
}

func numberIn(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PostFormValue("site"), 10, 64)
	if err != nil || n == 0 {
		return 0, &abri.Error{Code: abri.CodeInvalid, What: "this is no site"}
	}
	return n, nil
}

func (h *house) backToSite(w http.ResponseWriter, r *http.Request, site int64, err error) {
	if err != nil {
		h.fault(w, r, err)
		return
	}
	http.Redirect(w, r, "/site?"+url.Values{"numero": {strconv.FormatInt(site, 10)}}.Encode(), http.StatusSeeOther)
}
