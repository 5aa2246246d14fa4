package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/receive"
)

// gauge is one figure that goes up and down; labels are names and values in turn.
func gauge(name, help string, value float64, labels ...string) prometheus.Metric {
	return figure(prometheus.GaugeValue, name, help, value, labels)
}

// counter is one figure that only grows while the program runs.
func counter(name, help string, value float64, labels ...string) prometheus.Metric {
	return figure(prometheus.CounterValue, name, help, value, labels)
}

func figure(sort prometheus.ValueType, name, help string, value float64, labels []string) prometheus.Metric {
	var names, values []string
	for i := 0; i+1 < len(labels); i += 2 {
		names, values = append(names, labels[i]), append(values, labels[i+1])
	}
	return prometheus.MustNewConstMetric(prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, names, nil), sort, value, values...)
}

// desk tells what the desk for boxes has done.
type desk func() receive.Counts

func (d desk) Describe(chan<- *prometheus.Desc) {}

func (d desk) Collect(out chan<- prometheus.Metric) {
	c := d()
	out <- counter("reports_total", "Reports that were kept.", float64(c.Reports))
	out <- counter("attacks_total", "Rows of attacks that were kept, revisions included.", float64(c.Attacks))
	for reason, n := range c.Refused {
		out <- counter("refusals_total", "What boxes sent and was not taken, by the reason; a duplicate is answered as the first time.", float64(n), "reason", string(reason))
	}
}

// ends is when what signs comes to its end.
func (c *census) ends() []prometheus.Metric {
	const help = "When a certificate ends, in seconds since 1970: the issuer of boxes' certificates, and the root."
	return []prometheus.Metric{
		gauge("certificate_end_timestamp_seconds", help, float64(c.Authority.Ends().Unix()), "of", "issuer"),
		gauge("certificate_end_timestamp_seconds", help, float64(c.Authority.Root().NotAfter.Unix()), "of", "root"),
	}
}

// soon is when a box's certificate is near its end: it should have been renewed at half of its thirty days.
const soon = 7 * 24 * time.Hour

// count asks the ledger.
func (c *census) count(ctx context.Context, now time.Time) ([]prometheus.Metric, error) {
	census, err := c.Ledger.Census(ctx, now, soon)
	if err != nil {
		return nil, err
	}
	var out []prometheus.Metric
	for _, state := range []string{ledger.Candidate, ledger.Confirmed, ledger.Revoked} {
		out = append(out, gauge("boxes", "Boxes by the state of their enrolment.", float64(census.Boxes[state]), "state", state))
	}
	out = append(out,
		gauge("boxes_suspected", "Boxes that a person should look at, such as cloned ones.", float64(census.Suspected)),
		gauge("boxes_certificate_ending", "Confirmed boxes whose certificate ends within seven days.", float64(census.Ending)),
		gauge("boxes_certificate_ended", "Confirmed boxes whose certificate has ended.", float64(census.Ended)),
		gauge("sums_waiting", "Days of sites that changed since the sums were made.", float64(census.Changes)),
	)
	return append(out, c.sites(now)...), nil
}

// sites counts sites by stage and by sky, from memory.
func (c *census) sites(now time.Time) []prometheus.Metric {
	if c.Roster == nil {
		return nil
	}
	all, as := c.Roster.Standings(ledger.Scope{}, now)
	if as.IsZero() {
		return nil
	}
	stages, skies := map[ledger.Rollout]int{}, map[abri.Sky]int{}
	for _, s := range all {
		stages[s.Rollout]++
		skies[s.Sky]++
	}
	var out []prometheus.Metric
	for _, stage := range ledger.Rollouts {
		out = append(out, gauge("sites", "Sites by how far the roll-out is there.", float64(stages[stage]), "stage", string(stage)))
	}
	for _, sky := range append([]abri.Sky{abri.Fog}, abri.Skies...) {
		out = append(out, gauge("skies", "Sites by their sky; fog is a site of which nothing is heard.", float64(skies[sky]), "sky", string(sky)))
	}
	return append(out, gauge("roster_age_seconds", "How old the map in memory is.", now.Sub(as).Seconds()))
}
