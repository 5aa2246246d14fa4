package audit

import (
	"context"
	"time"
)

// The acts. `abri-observatory audit` and the page print them as they are.
const (
	SignIn        Act = "sign-in"        // by passkey, OpenID, recovery code or link; On says which
	InvitePerson  Act = "invite-person"  //
	ChangePerson  Act = "change-person"  // role, groups, sites
	RevokePerson  Act = "revoke-person"  //
	AddPasskey    Act = "add-passkey"    //
	RemovePasskey Act = "remove-passkey" //
	NewRecovery   Act = "new-recovery"   // a recovery code was made
	EndSession    Act = "end-session"    //
	EnterSites    Act = "enter-sites"    //
	InviteBox     Act = "invite-box"     //
	ShipBox       Act = "ship-box"       //
	ConfirmBox    Act = "confirm-box"    //
	RevokeBox     Act = "revoke-box"     //
	OrderRelease  Act = "order-release"  //
	ChangeGroup   Act = "change-group"   //
	EnterCommunes Act = "enter-communes" //
	ChangeSetting Act = "change-setting" //
	Export        Act = "export"         // figures, backup, move, the root's key
	ManageKey     Act = "manage-key"     // keys of programs, webhooks
)

// Acts lists every act. Do not write to it.
var Acts = []Act{SignIn, InvitePerson, ChangePerson, RevokePerson, AddPasskey, RemovePasskey, NewRecovery, EndSession, EnterSites, InviteBox,
	ShipBox, ConfirmBox, RevokeBox, OrderRelease, ChangeGroup, EnterCommunes, ChangeSetting, Export, ManageKey}

// Actor is who acts, from where ("console", the address of a browser, a program's key), and when.
type Actor struct {
	Who, From string
	At        time.Time
}

type actorKey struct{}

// By gives a context in which this actor acts. The pages, the programs' interface and the console each do it in one
// place, so that no act can forget it; package ledger reads it where it keeps the act.
func By(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, actorKey{}, a) }

// Of gives who acts in a context, and false when it is the observatory by itself: that goes to its log.
func Of(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	return a, ok
}
