package main

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"abri.example/abri"
)

// telephoneScenarios are the stories, the attacks first.
func telephoneScenarios() []telephoneScenario {
	return append(telephoneAttacks(), telephoneHonest()...)
}

// telephoneAttacks are those of tools, under their own name and another, and of who telephones at the site's expense.
func telephoneAttacks() (all []telephoneScenario) {
	add := func(name string, want abri.Kind, play func(*rings)) {
		all = append(all, telephoneScenario{name, want, play})
	}
	at := mailServer.String()
	tool := func(disguise bool, args ...string) func(*rings) {
		return func(r *rings) {
			r.disguise = disguise
			r.session(time.Minute, func(ctx context.Context) error { return r.tool(ctx, args[0], args[1:]...) })
		}
	}
	add("svmap looks whether there is an exchange", abri.SIPScan, tool(false, "svmap", at))
	for _, disguise := range []bool{false, true} {
		who := map[bool]string{false: "", true: ", as a telephone"}[disguise]
		for _, method := range []string{"REGISTER", "INVITE"} {
			add("svwar looks for extensions by "+method+who, abri.SIPScan, tool(disguise, "svwar", "-m", method, "-e3000-3040", at))
		}
		add("svwar looks for extensions, some of which there are"+who, abri.SIPScan, tool(disguise, "svwar", "-e100-130", at))
		add("svcrack guesses passwords by numbers"+who, abri.Bruteforce, tool(disguise, "svcrack", "-u101", "-r1000-1150", at))
	}
	add("passwords of forty telephones, one each", abri.Bruteforce, func(r *rings) {
		for n := range 40 {
			r.tries(20*time.Second, attacker, fmt.Sprint(100+n), "1234", fmt.Sprint("spray", n))
		}
	})
	add("sipp calls abroad through the exchange", abri.TollFraud, func(r *rings) {
		for n := range 7 {
			r.session(time.Minute, func(ctx context.Context) error {
				return r.tool(ctx, "sipp", "-sn", "uac", "-m", "1", "-i", attacker.String(), "-s", fmt.Sprintf("00%d972592345678", n), "-timeout", "3", "-nostdin", at)
			})
		}
	})
	night := func(numbers func(n int) string, calls int, pause time.Duration) func(*rings) {
		return func(r *rings) {
			r.at = time.Date(2026, 3, 5, 22, 0, 0, 0, time.UTC)
			for n := range calls {
				r.calls(pause, numbers(n))
			}
		}
	}
	add("the exchange calls far away at night", abri.TollFraud, night(func(n int) string { return fmt.Sprintf("0025261%07d", n) }, 6, 3*time.Minute))
	add("the exchange calls dear numbers at night", abri.TollFraud, night(func(n int) string { return "0899123456" }, 6, 5*time.Minute))
	add("the exchange calls a country nobody calls, in a burst", abri.TollFraud, func(r *rings) {
		for n := range 12 {
			r.calls(20*time.Second, fmt.Sprintf("+37112345%03d", n))
		}
	})
	return all
}

// telephoneHonest is what telephones do on working days, and on bad ones.
func telephoneHonest() (all []telephoneScenario) {
	add := func(name string, play func(*rings)) {
		all = append(all, telephoneScenario{name: name, play: play})
	}
	add("thirty telephones register, for a day", func(r *rings) {
		for n := range 120 {
			r.works(12*time.Minute, office, fmt.Sprint(100+n%30))
		}
	})
	add("a thousand telephones after a power cut", func(r *rings) {
		r.session(time.Hour, func(ctx context.Context) error { return r.storm(ctx, 1000) })
	})
	add("a telephone with an old password, for a day", func(r *rings) {
		for range 200 {
			r.tries(time.Minute, office, "101", "ancien", "same")
		}
	})
	add("a site of thirty telephones, three with an old password", func(r *rings) {
		for n := range 90 {
			r.works(time.Minute, office, fmt.Sprint(100+n%30))
			if n%3 == 0 {
				r.tries(time.Minute, office, fmt.Sprint(200+n%9), "ancien", fmt.Sprint("old", n%9))
			}
		}
	})
	add("whether the exchange is there, every minute (sipsak, as the contractor's monitoring)", func(r *rings) {
		for range 60 {
			r.session(time.Minute, func(ctx context.Context) error { return r.tool(ctx, "sipsak", "-s", "sip:ping@"+mailServer.String()) })
		}
	})
	add("an office calls all day, the twin town among them", func(r *rings) {
		r.session(time.Minute, r.trunk.Register)
		for n := range 60 {
			r.calls(8*time.Minute, []string{"0477123456", "0612345678", "+4971123456", "0299123456", "3939", "+33144556677"}[n%6])
		}
	})
	add("an evening of calls for help", func(r *rings) {
		r.at = time.Date(2026, 3, 5, 22, 0, 0, 0, time.UTC)
		for n := range 24 {
			r.calls(time.Minute, []string{"15", "17", "18", "112", "114", "115", "119", "191", "196", "3114", "116117", "0112"}[n%12])
		}
	})
	return all
}

// calls is one call from the exchange by the carrier.
func (r *rings) calls(pause time.Duration, number string) {
	r.session(pause, func(ctx context.Context) error {
		status, err := r.trunk.Call(ctx, number)
		if err == nil && status != 200 {
			err = fmt.Errorf("the call to %s got %d", number, status)
		}
		return err
	})
}

// tries is a registration that is refused: it is an error when it is not.
func (r *rings) tries(pause time.Duration, from netip.Addr, user, word, call string) {
	r.session(pause, func(ctx context.Context) error {
		t := &telephone{from: netip.AddrPortFrom(from, 5062), user: user, word: word, call: call}
		in, err := t.register(ctx, r.world, exchangeAt)
		if in {
			err = fmt.Errorf("%s is let in with %q", user, word)
		}
		return err
	})
}

// works is one of a telephone with the right password.
func (r *rings) works(pause time.Duration, from netip.Addr, user string) {
	r.session(pause, func(ctx context.Context) error {
		t := &telephone{from: netip.AddrPortFrom(from, 5062), user: user, word: "juste-" + user, call: "works-" + user}
		in, err := t.register(ctx, r.world, exchangeAt)
		if err == nil && !in {
			err = fmt.Errorf("%s is not let in", user)
		}
		return err
	})
}

// storm has so many telephones register at once, from two hundred addresses.
func (r *rings) storm(ctx context.Context, n int) error {
	var wait sync.WaitGroup
	errs := make(chan error, n)
	for i := range n {
		wait.Go(func() {
			user := fmt.Sprint(1000 + i)
			a := netip.MustParseAddr("203.0.113.0").As4()
			a[3] = byte(30 + i%200)
			t := &telephone{from: netip.AddrPortFrom(netip.AddrFrom4(a), uint16(20_000+i)), user: user, word: "juste-" + user, call: "storm-" + user}
			if in, err := t.register(ctx, r.world, exchangeAt); err != nil || !in {
				errs <- fmt.Errorf("%s: in %v, %w", user, in, err)
			}
		})
	}
	wait.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}
