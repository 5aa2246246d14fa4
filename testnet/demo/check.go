package main

import (
	"context"
	"fmt"
	"time"

	"abri.example/abri/testnet"
)

// passed tells and records exchanges that had to come through.
func (p *story) passed(all []testnet.Passage) {
	for _, x := range all {
		p.tell.note(p.judge(x, "through", x.Through()))
	}
}

// stopped tells and records exchanges of which nothing may have arrived.
func (p *story) stopped(all []testnet.Passage) {
	for _, x := range all {
		p.tell.note(p.judge(x, "stopped", x.Stopped()))
	}
}

// quietly records both kinds, and tells only what went wrong.
func (p *story) quietly(honest, criminal []testnet.Passage) {
	for _, x := range honest {
		if said := p.judge(x, "through", x.Through()); !x.Through() {
			p.tell.note(said)
		}
	}
	for _, x := range criminal {
		if said := p.judge(x, "stopped", x.Stopped()); !x.Stopped() {
			p.tell.note(said)
		}
	}
}

// judge records what became of one exchange, by the client and by the count at the server, and gives a line about it.
func (p *story) judge(x testnet.Passage, wanted string, right bool) string {
	p.ledger.add(title(x), wanted, right)
	line := fmt.Sprintf("%s: %s → %s: %s", title(x), x.From, x.To, outcome(x))
	if right {
		return "✓ " + line
	}
	return fmt.Sprintf("✗ %s; wanted %s (%v; the server counted %+v, then %+v)", line, wanted, x.Err, x.Before, x.After)
}

// title is the same for an exchange that is tried again, whatever its addresses.
func title(x testnet.Passage) string {
	family := "IPv6"
	if x.From.Is4() {
		family = "IPv4"
	}
	return fmt.Sprintf("%s, %s %s, %s", x.Who, x.Service, x.Direction, family)
}

func outcome(x testnet.Passage) string {
	switch {
	case x.Through():
		return "passé / through"
	case x.Stopped():
		return "arrêté / stopped"
	}
	return "à moitié / halfway"
}

// sky tells what the page says now.
func (p *story) sky(w testnet.Weather) {
	p.tell.say("La page dit : "+w.Sentence["fr"], "The page says: "+w.Sentence["en"])
}

// pause leaves time to watch: three seconds, or less when the whole play has little.
func (p *story) pause(ctx context.Context) error {
	rest := 3 * time.Second
	if p.lasting > 0 {
		rest = min(rest, p.lasting/40)
	}
	return sleep(ctx, rest)
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(max(d, 0)):
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
