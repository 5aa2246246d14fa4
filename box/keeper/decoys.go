package keeper

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/decoy"
)

// decoys are the doors that stand, with their sockets: opened while this process may, for the ports are low ones, and
// handed to a process that may nothing.
type decoys struct {
	names []string
	files []*os.File
	doors []abri.Door
}

// nobody is who the decoys run as: an account of no file and no right, apart from the reader's.
const nobody = 65534

// openDecoys opens the doors that the configuration asks for, on the bridge only. A port that is in use is left to whoever
// has it, and told.
func openDecoys(c *config.Config, log *slog.Logger) *decoys {
	d := &decoys{}
	if c.Ports.Kind == config.Host {
		return d
	}
	for _, name := range c.Decoys.Doors {
		door, err := decoy.Find(name)
		if err == nil {
			err = d.open(door, c.Ports.Bridge)
		}
		if err != nil {
			log.Warn("a decoy does not stand", "decoy", name, "err", err)
		}
	}
	return d
}

func (d *decoys) open(door decoy.Door, bridge string) error {
	listen := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) (err error) {
		if bad := c.Control(func(fd uintptr) { err = unix.BindToDevice(int(fd), bridge) }); bad != nil {
			return bad
		}
		return err
	}}
	at, proto := fmt.Sprintf(":%d", door.Port), uint8(unix.IPPROTO_TCP)
	var socket interface{ File() (*os.File, error) }
	if door.Network == "udp" {
		c, err := listen.ListenPacket(context.Background(), "udp", at)
		if err != nil {
			return err
		}
		defer c.Close()
		socket, proto = c.(*net.UDPConn), unix.IPPROTO_UDP
	} else {
		l, err := listen.Listen(context.Background(), "tcp", at)
		if err != nil {
			return err
		}
		defer l.Close()
		socket = l.(*net.TCPListener)
	}
	f, err := socket.File()
	if err != nil {
		return err
	}
	d.names, d.files = append(d.names, door.Name), append(d.files, f)
	d.doors = append(d.doors, abri.Door{Proto: proto, Port: door.Port})
	return nil
}

func (d *decoys) close() {
	for _, f := range d.files {
		f.Close()
	}
}

// keepDecoys keeps the process of the decoys alive until ctx ends.
func (k *Keeper) keepDecoys(ctx context.Context) error {
	defer k.decoys.close()
	if len(k.decoys.names) == 0 {
		<-ctx.Done()
		return nil
	}
	k.log.Info("decoys stand", "doors", strings.Join(k.decoys.names, " "))
	pause := firstPause
	for ctx.Err() == nil {
		born := time.Now()
		err := k.decoys.live(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if time.Since(born) > longLife {
			pause = firstPause
		}
		k.log.Error("the decoys died", "err", err, "next", pause)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, longest)
	}
	return nil
}

// live is one life of that process: this same program, as nobody, with the sockets and nothing else.
func (d *decoys) live(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "/proc/self/exe", append([]string{"decoy"}, d.names...)...)
	cmd.Args[0] = "abri"
	cmd.ExtraFiles = d.files
	cmd.Stderr = os.Stderr
	cmd.Env = []string{"GOMAXPROCS=1", "GOMEMLIMIT=32MiB"}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}, Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(unix.SIGTERM) }
	cmd.WaitDelay = farewell
	return cmd.Run()
}
