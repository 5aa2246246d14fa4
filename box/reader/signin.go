package reader

import (
	"context"
	"net/netip"
	"slices"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/session"
	"abri.example/abri/box/web"
)

var _ web.Hands = hands{}

// SignIn gives a code that opens one session on the pages, with the addresses at which they are served.
func (r *Reader) SignIn(_ context.Context, who control.Who) (control.SignIn, error) {
	now := r.now()
	code, err := r.sessions.Invite(who.Name, now)
	if err != nil {
		return control.SignIn{}, err
	}
	r.mu.Lock()
	at := pageAddresses(r.config, r.place.Own)
	r.mu.Unlock()
	in := control.SignIn{Code: code, Until: now.Add(session.CodeLife)}
	for address := range at {
		in.Links = append(in.Links, "http://"+address+"/entrer?code="+code)
	}
	slices.Sort(in.Links)
	return in, nil
}

// hands does what a person who is signed in asks for on a page. The audit log says that it was asked there.
type hands struct{ reader *Reader }

func (h hands) Release(ctx context.Context, by string, a netip.Addr) error {
	return h.reader.Release(ctx, control.Who{Name: by + " (page)"}, netip.PrefixFrom(a, a.BitLen()), 0)
}

func (h hands) Promote(ctx context.Context, by string, k abri.Kind, undo bool) error {
	return h.reader.Promote(ctx, control.Who{Name: by + " (page)"}, k, undo)
}

func (h hands) Enrol(ctx context.Context, by, invitation string) error {
	_, err := h.reader.Enrol(ctx, control.Who{Name: by + " (page)"}, invitation)
	return err
}

func (h hands) Quit(ctx context.Context, by string) error {
	return h.reader.Leave(ctx, control.Who{Name: by + " (page)"})
}

func (h hands) Isolate(ctx context.Context, by, device string, undo bool) error {
	_, err := h.reader.Isolate(ctx, control.Who{Name: by + " (page)"}, device, undo)
	return err
}
