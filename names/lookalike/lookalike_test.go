package lookalike

import (
	"strings"
	"testing"
)

func TestImitations(t *testing.T) {
	j := New(append(Brands(), Site("sury-le-comtal.fr")))
	for _, c := range []struct {
		name, brand string
		atLeast     int
	}{
		{"impots-gouv-remboursement.info", "impots.gouv.fr", Block},
		{"www.impots.gouv.fr.verif-compte.top", "impots.gouv.fr", Block},
		{"ameli-renouvellement.fr", "Assurance maladie", Observe},
		{"arneli-vitale.fr", "Assurance maladie", Block},
		{"chron0post-colis.com", "Chronopost", Block},
		{"chronoposte.fr", "Chronopost", Observe},
		{"netfllx.com", "Netflix", Observe},
		{"xn--pypal-4ve.com", "PayPal", Observe}, // with a Cyrillic a
		{"аmeli.fr", "Assurance maladie", Observe},
		{"franceconnect.web.app", "FranceConnect", Observe},
		{"sury-le-comtal-mairie.fr", "sury-le-comtal.fr", Observe},
		{"surylecomtal-paiement.online", "sury-le-comtal.fr", Block},
		{"LaPoste-Suivi.FR.", "La Poste", Observe},
		{"netflĩx-compte.fr", "Netflix", Observe}, // a mark that stands in no table
		{"ｎｅｔｆｌｉｘ.com", "Netflix", Observe},       // full width
		{"doctoliƅ.fr", "Doctolib", Observe},      // a letter of the tone languages of China
		{"ϲhronopoѕt.fr", "Chronopost", Block},    // Greek and Cyrillic
		{"սrssaf-paiement.fr", "URSSAF", Block},   // Armenian
		{"search.g0ogle-compte.com", "Google", Observe},
		{"amazon-prime-facturation.fr", "Amazon", Observe},
		{"booking.reservation-paiement.fr", "Booking", Observe},
		{"outlook.securite.top", "Outlook", Observe},
	} {
		l := j.Judge(c.name)
		sum := 0
		for _, r := range l.Reasons {
			sum += r.Points
		}
		if l.Score < c.atLeast || l.Brand != c.brand || l.Score != max(0, min(100, sum)) {
			t.Errorf("%s: %+v, want %s with at least %d", c.name, l, c.brand, c.atLeast)
		}
	}
}

// Who gives names for nothing is no carrier, whatever it is called.
func TestAnImitationAtAFreeName(t *testing.T) {
	if l := New(Brands()).Judge("impots.gouv.duckdns.org"); l.Score < Block {
		t.Errorf("got %+v", l)
	}
}

func TestWhatIsOnesOwnOrOrdinary(t *testing.T) {
	j := New(append(Brands(), Site("sury-le-comtal.fr")))
	for _, name := range []string{
		"www.impots.gouv.fr", "cfspart.impots.gouv.fr", "assure.ameli.fr", "mail.sury-le-comtal.fr", "login.microsoftonline.com",
		"camelia-fleurs.fr", "orange.es", "pommes-oranges.fr", "credit-agricole.pl", "fortune.com", "mairie-lyon.fr", "free-jazz.org",
		"ibc.com", "lacoste.com", "marginalrevolution.com", "1cloud.ru", "googiehost.com", "_apple-mobdev._tcp.local", "a1edf2.example.com", "img-microsoft-com.akamaized.net",
		"microsoft.com.b-0005.b-msedge.net", "chat.revolut.com.cdn.cloudflare.net", "www.paypal.com.gslb.cdn-somebody.net", "nsp-logservice.obs.cn-north-2.myhuaweicloud.com",
		"excel.officeapps.live.com.mcas.ms", "edgekey.net.globalredir.akadns88.net", "0.amazon.pool.ntp.org", "apple-pie-recipes.com", "fr", "", ".", "xn--", "192.0.2.1", "_dmarc.laposte.net",
		"booking.hotel-des-voyageurs.fr", "outlook.mairie-lyon.fr", "apple.stackexchange.com", "ups.salle-serveurs.example.fr", "paypal.com.multi.surbl.org", "paypal-verify.biz.dbl.spamhaus.org",
	} {
		if l := j.Judge(name); l.Score >= Observe {
			t.Errorf("%q is taken for %s: %d, %v", name, l.Brand, l.Score, l.Reasons)
		}
	}
}

// What the site has long asked for is never stopped.
func TestAHabitIsNoImitation(t *testing.T) {
	for name, left := range map[string]int{"impots-gouv-remboursement.info": 60, "arneli-vitale.fr": 55, "camelia-fleurs.fr": 0} {
		l := New(Brands()).Judge(name)
		if soon := l.Habit(2); soon.Score != l.Score {
			t.Errorf("%s: two days weigh, from %d to %d", name, l.Score, soon.Score)
		}
		known := l.Habit(3)
		sum := 0
		for _, r := range known.Reasons {
			sum += r.Points
		}
		if known.Score != left || known.Score != max(0, sum) || len(l.Reasons) > 0 && len(known.Reasons) != len(l.Reasons)+1 {
			t.Errorf("%s: %+v becomes %+v", name, l, known)
		}
	}
}

func TestEveryRowIsWhole(t *testing.T) {
	rows := 0
	for row := range strings.Lines(brandRows) {
		if !strings.HasPrefix(row, "#") {
			rows++
		}
	}
	all := Brands()
	if len(all) != rows {
		t.Errorf("%d brands in %d rows", len(all), rows)
	}
	for _, b := range all {
		if b.Name == "" || len(b.Domains) == 0 || strings.ToLower(strings.Join(append(b.Words, b.Domains...), "")) != strings.Join(append(b.Words, b.Domains...), "") {
			t.Errorf("%+v", b)
		}
	}
}

func FuzzJudge(f *testing.F) {
	j := New(Brands())
	for _, seed := range []string{"impots-gouv-remboursement.info", "xn--pypal-4ve.com", "a..b", "\xff.fr", "www.www.co.uk"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		l := j.Judge(name)
		if l.Score < 0 || l.Score > 100 || (l.Score > 0) != (l.Brand != "") {
			t.Errorf("%q: %+v", name, l)
		}
		if own := j.Judge(name + ".impots.gouv.fr"); own.Score != 0 {
			t.Errorf("%q beneath its own domain: %+v", name, own)
		}
	})
}

func BenchmarkJudge(b *testing.B) {
	j := New(Brands())
	b.ReportAllocs()
	for b.Loop() {
		j.Judge("static.journal-des-communes.fr")
	}
}
