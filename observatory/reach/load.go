package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/ledger"
)

// rowsEach is how many attacks a report tells of.
const rowsEach = 20

// report is the n-th report of a box: fresh attacks, as varied as real ones.
func (b *bench) report(id identity, epoch string, n uint64) []byte {
	now := time.Now().UTC()
	r := fleet.Report{Version: fleet.Version, Site: id.Site, Box: id.Box, Epoch: epoch, Seq: n, Sent: now, Software: "reach",
		Status: fleet.Status{Mode: abri.Protect, Sky: abri.Rain, Points: 20, Attacks: 20, Neutralised: 20, Wanted: 100, Enforced: 100},
		Days:   []fleet.Day{{Day: abri.DayOf(now, time.UTC), Sky: abri.Rain, Points: 20, Attacks: 20, Neutralised: 20, Watched: 100}}}
	for range rowsEach {
		var raw [16]byte
		for i := 0; i < 16; i += 8 {
			x := rand.Uint64()
			for j := range 8 {
				raw[i+j] = byte(x >> (8 * j))
			}
		}
		r.Attacks = append(r.Attacks, fleet.Attack{
			ID: hex.EncodeToString(raw[:]), Revision: 1, Kind: abri.Kinds[skewed(len(abri.Kinds))], Service: abri.Services[skewed(len(abri.Services))],
			Direction: abri.In, Outside: netip.AddrFrom4([4]byte{byte(1 + rand.IntN(220)), raw[0], raw[1], raw[2]}), Device: hex.EncodeToString(raw[:8]), Port: 25, Proto: "tcp",
			First: now.Add(-time.Minute), Last: now, Day: abri.DayOf(now.Add(-time.Minute), time.UTC), Attempts: 3, Packets: 12, Bytes: 900, Sources: 1, Outcome: abri.Blocked,
			Why: abri.Why{Rule: abri.RuleList, List: "ipsum", Publisher: "stamparm"},
		})
	}
	said, err := r.Encode()
	if err != nil {
		b.Fatalf("a report cannot be written: %v", err)
	}
	return said
}

// skewed is a number below n, small ones far more often.
func skewed(n int) int { return rand.IntN(1 + rand.IntN(n)) }

// post sends a report and reports whether it was kept.
func (b *bench) post(c *http.Client, said []byte) error {
	a, err := c.Post("https://"+b.boxesAt+fleet.PathReport, "application/json", bytes.NewReader(said))
	if err != nil {
		return err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		return err
	}
	if a.StatusCode != http.StatusOK {
		return fleet.DecodeRefusal(text)
	}
	var answer fleet.Answer
	return json.Unmarshal(text, &answer)
}

// durable sends reports at a rate, whatever the answers take, and measures each from the moment it was due.
func (b *bench) durable(ctx context.Context) error {
	const connections = 200
	total := int(b.rate) * b.seconds
	b.say("durable: %d reports are written", total)
	said := make([][]byte, total)
	word := epoch("durable")
	for i := range said {
		said[i] = b.report(b.boxes[i%connections], word, uint64(i/connections+1))
	}
	b.say("%s", yardstick())
	took := make([]time.Duration, total)
	var refused atomic.Int64
	var wait sync.WaitGroup
	server, database, here := b.spent()
	began := time.Now().Add(time.Second)
	for n := range connections {
		wait.Go(func() {
			c := b.client(b.boxes[n])
			defer c.CloseIdleConnections()
			for i := n; i < total && ctx.Err() == nil; i += connections {
				due := began.Add(time.Duration(float64(i) / b.rate * 1e9))
				time.Sleep(time.Until(due))
				if err := b.post(c, said[i]); err != nil {
					refused.Add(1)
				}
				took[i] = time.Since(due)
			}
		})
	}
	wait.Wait()
	lasted := time.Since(began)
	b.say("durable: %d reports of %d rows in %s: %.0f reports a second, %d not kept; %s", total, rowsEach, lasted.Round(10*time.Millisecond),
		float64(total)/lasted.Seconds(), refused.Load(), quantiles(took))
	each := func(now, then time.Duration) float64 { return float64((now - then).Microseconds()) / float64(total) }
	serverNow, databaseNow, hereNow := b.spent()
	b.say("durable: processor time a report: %.0f µs the observatory, %.0f µs PostgreSQL, %.0f µs the clients",
		each(serverNow, server), each(databaseNow, database), each(hereNow, here))
	return b.verify(ctx, total-int(refused.Load()), "durable")
}

// verify counts what the observatory has since the last time.
func (b *bench) verify(ctx context.Context, reports int, part string) error {
	l, err := ledger.Open(ctx, b.address, quiet)
	if err != nil {
		return err
	}
	defer l.Close()
	began := time.Now()
	if _, err := l.Sum(ctx); err != nil {
		return err
	}
	entered := time.Since(began)
	day := abri.DayOf(time.Now(), time.UTC)
	f, err := l.Count(ctx, ledger.Question{From: day.Add(-2), To: day, By: ledger.ByAll})
	if err != nil {
		return err
	}
	b.counted += reports * rowsEach
	if len(f) != 1 || f[0].Attacks != uint64(b.counted) {
		return fmt.Errorf("%s: %d attacks were told and %v counted", part, b.counted, f)
	}
	b.say("%s: %d attacks told, as many counted, in rows, rollups and totals; the last of them %s later", part, b.counted, entered.Round(10*time.Millisecond))
	return nil
}
