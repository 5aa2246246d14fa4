package web

import (
	"context"
	"net/http"

	"abri.example/abri/asset"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/signin"
	"abri.example/abri/observatory/view"
)

// route is a page or a form: what somebody must be allowed to do to ask for it ("" for everybody, signed in or not), and
// what answers. Where he may do it is the view's, which answers nothing else.
type route struct {
	pattern string // of net/http
	need    people.Action
	answer  func(*house, http.ResponseWriter, *http.Request, *visitor)
}

// routes are all there are. A test asks each of them as every role, for what is one's own and what is not.
var routes = []route{
	{"GET /{$}", people.Read, (*house).overview},
	{"GET /fragment", people.Read, (*house).fragment},
	{"GET /events", people.Read, (*house).events},
	{"GET /chiffres", people.Read, (*house).figures},
	{"GET /site", people.Read, (*house).site},
	{"GET /deploiement", people.Read, (*house).rollout},
	{"GET /regle", people.Own, (*house).rule},

	{"GET /inviter", people.Enrol, (*house).inviting},
	{"POST /inviter", people.Enrol, (*house).invite},
	{"POST /expedier", people.Enrol, (*house).ship},
	{"POST /confirmer", people.Confirm, (*house).confirm},
	{"POST /boitier/retirer", people.Enrol, (*house).revokeBox},

	{"GET /debloquer", people.Release, (*house).releasing},
	{"POST /debloquer", people.Release, (*house).release},

	{"GET /personnes", people.Manage, (*house).persons},
	{"POST /personnes/inviter", people.Manage, (*house).invitePerson},
	{"POST /personnes/changer", people.Manage, (*house).changePerson},
	{"POST /personnes/lien", people.Manage, (*house).relinkPerson},
	{"POST /personnes/retirer", people.Manage, (*house).revokePerson},
	{"GET /journal", people.Audit, (*house).journal},

	{"GET /programmes", people.Connect, (*house).programs},
	{"POST /programmes/cle", people.Connect, (*house).makeKey},
	{"POST /programmes/cle/retirer", people.Connect, (*house).removeKey},
	{"POST /programmes/webhook", people.Connect, (*house).makeHook},
	{"POST /programmes/webhook/retirer", people.Connect, (*house).removeHook},
	{"POST /programmes/webhook/essayer", people.Connect, (*house).testHook},

	{"GET /moi", people.Own, (*house).mine},
	{"POST /moi/question", people.Own, (*house).askNewPasskey},
	{"POST /moi/clef", people.Own, (*house).newPasskey},
	{"POST /moi/clef/retirer", people.Own, (*house).removePasskey},
	{"POST /moi/code", people.Own, (*house).newRecovery},
	{"POST /moi/session/fermer", people.Own, (*house).endSession},
	{"POST /sortir", people.Own, (*house).leave},

	{"GET /entrer", "", (*house).door},
	{"POST /entrer/question", "", (*house).askPasskey},
	{"POST /entrer/clef", "", (*house).byPasskey},
	{"POST /entrer/code", "", (*house).byRecovery},
	{"GET /entrer/openid", "", (*house).askOpenID},
	{"GET /retour", "", (*house).byOpenID},
	{"GET /invitation", "", (*house).invitation},
	{"POST /invitation", "", (*house).accept},
	{"GET /premier", "", (*house).first},

	{"GET /healthz", "", (*house).healthz},
	{"GET " + asset.Prefix, "", func(_ *house, w http.ResponseWriter, r *http.Request, _ *visitor) { staticFiles.ServeHTTP(w, r) }},
}

// visitor is who asks: the zero one is nobody. The view is what he sees, and the only way to the sites.
type visitor struct {
	signin.In
	*view.View
}

// serve makes one handler of the routes: only a page of ours may send to them (http.CrossOriginProtection: Sec-Fetch-Site,
// else Origin), what is sent is bounded, and who may not is told so. Whoever acts is named for the audit log here, once.
func (h *house) serve() http.Handler {
	mux := http.NewServeMux()
	for _, to := range routes {
		mux.HandleFunc(to.pattern, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, maxForm)
			in, err := h.who(r)
			switch {
			case err != nil:
				h.fault(w, r, err)
				return
			case to.need != "" && in.ID == "":
				h.showDoor(w, r, http.StatusForbidden, "")
				return
			case to.need != "" && !in.May(to.need):
				h.say(w, r, http.StatusForbidden, "fault.role")
				return
			}
			ctx := r.Context()
			if in.ID != "" {
				ctx = audit.By(ctx, audit.Actor{Who: in.Name + " " + in.ID, From: originOf(r), At: h.Now()})
			}
			ctx = context.WithValue(ctx, visitorKey{}, in)
			to.answer(h, w, r.WithContext(ctx), &visitor{in, view.Of(h.ledger, h.Roster, in.Person)})
		})
	}
	var own http.CrossOriginProtection
	return harden(own.Handler(mux))
}

// maxForm is the most bytes of what is sent.
const maxForm = 64 << 10

// visitorKey is where a request's context holds who asks, for the frame of every page.
type visitorKey struct{}

func harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asset.Harden(w.Header(), asset.PagePolicy)
		next.ServeHTTP(w, r)
	})
}

func (h *house) healthz(w http.ResponseWriter, _ *http.Request, _ *visitor) {
	_, _ = w.Write([]byte("ok\n"))
}
