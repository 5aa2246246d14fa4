package main

import (
	"context"
	"fmt"
	"time"

	"abri.example/abri"
	"abri.example/abri/testnet"
	"abri.example/abri/testnet/stage"
)

// How long an honest exchange may take, a criminal waits for an answer, and the town hall rests between rounds.
const (
	honestLimit   = 10 * time.Second
	criminalLimit = time.Second
	betweenRounds = 5 * time.Second
)

// story is one play of the demonstration.
type story struct {
	settings
	*stage.Stage
	tell   *teller
	scene  *testnet.Scene
	box    *testnet.Box
	ledger ledger
}

// perform plays the whole story: sun, attackers, theft, and then again and again until time is up.
func perform(ctx context.Context, s settings, t *teller, st *stage.Stage) error {
	p := &story{settings: s, Stage: st, tell: t}
	for _, act := range []func(context.Context) error{p.build, p.sun, p.knocks, p.theft, p.join, p.stay} {
		if err := act(ctx); err != nil {
			return err
		}
	}
	p.ledger.print(t.out)
	return p.ledger.verdict()
}

// build makes the town hall and starts the box in it.
func (p *story) build(ctx context.Context) error {
	p.tell.say("Je construis une mairie, l'Internet et ses malfaiteurs, dans cette machine seulement.",
		"I build a town hall, the Internet and its criminals, inside this machine only.")
	p.scene = testnet.TownHall(testnet.New(p.Stage))
	file := p.scene.BoxFile()
	file.Name = "Mairie de démonstration"
	p.box = p.scene.NewBox(p.program, file)
	if err := p.box.Start(); err != nil {
		return err
	}
	st, err := p.box.Ready(ctx)
	if err != nil {
		return err
	}
	for _, port := range st.Kernel.Ports {
		p.tell.note(fmt.Sprintf("port %s is filtered, %s XDP", port.Name, port.Path))
	}
	p.tell.say(fmt.Sprintf("Le boîtier est en place : mode %s, %d adresses ou réseaux IPv4 et %d IPv6 refusés.", st.Mode, st.Kernel.Entries4, st.Kernel.Entries6),
		fmt.Sprintf("The box stands: mode %s, %d IPv4 and %d IPv6 entries enforced.", st.Mode, st.Kernel.Entries4, st.Kernel.Entries6))
	if err := openDoor(p.Stage, p.listen, p.scene.Desk.Peer); err != nil {
		return err
	}
	p.tell.say("La météo se regarde ici : http://"+p.listen, "The weather is here: http://"+p.listen)
	p.tell.note("every verb asks this box too: " + p.program + " status --socket " + p.box.Socket())
	return nil
}

// sun has honest people do what they do, and looks at the sky.
func (p *story) sun(ctx context.Context) error {
	p.tell.say("Une journée ordinaire : courrier, site, téléphone, noms, dépannage, dans les deux sens.",
		"An ordinary day: mail, web, telephone, names, remote help, both ways.")
	p.passed(p.scene.Honest(ctx, honestLimit))
	open := reachable(ctx, p.scene.Citizen, criminalLimit)
	p.ledger.add("page seen from the Internet", "stopped", !open)
	w, err := p.box.AwaitWeather(ctx, p.lag, func(w testnet.Weather) bool { return w.Sky == abri.Clear })
	p.ledger.add("sky before the attacks: "+string(w.Sky), "clear", err == nil)
	p.sky(w)
	return p.pause(ctx)
}

// knocks lets the attackers come, one kind after the other so that one can watch the sky change.
func (p *story) knocks(ctx context.Context) error {
	p.tell.say("Des malfaiteurs connus frappent, en IPv4 et en IPv6.", "Known criminals knock, by IPv4 and IPv6.")
	for i, a := range p.scene.Attackers {
		p.stopped(p.scene.Attack(ctx, criminalLimit, a))
		if err := p.counted(ctx, 2*(i+1)); err != nil {
			return err
		}
		if err := p.pause(ctx); err != nil {
			return err
		}
	}
	return nil
}

// theft has a device inside send documents to the fence.
func (p *story) theft(ctx context.Context) error {
	p.tell.say("Un poste infecté tente d'envoyer le registre d'état civil à un receleur connu.",
		"An infected computer tries to send the civil register to a known fence.")
	p.stopped(p.scene.Steal(ctx, criminalLimit))
	return p.counted(ctx, 2*len(p.scene.Attackers)+2)
}

// counted waits until the page tells as many attacks as there were, all of them neutralised, and bad weather.
func (p *story) counted(ctx context.Context, attacks int) error {
	w, err := p.box.AwaitWeather(ctx, p.lag, func(w testnet.Weather) bool {
		return w.Attacks == uint64(attacks) && w.Neutralised == w.Attacks && w.Sky.Severity() > 0
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	p.ledger.add(fmt.Sprintf("the page tells %d attacks, %d neutralised: %s", w.Attacks, w.Neutralised, w.Sky),
		fmt.Sprintf("%d, rain or worse", attacks), err == nil)
	p.sky(w)
	return nil
}

// stay goes on until time is up or Ctrl-C, honest and criminal in turn, and tells only what goes wrong.
func (p *story) stay(ctx context.Context) error {
	if p.lasting == 0 {
		p.tell.say("Tout continue en silence. Ctrl-C pour finir.", "All goes on in silence. Ctrl-C to end.")
	}
	for round := 0; p.lasting == 0 || p.tell.elapsed()+2*betweenRounds < p.lasting; round++ {
		if err := sleep(ctx, betweenRounds); err != nil {
			return nil // Ctrl-C is how it ends
		}
		select {
		case <-p.box.Done():
			return p.box.Ended()
		default:
		}
		honest := p.scene.Honest(ctx, honestLimit)
		var criminal []testnet.Passage
		if round%3 == 0 {
			criminal = append(p.scene.Attack(ctx, criminalLimit, p.scene.Attackers...), p.scene.Steal(ctx, criminalLimit)...)
		}
		if ctx.Err() != nil {
			return nil // what Ctrl-C cut short proves nothing
		}
		p.quietly(honest, criminal)
	}
	_ = sleep(ctx, p.lasting-p.tell.elapsed()) // cut short or not: all that is told was proven before
	return nil
}
