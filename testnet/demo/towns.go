package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"abri.example/abri/testnet"
	"abri.example/abri/testnet/stage"
)

// The communes of the demonstration. The first is the one that was played so far.
var communes = []struct{ code, name string }{
	{"42304", "Sury-le-Comtal"}, {"42147", "Montbrison"}, {"42094", "Feurs"}, {"42187", "Roanne"},
}

// Where the observatory stands on each town hall's Internet, and where it listens in its own network.
const (
	observatory4 = "198.51.100.44"
	observatory6 = "2001:db8:51::44"
	deskAt       = "127.0.0.1:8444"
	pagesAt      = "127.0.0.1:8443"
)

// tellLimit is how long all boxes may take to be taken in and to tell what they have.
const tellLimit = 2 * time.Minute

// town is a town hall of the observatory.
type town struct {
	code, name string
	scene      *testnet.Scene
	box        *testnet.Box
}

// centre is the observatory of the play: a process in a network of its own, reached by a wire from each Internet.
type centre struct {
	program, data string
	host          *testnet.Host
	said          string // the file of what it says
}

// join has the town hall, and others like it, join an observatory, which then counts what all of them were spared.
func (p *story) join(ctx context.Context) error {
	if p.centre == "" {
		return nil
	}
	c, err := p.found(ctx)
	if err != nil {
		return err
	}
	towns := []town{{communes[0].code, communes[0].name, p.scene, p.box}}
	for _, x := range communes[1:min(max(p.towns, 1), len(communes))] {
		t, err := p.another(ctx, x.code, x.name)
		if err != nil {
			return err
		}
		towns = append(towns, t)
	}
	var told uint64
	for _, t := range towns {
		n, err := p.enrol(ctx, c, t)
		if err != nil {
			return err
		}
		told += n
	}
	limit, cancel := context.WithTimeout(ctx, tellLimit)
	defer cancel()
	counted, err := testnet.Await(limit, func() (uint64, error) {
		n, err := c.counted(towns)
		if err == nil && n != told {
			err = fmt.Errorf("the observatory counts %d attacks of %d", n, told)
		}
		return n, err
	})
	p.ledger.add(fmt.Sprintf("the observatory counts %d attacks of %d town halls", counted, len(towns)), fmt.Sprint(told), err == nil && ctx.Err() == nil)
	p.tell.say(fmt.Sprintf("L'observatoire réunit %d mairies : %d attaques, chacune comptée une fois.", len(towns), counted),
		fmt.Sprintf("The observatory joins %d town halls: %d attacks, each counted once.", len(towns), counted))
	return nil
}

// found begins an observatory from nothing, in a network of its own.
func (p *story) found(ctx context.Context) (*centre, error) {
	data, err := os.MkdirTemp("", fmt.Sprintf("abri-box-%d-observatory-", os.Getpid()))
	if err != nil {
		return nil, err
	}
	p.Cleanup(func() { os.RemoveAll(data) })
	c := &centre{program: p.centre, data: data, host: testnet.New(p.Stage).Host("observatory"), said: filepath.Join(data, "said")}
	log, err := os.Create(c.said)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(c.program, "--data", data, "run", "--boxes", deskAt, "--pages", pagesAt, "--url", "https://"+observatory4+":8444")
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if _, err := c.host.Start(cmd); err != nil {
		return nil, err
	}
	limit, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	link, err := testnet.Await(limit, c.firstLink)
	if err != nil {
		return nil, err
	}
	if err := c.reach(p.Stage, p.scene); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", p.pages)
	if err != nil {
		return nil, fmt.Errorf("showing the observatory: %w (another address: make demo DEMO_FLAGS='-pages 127.0.0.1:8091')", err)
	}
	passAll(p.Stage, l, func(ctx context.Context) (net.Conn, error) { return c.dial(ctx, pagesAt) })
	p.tell.say("L'observatoire commence à partir de rien : https://"+p.pages+link, "The observatory begins from nothing: https://"+p.pages+link)
	p.tell.note("its certificate is of its own authority, made a moment ago: the browser warns, and may be told to go on")
	return c, nil
}

