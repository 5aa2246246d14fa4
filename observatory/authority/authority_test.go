package authority_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/authority"
)

var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

var box = fleet.Identity{Site: 42304, Box: "b1"}

func open(t *testing.T, folder string) *authority.Authority {
	t.Helper()
	a, err := authority.Open(folder, noon)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// certify gives a box of its own key a certificate.
func certify(t *testing.T, a *authority.Authority, at time.Time) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		t.Fatal(err)
	}
	r, err := authority.Request(der)
	if err != nil {
		t.Fatal(err)
	}
	signed, expires, err := a.Certify(r, box, at)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(signed.Chain[0])
	if err != nil || !c.NotAfter.Equal(expires.Truncate(time.Second)) {
		t.Fatalf("%v, until %s and not %s", err, c.NotAfter, expires)
	}
	return c
}

func TestABoxIsKnownByItsCertificate(t *testing.T) {
	a := open(t, t.TempDir())
	c := certify(t, a, noon)
	stranger := certify(t, open(t, t.TempDir()), noon)
	for _, x := range []struct {
		name string
		cert *x509.Certificate
		at   time.Time
		want fleet.Reason
	}{
		{"at once", c, noon, ""},
		{"on the last day", c, noon.Add(authority.BoxLife - time.Hour), ""},
		{"ended, in grace", c, noon.Add(authority.BoxLife + 100*24*time.Hour), fleet.ReasonExpired},
		{"ended long ago", c, noon.Add(authority.BoxLife + authority.Grace + time.Hour), fleet.ReasonStranger},
		{"of another observatory", stranger, noon, fleet.ReasonStranger},
		{"the root itself", a.Root(), noon, fleet.ReasonStranger},
	} {
		id, err := a.Identify(x.cert, nil, x.at)
		if fleet.ReasonOf(err) != x.want || x.want == "" && err != nil {
			t.Errorf("%s: %v, not %q", x.name, err, x.want)
		}
		if (x.want == "" || x.want == fleet.ReasonExpired) && id != box {
			t.Errorf("%s: it is for %+v", x.name, id)
		}
	}
	if server, err := a.Server([]string{"localhost"}, func() time.Time { return noon })(); err != nil {
		t.Error(err)
	} else if leaf, _ := x509.ParseCertificate(server.Certificate[0]); leaf != nil {
		if _, err := a.Identify(leaf, nil, noon); fleet.ReasonOf(err) != fleet.ReasonStranger {
			t.Errorf("the server's certificate passes for a box: %v", err)
		}
	}
}

func TestTheRootGoesOfflineOnce(t *testing.T) {
	folder, safe := t.TempDir(), filepath.Join(t.TempDir(), "root.pem")
	before := open(t, folder)
	c := certify(t, before, noon)
	if err := authority.ExportRoot(folder, safe); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "root.key")); !os.IsNotExist(err) {
		t.Error("the root's key is still here")
	}
	if err := authority.ExportRoot(folder, safe+"2"); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("it is exported twice: %v", err)
	}
	open(t, folder) // and all goes on without it
	if err := authority.RenewIssuer(folder, safe, noon.AddDate(1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	after := open(t, folder)
	if !after.Ends().After(before.Ends()) || string(after.Pin()) != string(before.Pin()) {
		t.Error("the issuer was not renewed under the same root")
	}
	old, err := x509.ParseCertificate(issuerOf(t, before))
	if err != nil {
		t.Fatal(err)
	}
	if id, err := after.Identify(c, []*x509.Certificate{old}, noon); err != nil || id != box {
		t.Errorf("a box of the issuer before is no longer known: %v", err)
	}
	other := filepath.Join(t.TempDir(), "other.pem")
	elsewhere := t.TempDir()
	open(t, elsewhere)
	if err := authority.ExportRoot(elsewhere, other); err != nil {
		t.Fatal(err)
	}
	if err := authority.RenewIssuer(folder, other, noon); abri.CodeOf(err) != abri.CodeRefused {
		t.Errorf("another's root signs here: %v", err)
	}
}

func issuerOf(t *testing.T, a *authority.Authority) []byte {
	t.Helper()
	server, err := a.Server([]string{"localhost"}, func() time.Time { return noon })()
	if err != nil {
		t.Fatal(err)
	}
	return server.Certificate[1]
}

func TestKeysAreTheirOwnersAlone(t *testing.T) {
	folder := t.TempDir()
	open(t, folder)
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) != 5 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		if st, err := os.Stat(f); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f, st.Mode(), err)
		}
	}
	if err := os.Remove(filepath.Join(folder, "issuer.key")); err != nil {
		t.Fatal(err)
	}
	if _, err := authority.Open(folder, noon); abri.CodeOf(err) != abri.CodeDamaged {
		t.Errorf("half an authority is opened: %v", err)
	}
}
