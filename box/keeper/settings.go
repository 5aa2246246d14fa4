package keeper

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
)

// settings is a configuration with the text it came from.
type settings struct {
	config *config.Config
	order.Settings
}

func loadSettings(path string, kind config.PortsKind) (settings, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return settings{}, &abri.Error{Code: abri.CodeInvalid, Place: path, What: "the configuration can't be read", Remedy: "`abri config example` prints one", Err: err}
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return settings{}, err
	}
	c, err := config.ParseAs(kind, string(text), whole)
	return settings{c, order.Settings{Path: whole, Text: string(text), Kind: string(kind)}}, err
}

// current is the settings in force.
type current struct {
	mu sync.Mutex
	settings
}

func (c *current) get() settings {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.settings
}

// obeyReload reads the configuration again at each signal, and applies what is the keeper's: the gate's grace, and the
// place, which is looked at again. The rest is the reader's.
func (k *Keeper) obeyReload(ctx context.Context, now *current, reload <-chan os.Signal, n *news, moved chan<- struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-reload:
		}
		before := now.get()
		next, err := loadSettings(before.Path, config.PortsKind(before.Kind))
		if err != nil {
			k.log.Error("the new configuration is refused; what runs goes on", "err", err)
			continue
		}
		live, restart := config.Changed(before.config, next.config)
		if len(restart) > 0 {
			k.log.Warn("these keys wait for a restart", "keys", restart)
		}
		k.log.Info("the configuration is read again", "changed", live)
		now.mu.Lock()
		now.settings = next
		now.mu.Unlock()
		if err := k.gate.SetGrace(next.config.Gate.Grace, next.config.Gate.Fail == config.FailClosed); err != nil {
			k.log.Error("the gate does not take the grace time", "err", err)
		}
		k.quicken(next.config.Gate)
		k.tighten(next.config.Gate)
		poke(moved)
		n.say(func(t *order.Teller) error { return t.Settings(next.Settings) })
	}
}