var printedLink = regexp.MustCompile(`https://localhost:\d+(/\S+)`)

// firstLink is the link for the first administrator, as the observatory prints it, without its host.
func (c *centre) firstLink() (string, error) {
	said, err := os.ReadFile(c.said)
	if err != nil {
		return "", err
	}
	found := printedLink.FindSubmatch(said)
	if found == nil || !strings.Contains(string(said), "Boxes report") {
		return "", fmt.Errorf("the observatory has not begun: %s", said)
	}
	return string(found[1]), nil
}

// reach lays a wire from a scene's Internet to the observatory.
func (c *centre) reach(st *stage.Stage, s *testnet.Scene) error {
	there := s.Newcomer("observatory", observatory4, observatory6)
	l, err := there.Host.Listen(netip.AddrPortFrom(there.V4, 8444))
	if err != nil {
		return err
	}
	passAll(st, l, func(ctx context.Context) (net.Conn, error) { return c.dial(ctx, deskAt) })
	return nil
}

func (c *centre) dial(ctx context.Context, at string) (net.Conn, error) {
	local := netip.MustParseAddr("127.0.0.1")
	return c.host.Dial(ctx, "tcp", local, netip.MustParseAddrPort(at))
}

// do runs a verb of the observatory.
func (c *centre) do(args ...string) ([]byte, error) {
	out, err := exec.Command(c.program, append([]string{"--data", c.data}, args...)...).Output()
	if err != nil {
		err = fmt.Errorf("abri-observatory %s: %w", args[0], err)
	}
	return out, err
}

// counted is what the observatory counts of these towns.
func (c *centre) counted(towns []town) (sum uint64, err error) {
	for _, t := range towns {
		out, err := c.do("count", "--site", strings.TrimLeft(t.code, "0"), "--by", "all", "--json")
		if err != nil {
			return 0, err
		}
		var figures []struct{ Attacks uint64 }
		if err := json.Unmarshal(out, &figures); err != nil {
			return 0, err
		}
		for _, f := range figures {
			sum += f.Attacks
		}
	}
	return sum, nil
}

// another builds one more town hall like the first, and has it attacked.
func (p *story) another(ctx context.Context, code, name string) (town, error) {
	t := town{code: code, name: name, scene: testnet.TownHall(testnet.New(p.Stage))}
	file := t.scene.BoxFile()
	file.Name = "Mairie de " + name
	t.box = t.scene.NewBox(p.program, file)
	if err := t.box.Start(); err != nil {
		return t, err
	}
	if _, err := t.box.Ready(ctx); err != nil {
		return t, err
	}
	p.tell.note("a town hall was built: " + name)
	p.stopped(t.scene.Attack(ctx, criminalLimit, t.scene.Attackers[:2]...))
	return t, nil
}

// enrol takes a town's box in, by its invitation and its four words, and gives how many attacks the box then has to tell.
func (p *story) enrol(ctx context.Context, c *centre, t town) (uint64, error) {
	if t.scene != p.scene {
		if err := c.reach(p.Stage, t.scene); err != nil {
			return 0, err
		}
	}
	invitation, err := c.do("invite", "--site", t.code, "--name", t.name)
	if err != nil {
		return 0, err
	}
	wanted := uint64(4)
	if t.scene == p.scene {
		wanted = uint64(2*len(t.scene.Attackers) + 2)
	}
	w, err := t.box.AwaitWeather(ctx, p.lag, func(w testnet.Weather) bool { return w.Attacks >= wanted })
	if err != nil {
		return 0, fmt.Errorf("the page of %s tells %d attacks: %w", t.name, w.Attacks, err)
	}
	st, err := t.box.Enrol(ctx, strings.TrimSpace(string(invitation)))
	if err != nil {
		return 0, err
	}
	p.tell.note(fmt.Sprintf("%s shows the words %q, and the observatory the same", t.name, st.Words))
	_, err = c.do("confirm", t.code, "--words", st.Words)
	p.ledger.add("boxes taken in by their four words", "same words", err == nil)
	return w.Attacks, err
}
