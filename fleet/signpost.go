package fleet

import (
	"crypto/ed25519"
	"encoding/json"
	"strconv"
	"time"
)

// Signpost is the small signed file that every box looks at twice a minute: it gives the time, and says whether
// something changed that the box should then fetch. It is the same for all, so that it may be served from anywhere.
type Signpost struct {
	Time     time.Time         `json:"time"`
	Lists    uint64            `json:"lists"`
	Warnings uint64            `json:"warnings"`
	Settings uint64            `json:"settings"`
	Orders   map[string]uint64 `json:"orders,omitempty"` // of a site, by its number: the latest order, where it is of the last hours
}

// SignpostLife is for how long a signpost is believed: an older one is somebody's attempt to hold news back.
const SignpostLife = 10 * time.Minute

// signed is a signpost with its signature over the bytes as they stand.
type signed struct {
	Post      []byte `json:"post"`
	Signature []byte `json:"signature"`
}

// signpostHead keeps a signature of a signpost from being one of anything else.
const signpostHead = "abri signpost 1\n"

// Sign gives the file.
func (s Signpost) Sign(key ed25519.PrivateKey) ([]byte, error) {
	post, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return json.Marshal(signed{post, ed25519.Sign(key, append([]byte(signpostHead), post...))})
}

// ReadSignpost reads the file. One that was not signed with the key is ReasonForged. Whether its time is to be believed
// is the caller's to judge: a box without a clock has nothing better than it.
func ReadSignpost(file []byte, key ed25519.PublicKey) (Signpost, error) {
	var s signed
	if len(file) > MaxBytes || json.Unmarshal(file, &s) != nil {
		return Signpost{}, malformed("this is no signpost")
	}
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, append([]byte(signpostHead), s.Post...), s.Signature) {
		return Signpost{}, Refuse(ReasonForged, "the signpost is not the observatory's")
	}
	var p Signpost
	if json.Unmarshal(s.Post, &p) != nil || p.Time.IsZero() {
		return Signpost{}, malformed("the signpost does not decode")
	}
	return p, nil
}

// Latest is the number of a site's latest order as far as the signpost knows, 0 for none lately.
func (s Signpost) Latest(site int64) uint64 { return s.Orders[strconv.FormatInt(site, 10)] }
