// Package invitation makes the word by which a site's box joins an observatory, and shows it: as text, and as a QR code
// for screens, terminals and the sheet in a technician's parcel. Console, pages and API invite by this one way.
//
// Its borders: it asks the ledger, and has no clock: time is an argument.
package invitation

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/ledger"
)

// Settings of the ledger that stand in every invitation.
const (
	KeyRoot = "authority.root" // the pin of the root, in hexadecimal
	KeyURL  = "boxes.url"      // under which boxes reach the observatory
)

// Bounds of how long an invitation is good, and how long it is unless somebody says otherwise.
const (
	Shortest = time.Hour
	Longest  = 365 * 24 * time.Hour
	Usual    = 30 * 24 * time.Hour
)

// Make keeps a place for a box at a site that is entered, and gives the word for it, which is kept nowhere: the ledger
// has the digest of its secret alone. CodeInvalid for a time out of bounds, CodeNotFound before the observatory was run
// once, for nobody knows then where it is.
func Make(ctx context.Context, l *ledger.Ledger, site int64, lasting time.Duration, by string, now time.Time) (fleet.Token, error) {
	if lasting < Shortest || lasting > Longest {
		return fleet.Token{}, &abri.Error{Code: abri.CodeInvalid, Place: lasting.String(), What: "an invitation is not good for so long", Remedy: "from an hour to a year, such as 720h"}
	}
	t, err := place(ctx, l)
	if err != nil {
		return t, err
	}
	t.Site, t.Secret = site, make([]byte, fleet.SecretSize)
	if _, err := rand.Read(t.Secret); err != nil {
		return fleet.Token{}, err
	}
	return t, l.Invite(ctx, ledger.Invitation{Site: site, Digest: sha256.Sum256(t.Secret), Made: now, Until: now.Add(lasting), By: by})
}

// place is a token with what tells where the observatory is and who it is.
func place(ctx context.Context, l *ledger.Ledger) (t fleet.Token, err error) {
	var pin string
	var known, rooted bool
	if t.URL, known, err = l.Recall(ctx, KeyURL); err != nil {
		return t, err
	}
	if pin, rooted, err = l.Recall(ctx, KeyRoot); err != nil {
		return t, err
	}
	if t.Pin, err = hex.DecodeString(pin); err != nil || !known || !rooted {
		return t, &abri.Error{Code: abri.CodeNotFound, What: "nobody knows under which URL boxes reach this observatory",
			Remedy: "run it once: abri-observatory run --url https://HOST:8444", Err: err}
	}
	return t, nil
}
