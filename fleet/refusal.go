package fleet

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// Reason is why the observatory does not take what it was sent. Machines act on it, and each is counted by it.
type Reason string

// The reasons. What the box does about each stands beside it.
const (
	ReasonOversized   Reason = "oversized"    // makes smaller reports
	ReasonMalformed   Reason = "malformed"    // a fault of ours: keeps the attacks, tells its log
	ReasonVersion     Reason = "version"      // speaks the version of the answer
	ReasonForged      Reason = "forged-site"  // the report names another site or box than the certificate
	ReasonDuplicate   Reason = "duplicate"    // nothing: it was taken before, and counts as answered
	ReasonReplayed    Reason = "replayed"     // begins another epoch
	ReasonOutOfOrder  Reason = "out-of-order" // begins another epoch, and tells again what the answer's Since says
	ReasonConflict    Reason = "conflict"     // begins another epoch: this number was used for something else
	ReasonCloned      Reason = "cloned"       // stops: an epoch came back that had been left, so two boxes have one certificate
	ReasonFuture      Reason = "future-dated" // puts its times right by the answer's Now, and makes the report anew
	ReasonPast        Reason = "too-old"      // leaves those days out
	ReasonRevoked     Reason = "revoked"      // stops: a person must enrol the box again
	ReasonUnconfirmed Reason = "unconfirmed"  // waits for the person who compares the words
	ReasonExpired     Reason = "expired"      // renews its certificate
	ReasonStranger    Reason = "stranger"     // stops: this observatory did not give that certificate
	ReasonToken       Reason = "token"        // a person asks for another invitation
	ReasonUnfinished  Reason = "unfinished"   // sends it again: it was not said whole in time
	ReasonTooMany     Reason = "too-many"     // waits as long as the answer says
	ReasonUnavailable Reason = "unavailable"  // tries later
)

// Reasons lists every reason. Do not write to it.
var Reasons = []Reason{
	ReasonOversized, ReasonMalformed, ReasonVersion, ReasonForged, ReasonDuplicate, ReasonReplayed, ReasonOutOfOrder,
	ReasonConflict, ReasonCloned, ReasonFuture, ReasonPast, ReasonRevoked, ReasonUnconfirmed, ReasonExpired,
	ReasonStranger, ReasonToken, ReasonUnfinished, ReasonTooMany, ReasonUnavailable,
}

// statuses are the codes of HTTP (RFC 9110) that go with the reasons.
var statuses = map[Reason]int{
	ReasonOversized: http.StatusRequestEntityTooLarge, ReasonMalformed: http.StatusBadRequest,
	ReasonVersion: http.StatusUpgradeRequired, ReasonForged: http.StatusForbidden, ReasonDuplicate: http.StatusOK,
	ReasonReplayed: http.StatusConflict, ReasonOutOfOrder: http.StatusConflict, ReasonConflict: http.StatusConflict,
	ReasonCloned: http.StatusForbidden, ReasonFuture: http.StatusUnprocessableEntity, ReasonPast: http.StatusUnprocessableEntity,
	ReasonRevoked: http.StatusForbidden, ReasonUnconfirmed: http.StatusAccepted, ReasonExpired: http.StatusForbidden,
	ReasonStranger: http.StatusUnauthorized, ReasonToken: http.StatusForbidden,
	ReasonUnfinished: http.StatusRequestTimeout, ReasonTooMany: http.StatusTooManyRequests, ReasonUnavailable: http.StatusServiceUnavailable,
}

// Refusal says why something was not taken, to a machine and to a person. Now is the observatory's clock; Since, where
// it is set, from when on attacks must be told again; Version the observatory's own.
type Refusal struct {
	Reason  Reason    `json:"reason"`
	What    string    `json:"what"`
	Now     time.Time `json:"now,omitzero"`
	Since   time.Time `json:"since,omitzero"`
	Version int       `json:"version,omitempty"`
	Wait    int       `json:"wait,omitempty"` // seconds
}

// Refuse makes a refusal.
func Refuse(why Reason, what string) *Refusal { return &Refusal{Reason: why, What: what} }

// Error is the reason and its sentence.
func (r *Refusal) Error() string { return string(r.Reason) + ": " + r.What }

// Status is the code of HTTP that goes with the reason.
func (r *Refusal) Status() int {
	if s, ok := statuses[r.Reason]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// ReasonOf is the reason of the first Refusal in err's chain, and "" when there is none.
func ReasonOf(err error) Reason {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Reason
	}
	return ""
}

// DecodeRefusal reads a refusal as it was sent. What is none is ReasonUnavailable: something else answered.
func DecodeRefusal(b []byte) *Refusal {
	var r Refusal
	if json.Unmarshal(b, &r) != nil || r.Reason == "" {
		return Refuse(ReasonUnavailable, "what answered is no observatory")
	}
	return &r
}
