package keeper

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
	"abri.example/abri/bridge"
	"abri.example/abri/gate"
	"abri.example/abri/inject"
)

const resolvConf = "/etc/resolv.conf"

// Run keeps a box by the configuration file at path until ctx ends; a kind that is not empty stands for the file's
// ports.kind. A value on reload has the file read again; a file
// with a fault leaves what runs untouched, and its faults stand in the log.
//
// When ctx ends the reader is ended and the gate let go: it goes on filtering by its lists and bans until its grace
// time, and the bridge stays. `abri detach` takes both away.
func Run(ctx context.Context, path string, kind config.PortsKind, reload <-chan os.Signal, log *slog.Logger) error {
	s, err := loadSettings(path, kind)
	if err != nil {
		return err
	}
	for _, w := range s.config.Warnings() {
		log.Warn(w)
	}
	who, err := findAccount(s.config.RunAs.User, s.config.RunAs.Group)
	if err != nil {
		return err
	}
	if err := mountPins(s.config.Gate.Pin); err != nil {
		return err
	}
	held, err := claimBox(s.config)
	if err != nil {
		return err
	}
	defer held.leave()
	if err := folders(s.config, who); err != nil {
		return err
	}
	k, beatenBefore, err := open(s.config, log)
	if err != nil {
		return err
	}
	k.decoys = openDecoys(s.config, log)
	k.front = openFront(s.config, log)
	if err := letEcho(who); err != nil {
		log.Warn("the reader can't ask whether the line is full", "err", err)
	}
	if err := dropPrivileges(); err != nil {
		k.voice.Close()
		k.loop.Close()
		return errors.Join(err, k.gate.Close())
	}
	defer k.voice.Close()
	defer k.loop.Close()
	return k.run(ctx, s, who, reload, beatenBefore)
}

// letEcho lets the reader's group, and it alone, send echo requests by the kernel's sockets for programs without privileges
// (icmp(7)), where nobody may yet: so the box asks whether its gateway answers.
func letEcho(who account) error {
	const setting, nobody = "/proc/sys/net/ipv4/ping_group_range", "1\t0"
	now, err := os.ReadFile(setting)
	if err != nil || strings.TrimSpace(string(now)) != nobody {
		return err
	}
	return os.WriteFile(setting, fmt.Appendf(nil, "%d %d", who.gid, who.gid), 0)
}

// folders gives the box's folders away: data for the reader alone, run for the reader and its group.
func folders(c *config.Config, who account) error {
	for _, f := range []struct {
		path string
		mode os.FileMode
	}{{c.Box.Data, 0o700}, {c.Box.Run, 0o750}} {
		if err := errors.Join(os.Chown(f.path, int(who.uid), int(who.gid)), os.Chmod(f.path, f.mode)); err != nil {
			return fmt.Errorf("giving the box's folder to its user: %w", err)
		}
	}
	return nil
}

// open brings bridge and gate up. beaten is when an earlier keeper last had the gate's heart beat, 0 when there was none.
func open(c *config.Config, log *slog.Logger) (k *Keeper, beaten int64, err error) {
	if err := gate.Probe(); err != nil {
		return nil, 0, err
	}
	b, err := bridge.Ensure(bridge.Options{
		Kind: bridge.Kind(c.Ports.Kind), Name: c.Ports.Bridge, Outside: c.Ports.Outside, Inside: c.Ports.Inside,
		Address: c.Ports.Address, Gateway: c.Ports.Gateway,
	})
	if err != nil {
		return nil, 0, err
	}
	for _, x := range b.Changed {
		log.Warn("the bridge was taken as it stands, and this was changed: without it not all crosses", "bridge", c.Ports.Bridge, "setting", x.Setting, "was", x.Was, "now", x.Now)
	}
	g, err := gate.Open(gate.Options{
		PinDir: c.Gate.Pin, Outside: b.Outside, Inside: b.Inside, Mode: c.Box.Mode, FailClosed: c.Gate.Fail == config.FailClosed,
		Grace: c.Gate.Grace, Flows: c.Gate.Flows, Drops: attempts, Generic: c.Gate.Generic,
	})
	if err != nil {
		return nil, 0, err
	}
	voice, err := inject.Open(b.Outside, b.Inside)
	if err != nil {
		return nil, 0, errors.Join(err, g.Close())
	}
	loop, err := inject.OpenLoop()
	if err != nil {
		voice.Close()
		return nil, 0, errors.Join(err, g.Close())
	}
	k = &Keeper{log: log, gate: g, voice: voice, loop: loop, bridge: b, server: c.Ports.Kind == config.Host, started: gate.Monotonic(), exempt: map[netip.Prefix]bool{}}
	k.parked.send = func(to abri.Side, frame []byte) {
		_ = voice.Send(to, frame) // a port that is gone loses it, as it loses all else
	}
	for _, p := range g.Attached() {
		log.Info("the gate stands", "side", p.Side, "ifindex", p.Index, "native", p.Native, "program", p.Program)
	}
	k.quicken(c.Gate)
	if k.bonds, err = b.HearBonds(); err != nil {
		return nil, 0, errors.Join(err, g.Close())
	}
	k.tighten(c.Gate)
	k.beginLine(c)
	return k, g.LastBeat(), nil
}

