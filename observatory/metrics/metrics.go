// Package metrics tells monitoring how an observatory is: reports by what became of them, how long they took, boxes by
// state, what waits for the disk, how late the sums are, and which certificates come to their end. It speaks the text
// format of Prometheus, on an address of its own that should not be public.
//
// Its borders: it reads counts and asks the ledger; it changes nothing. No figure names a site: who may read metrics is
// not who may read the map.
package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/receive"
)

// Path is where the figures are.
const Path = "/metrics"

// namespace begins every name of ours.
const namespace = "abri_observatory"

// Options are what the figures are of. All but Roster must be given.
type Options struct {
	Ledger    *ledger.Ledger
	Authority *authority.Authority
	Roster    *ledger.Roster // nil: sites are not counted
	Software  string
	Now       func() time.Time
	Log       *slog.Logger
}

// Metrics gathers the figures and serves them. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	took     *prometheus.HistogramVec
	census   *census
}

// patience bounds how long one look at the ledger may take, and keep for how long it is good: who asks more often gets
// the same figures.
const (
	patience = 5 * time.Second
	keep     = 5 * time.Second
)

// New makes them.
func New(o Options) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), census: &census{Options: o}}
	m.took = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: namespace, Name: "request_duration_seconds", Help: "How long a box waited for its answer, by what it asked.",
		Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
	}, []string{"path"})
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: namespace, Name: "build_info", Help: "1, with the version of the program.",
		ConstLabels: prometheus.Labels{"version": o.Software, "go": runtime.Version()},
	})
	build.Set(1)
	m.registry.MustRegister(build, m.took, m.census, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Desk has the counts of a desk for boxes told too.
func (m *Metrics) Desk(counts func() receive.Counts) { m.registry.MustRegister(desk(counts)) }

// Took notes how long an answer took; path is one of package fleet's.
func (m *Metrics) Took(path string, d time.Duration) {
	m.took.WithLabelValues(path).Observe(d.Seconds())
}

// Handler serves the figures under Path, and nothing else.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+Path, promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(m.census.Log.Handler(), slog.LevelWarn), MaxRequestsInFlight: 4, Timeout: 2 * patience,
	}))
	return mux
}

// Summed notes when the sums that pages read were last made here.
func (m *Metrics) Summed(at time.Time) { m.census.summed.Store(at.UnixNano()) }

// census asks what changes slowly, at most once in keep.
type census struct {
	Options
	summed atomic.Int64

	mu   sync.Mutex
	at   time.Time
	last []prometheus.Metric
}

// Describe says nothing beforehand: which states and stages there are is known when they are counted.
func (c *census) Describe(chan<- *prometheus.Desc) {}

// Collect gives what is counted.
func (c *census) Collect(out chan<- prometheus.Metric) {
	out <- gauge("ledger_queue_reports", "Reports that wait for the disk.", float64(c.Ledger.Waiting()))
	if at := c.summed.Load(); at != 0 {
		out <- gauge("sums_age_seconds", "How old the sums are that pages of several sites read; they are made once a minute.", c.Now().Sub(time.Unix(0, at)).Seconds())
	}
	for _, m := range c.ends() {
		out <- m
	}
	for _, m := range c.counted() {
		out <- m
	}
}

// counted is what the ledger says, from memory while it is fresh.
func (c *census) counted() []prometheus.Metric {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Now()
	if c.last != nil && now.Sub(c.at) < keep && !now.Before(c.at) {
		return c.last
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	found, err := c.count(ctx, now)
	if err != nil {
		c.Log.Warn("the ledger does not tell its figures", "err", err)
		found = nil
	}
	up := 0.0
	if err == nil {
		up = 1
	}
	c.at, c.last = now, append(found, gauge("ledger_up", "1 when the database answered.", up))
	return c.last
}
