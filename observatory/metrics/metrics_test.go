package metrics_test

import (
	"context"
	"crypto/sha256"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"abri.example/abri/fleet"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/metrics"
	"abri.example/abri/observatory/receive"
)

var (
	noon  = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	quiet = slog.New(slog.NewTextHandler(io.Discard, nil))
)

// watched is an observatory with its figures; close ends its database early.
type watched struct {
	*testing.T
	ledger  *ledger.Ledger
	roster  *ledger.Roster
	figures *metrics.Metrics
	now     time.Time
}

func open(t *testing.T) *watched {
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "observatory.db"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	a, err := authority.Open(filepath.Join(t.TempDir(), "authority"), noon)
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{T: t, ledger: l, roster: ledger.NewRoster(l), now: noon}
	w.figures = metrics.New(metrics.Options{Ledger: l, Authority: a, Roster: w.roster, Software: "1.2.3", Now: func() time.Time { return w.now }, Log: quiet})
	return w
}

// scrape reads the figures as Prometheus does.
func (w *watched) scrape() map[string]*dto.MetricFamily {
	w.Helper()
	answer := httptest.NewRecorder()
	w.figures.Handler().ServeHTTP(answer, httptest.NewRequest("GET", metrics.Path, nil))
	if answer.Code != http.StatusOK {
		w.Fatalf("%d: %s", answer.Code, answer.Body)
	}
	said := answer.Body.String()
	faults, err := promlint.New(strings.NewReader(said)).Lint()
	for _, f := range faults {
		if strings.HasPrefix(f.Metric, "abri_") {
			w.Errorf("%s: %s", f.Metric, f.Text)
		}
	}
	if err != nil {
		w.Fatal(err)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	found, err := parser.TextToMetricFamilies(strings.NewReader(said))
	if err != nil {
		w.Fatal(err)
	}
	return found
}

// value is one figure, by the value of its label where it has one; -1 where it is not told.
func value(found map[string]*dto.MetricFamily, name, label string) float64 {
	family := found["abri_observatory_"+name]
	for _, m := range family.GetMetric() {
		if label == "" || slices.ContainsFunc(m.GetLabel(), func(l *dto.LabelPair) bool { return l.GetValue() == label }) {
			switch {
			case m.Counter != nil:
				return m.GetCounter().GetValue()
			case m.Histogram != nil:
				return float64(m.GetHistogram().GetSampleCount())
			}
			return m.GetGauge().GetValue()
		}
	}
	return -1
}

func (w *watched) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// enrol enters a site with a box whose certificate ends then.
func (w *watched) enrol(code string, ends time.Time) fleet.Identity {
	w.Helper()
	ctx, id := w.Context(), fleet.Identity{Site: ledger.SiteNumber(ledger.Commune, code), Box: "b1"}
	w.must(w.ledger.PutSites(ctx, ledger.Site{Sort: ledger.Commune, Code: code, Name: "Commune " + code, Place: ledger.Behind, Created: noon}))
	secret := []byte(code)
	w.must(w.ledger.Invite(ctx, ledger.Invitation{Site: id.Site, Digest: sha256.Sum256(secret), Made: noon.Add(-time.Hour), Until: noon.Add(time.Hour), By: "test"}))
	w.must(w.ledger.Apply(ctx, secret, ledger.Box{Identity: id, Fingerprint: []byte("f"), Request: []byte("r"), Words: "w", Asked: noon}))
	if !ends.IsZero() {
		_, err := w.ledger.Confirm(ctx, id.Site, "w", "a person", noon)
		w.must(err)
		w.must(w.ledger.Certify(ctx, id, ends))
	}
	return id
}

func TestAMonitorReadsHowTheObservatoryIs(t *testing.T) {
	w := open(t)
	defer w.ledger.Close()
	w.figures.Desk(func() receive.Counts {
		c := receive.Counts{Reports: 7, Attacks: 140, Refused: map[fleet.Reason]uint64{}}
		for _, r := range fleet.Reasons {
			c.Refused[r] = 0
		}
		c.Refused[fleet.ReasonCloned] = 2
		return c
	})
	w.figures.Took(fleet.PathReport, 40*time.Millisecond)
	w.figures.Summed(noon.Add(-30 * time.Second))
	w.enrol("42304", noon.Add(20*24*time.Hour))
	w.enrol("42044", noon.Add(6*24*time.Hour))
	w.enrol("42001", noon.Add(-time.Hour))
	w.must(w.ledger.Revoke(t.Context(), w.enrol("42002", noon.Add(-time.Hour))))
	w.enrol("42003", time.Time{})
	w.must(w.roster.Refresh(t.Context(), noon))
	found := w.scrape()
	for _, c := range []struct {
		name, label string
		want        float64
	}{
		{"reports_total", "", 7}, {"attacks_total", "", 140}, {"refusals_total", "cloned", 2}, {"refusals_total", "oversized", 0},
		{"request_duration_seconds", fleet.PathReport, 1}, {"boxes", "confirmed", 3}, {"boxes", "candidate", 1}, {"boxes", "revoked", 1},
		{"boxes_certificate_ending", "", 1}, {"boxes_certificate_ended", "", 1}, {"boxes_suspected", "", 0}, {"sums_age_seconds", "", 30},
		{"sites", "installed", 4}, {"sites", "protecting", 0}, {"skies", "fog", 5}, {"ledger_up", "", 1}, {"ledger_queue_reports", "", 0},
		{"sums_waiting", "", 0}, {"roster_age_seconds", "", 0}, {"build_info", "1.2.3", 1},
	} {
		if got := value(found, c.name, c.label); got != c.want {
			t.Errorf("%s{%s} is %v, want %v", c.name, c.label, got, c.want)
		}
	}
	if n := len(found["abri_observatory_refusals_total"].GetMetric()); n != len(fleet.Reasons) {
		t.Errorf("%d reasons are told of %d", n, len(fleet.Reasons))
	}
	if ends := value(found, "certificate_end_timestamp_seconds", "issuer"); ends < float64(noon.Unix()) {
		t.Errorf("the issuer ends at %v", ends)
	}
	if found["go_goroutines"] == nil || found["process_resident_memory_bytes"] == nil {
		t.Error("the program itself is not told of")
	}
}

func TestNoFigureNamesASite(t *testing.T) {
	w := open(t)
	defer w.ledger.Close()
	w.enrol("42304", noon.Add(20*24*time.Hour))
	w.must(w.roster.Refresh(t.Context(), noon))
	for name, family := range w.scrape() {
		for _, m := range family.GetMetric() {
			for _, l := range m.GetLabel() {
				if strings.Contains(l.GetValue(), "42304") || strings.Contains(l.GetValue(), "Commune") {
					t.Errorf("%s names a site: %s", name, l.GetValue())
				}
			}
		}
	}
}

func TestADatabaseThatIsGoneIsTold(t *testing.T) {
	w := open(t)
	if up := value(w.scrape(), "ledger_up", ""); up != 1 {
		t.Errorf("ledger_up is %v", up)
	}
	w.must(w.ledger.Close())
	w.now = w.now.Add(time.Minute)
	found := w.scrape()
	if up := value(found, "ledger_up", ""); up != 0 || value(found, "build_info", "1.2.3") != 1 {
		t.Errorf("ledger_up is %v", up)
	}
}

func TestOnlyTheFiguresAreThere(t *testing.T) {
	w := open(t)
	defer w.ledger.Close()
	for _, c := range []struct {
		method, path string
		want         int
	}{{"GET", "/", 404}, {"GET", "/debug/pprof/", 404}, {"POST", metrics.Path, 405}, {"GET", metrics.Path, 200}} {
		answer := httptest.NewRecorder()
		w.figures.Handler().ServeHTTP(answer, httptest.NewRequestWithContext(context.Background(), c.method, c.path, nil))
		if answer.Code != c.want {
			t.Errorf("%s %s: %d", c.method, c.path, answer.Code)
		}
	}
}
