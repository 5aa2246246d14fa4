package signin

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// A recovery code is printed and kept in a drawer: 120 random bits as six words of four letters and digits. The first two
// words find it, of the others only a slow hash is kept (argon2id, RFC 9106, as OWASP counsels it: 19 MiB, twice). It
// opens one session.
const (
	codeBytes    = 15
	selectorSize = 8 // letters
	saltSize     = 16
	hashSize     = 32
	hashTimes    = 2
	hashMemory   = 19 << 10 // KiB
	mostHashing  = 2
)

// codeAlphabet has no I, L, O and U, which are read for others (Crockford).
var codeAlphabet = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewRecovery makes a person's recovery code, in place of an earlier one. It is told once, to him, and kept nowhere.
func (d *Door) NewRecovery(ctx context.Context, person string) (string, error) {
	raw, salt := make([]byte, codeBytes), make([]byte, saltSize)
	for _, b := range [][]byte{raw, salt} {
		if _, err := io.ReadFull(d.Random, b); err != nil {
			return "", &abri.Error{Code: abri.CodeInternal, What: "there is no randomness to be had", Err: err}
		}
	}
	code := codeAlphabet.EncodeToString(raw)
	kept, err := d.slow(ctx, code[selectorSize:], salt)
	if err != nil {
		return "", err
	}
	if err := d.ledger.SetRecovery(ctx, person, code[:selectorSize], kept); err != nil {
		return "", err
	}
	var words []string
	for i := 0; i < len(code); i += 4 {
		words = append(words, code[i:i+4])
	}
	return strings.Join(words, "-"), nil
}

// ByRecovery opens a session with a recovery code and uses it up. What it takes does not tell a code that nobody has from
// one that is wrong.
func (d *Door) ByRecovery(ctx context.Context, code, origin string) (string, people.Person, error) {
	word, s, err := d.knock(origin, ledger.ByRecovery)
	if err != nil {
		return "", people.Person{}, err
	}
	person, err := d.provenRecovery(ctx, plainCode(code))
	if err != nil {
		return "", people.Person{}, d.failed(ctx, s, person.id, err)
	}
	p, err := d.ledger.SignInByRecovery(ctx, person.id, person.hash, s)
	return word, p, d.failed(ctx, s, person.id, err)
}

type recovering struct{ id, hash string }

func (d *Door) provenRecovery(ctx context.Context, code string) (recovering, error) {
	wrong := &abri.Error{Code: abri.CodeRefused, What: "this recovery code is not known, or was used"}
	if len(code) != codeAlphabet.EncodedLen(codeBytes) {
		return recovering{}, wrong
	}
	var r recovering
	var missing error
	r.id, r.hash, missing = d.ledger.Recovery(ctx, code[:selectorSize])
	if missing != nil && abri.CodeOf(missing) != abri.CodeNotFound {
		return r, missing
	}
	salt := make([]byte, saltSize)
	if kept, _, ok := strings.Cut(r.hash, "$"); ok {
		if b, err := base64.RawStdEncoding.DecodeString(kept); err == nil {
			salt = b
		}
	}
	got, err := d.slow(ctx, code[selectorSize:], salt)
	if err != nil {
		return r, err
	}
	if subtle.ConstantTimeCompare([]byte(got), []byte(r.hash)) != 1 {
		return r, wrong
	}
	return r, nil
}

// plainCode is a code as it is compared: people write small letters, spaces, and O for 0.
func plainCode(s string) string {
	s = strings.ToUpper(strings.NewReplacer("-", "", " ", "", "\t", "", "\n", "", "\r", "").Replace(s))
	return strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(s)
}

// slow is "SALT$HASH" of a text. Each takes 19 MiB for a moment, so few are made at once.
func (d *Door) slow(ctx context.Context, text string, salt []byte) (string, error) {
	select {
	case d.hashing <- struct{}{}:
		defer func() { <-d.hashing }()
	case <-ctx.Done():
		return "", &abri.Error{Code: abri.CodeUnavailable, What: "too many sign in at once", Err: ctx.Err()}
	}
	sum := argon2.IDKey([]byte(text), salt, hashTimes, hashMemory, 1, hashSize)
	return base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(sum), nil
}
