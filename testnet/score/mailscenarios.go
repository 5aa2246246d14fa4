package main

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"abri.example/abri"
)

// source is the n-th address of many, far apart from one another for the box.
func source(n int) netip.Addr {
	a := netip.MustParsePrefix("198.51.100.0/24").Addr().As4()
	a[3] = byte(100 + n)
	return netip.AddrFrom4(a)
}

// mailScenarios are the stories, the attacks first.
func mailScenarios() []mailScenario {
	var all []mailScenario
	add := func(name string, want abri.Kind, play func(*play)) {
		all = append(all, mailScenario{name, want, play})
	}
	for _, w := range ways {
		words := func(n int) string { return fmt.Sprint("motdepasse"[:4+n%6], n) }
		add(w.name+": one account, many passwords", abri.Bruteforce, func(p *play) {
			for n := range 22 {
				p.tries(5*time.Second, attacker, w, "claire", words(n))
			}
		})
		add(w.name+": many accounts, one password", abri.Bruteforce, func(p *play) {
			for n := range 22 {
				p.tries(5*time.Second, attacker, w, "agent"[:1+n%5]+fmt.Sprint(n*n), "Bienvenue1")
			}
		})
		add(w.name+": slowly, for a day", abri.Bruteforce, func(p *play) {
			for n := range 62 {
				p.tries(20*time.Minute, attacker, w, "claire", words(n))
			}
		})
		add(w.name+": from forty places", abri.Bruteforce, func(p *play) {
			for n := range 40 {
				p.tries(10*time.Minute, source(n), w, "claire", words(n))
			}
		})
		add(w.name+": a device with an old password, for a day", "", func(p *play) {
			for range 48 {
				p.tries(15*time.Minute, office, w, "claire", "ancien")
			}
		})
		add(w.name+": a person who forgot, and then knows", "", func(p *play) {
			for n := range 5 {
				p.tries(20*time.Second, office, w, "claire", words(n))
			}
			p.works(time.Minute, office, w, "claire")
		})
		add(w.name+": five devices behind one address after a change of password", "", func(p *play) {
			for _, user := range people {
				p.works(time.Minute, office, w, user)
			}
			for n := range 30 {
				p.tries(15*time.Second, office, w, people[n%5], "ancien-"+people[n%5])
			}
			for _, user := range people {
				p.works(time.Minute, office, w, user)
			}
		})
		add(w.name+": mail is looked for every five minutes", "", func(p *play) {
			for n := range 60 {
				p.works(5*time.Minute, office, w, people[n%5])
			}
		})
		add(w.name+": whether the server is up, every minute", "", func(p *play) {
			for range 60 {
				p.session(time.Minute, func(ctx context.Context) (netip.AddrPort, error) {
					s, err := open(ctx, p.scene.world, office, mailServer, w)
					if err != nil {
						return netip.AddrPort{}, err
					}
					defer s.leave()
					return s.local(), nil
				})
			}
		})
	}
	for _, service := range []string{"imap", "imaps", "pop3", "pop3s", "smtp", "smtps"} {
		add("hydra: "+service, abri.Bruteforce, func(p *play) { p.hydra(service) })
	}
	return append(all, postScenarios()...)
}

// hydra tries a list of passwords by the tool of that name.
func (p *play) hydra(service string) {
	list := filepath.Join(p.scene.folder, "words")
	args := []string{"-I", "-t", "4", "-l", "claire", "-P", list, "-s", map[string]string{"imap": "143", "imaps": "993", "pop3": "110", "pop3s": "995", "smtp": "587", "smtps": "465"}[service]}
	if base, ok := strings.CutSuffix(service, "s"); ok {
		args, service = append(args, "-S"), base
	}
	p.session(time.Minute, func(ctx context.Context) (netip.AddrPort, error) {
		var words strings.Builder
		for n := range 60 {
			fmt.Fprintf(&words, "%s%d\n", "motdepasse"[:4+n%6], n)
		}
		if err := os.WriteFile(list, []byte(words.String()), 0o600); err != nil {
			return netip.AddrPort{}, err
		}
		cmd := exec.CommandContext(ctx, "hydra", append(args, mailServer.String(), service)...)
		cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
		running, err := p.scene.world.Start(cmd)
		if err != nil {
			return netip.AddrPort{}, err
		}
		select {
		case <-running.Done():
			return netip.AddrPort{}, nil // its exit code says whether it found a password, and it found none
		case <-ctx.Done():
			return netip.AddrPort{}, running.Stop()
		}
	})
}

// postScenarios are what mail servers say to each other, and what is no guessing.
func postScenarios() []mailScenario {
	letterTo := func(p *play, from netip.Addr, host string, pause time.Duration, rcpts ...string) {
		p.session(pause, func(ctx context.Context) (netip.AddrPort, error) {
			s, err := open(ctx, p.scene.world, from, mailServer, way{"SMTP", 25, "smtp", false, false})
			if err != nil {
				return netip.AddrPort{}, err
			}
			defer s.leave()
			end := s.local()
			if _, err := s.ask("MAIL FROM:<" + host + ">"); err != nil {
				return end, err
			}
			taken := 0
			for _, r := range rcpts {
				if _, err := s.ask("RCPT TO:<" + r + ">"); err == nil {
					taken++
				} else if err != errRefused {
					return end, err
				}
			}
			if taken == 0 {
				return end, nil
			}
			if _, err := s.ask("DATA"); err != nil {
				return end, err
			}
			_, err = s.ask(letter)
			return end, err
		})
	}
	several := func(format string, n int) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprintf(format, i))
		}
		return all
	}
	return []mailScenario{
		{"names are tried, by RCPT", abri.Scan, func(p *play) {
			for i := range 3 {
				letterTo(p, attacker, "x@y.example", time.Minute, several(fmt.Sprintf("nom%d-%%d@mairie.example", i), 10)...)
			}
		}},
		{"whether the server carries for anybody", abri.Scan, func(p *play) {
			letterTo(p, attacker, "x@y.example", time.Minute, several("cible%d@ailleurs.example", 8)...)
		}},
		{"a letter from outside to everybody, two of them gone", "", func(p *play) {
			for range 20 {
				letterTo(p, source(1), "lettre@association.example", time.Hour, "claire@mairie.example", "paul@mairie.example", "parti@mairie.example", "retraite@mairie.example", "mairie@mairie.example")
			}
		}},
		{"a wrong setting: two recipients elsewhere", "", func(p *play) {
			letterTo(p, office, "claire@mairie.example", time.Minute, "a@ailleurs.example", "b@ailleurs.example")
		}},
	}
}