// mountPins makes sure that the folder of the pins is in a BPF file system, and mounts one where there is none.
func mountPins(dir string) error {
	at := dir
	if strings.HasPrefix(dir, "/sys/fs/bpf/") {
		at = "/sys/fs/bpf"
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the folder of the pins: %w", err)
	}
	var st unix.Statfs_t
	if err := unix.Statfs(at, &st); err == nil && st.Type == unix.BPF_FS_MAGIC {
		return nil
	}
	if err := unix.Mount("bpffs", at, "bpf", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "mode=0700"); err != nil {
		return &abri.Error{Code: abri.CodeUnsupported, Place: at, What: "the BPF file system can't be mounted", Remedy: "run as root: mount -t bpf bpffs " + at, Err: err}
	}
	return nil
}

// run starts what the keeper consists of, and ends all when ctx ends or a part fails.
func (k *Keeper) run(ctx context.Context, s settings, who account, reload <-chan os.Signal, beatenBefore int64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	now := &current{settings: s}
	where := func() (order.Place, error) {
		p, err := look(k.bridge, given(now.get().config), resolvConf)
		p.Decoys = k.decoys.doors
		return p, err
	}
	place, err := where()
	if err != nil {
		return err
	}
	if _, err := k.stand(place); err != nil {
		return err
	}
	if err := k.Beat(); err != nil {
		return err
	}
	n := newNews()
	moved := make(chan struct{}, 1)
	greet := func(t *order.Teller) error {
		return errors.Join(t.Settings(now.get().Settings), t.Place(k.where()))
	}
	closed := context.AfterFunc(ctx, func() {
		if err := k.gate.LetAll(); err != nil {
			k.log.Error("the gate goes on holding what nobody sends on", "err", err)
		}
		k.gate.Close()
		k.parked.leave()
	})
	defer closed()

	parts := []func() error{
		func() error { return k.relay(ctx, n) },
		func() error { return k.newSweeper(n).run(ctx, beatenBefore) },
		func() error { return (&presser{Keeper: k, news: n}).run(ctx) },
		func() error { return k.purge(ctx) },
		func() error { return k.guard(ctx) },
		func() error { return k.keepDecoys(ctx) },
		func() error {
			return k.follow(ctx, moved, where, func(p order.Place) { n.say(func(t *order.Teller) error { return t.Place(p) }) })
		},
		func() error { return k.raise(ctx, who, n, greet) },
		func() error { k.obeyReload(ctx, now, reload, n, moved); return nil },
	}
	var wait sync.WaitGroup
	errs := make([]error, len(parts))
	for i, part := range parts {
		wait.Go(func() {
			if errs[i] = part(); errs[i] != nil {
				cancel()
			}
		})
	}
	wait.Wait()
	k.bonds.Close()
	k.log.Info("the keeper ends; the gate goes on filtering", "grace", s.config.Gate.Grace)
	return errors.Join(errs...)
}

func (k *Keeper) where() order.Place {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.place
}

// Detach takes the gate off the ports and out of the kernel; a plain bridge remains. It needs root. CodeRefused while a
// box runs with these pins.
func Detach(pins string) error {
	held, err := claimFolders(pins)
	if err != nil {
		return err
	}
	defer held.leave()
	return gate.Detach(pins)
}
