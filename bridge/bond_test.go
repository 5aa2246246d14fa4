package bridge_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"abri.example/abri"
	"abri.example/abri/bridge"
	"abri.example/abri/testnet"
)

// Who speaks LACP behind a port is heard, once, and on that side only; another slow protocol (OAM) is not LACP.
func TestBondsAreHeard(t *testing.T) {
	b := newBox(t)
	made := b.ensure(wanted)
	var bonds *bridge.Bonds
	b.do(func() (err error) { bonds, err = made.HearBonds(); return err })
	defer bonds.Close()
	say := func(host *testnet.Host, port, text string) {
		t.Helper()
		if err := host.Inject(t.Context(), port, [][]byte{frame(t, text)}, 0); err != nil {
			t.Fatal(err)
		}
	}
	say(b.near, "lan", "0180c2000002 020000000001 8809 0300 5000")
	say(b.far, "wan", "0180c2000002 020000000001 8809 0101 0114 8000")
	for deadline := time.Now().Add(5 * time.Second); !bonds.Heard(abri.Outside); {
		if time.Now().After(deadline) {
			t.Fatal("LACP behind the outside port is not heard")
		}
	}
	if bonds.Heard(abri.Outside) {
		t.Error("heard again, though nobody spoke")
	}
	if bonds.Heard(abri.Inside) {
		t.Error("OAM is taken for LACP")
	}
}

// A port that is part of a bond is refused with the word that helps: the bond itself can be the port.
func TestPartOfABondIsRefused(t *testing.T) {
	b := newBox(t)
	made := b.host.Do(func() error {
		bond := netlink.NewLinkBond(netlink.LinkAttrs{Name: "bond7"})
		bond.Mode = netlink.BOND_MODE_802_3AD
		if err := netlink.LinkAdd(bond); err != nil {
			return err
		}
		port := b.mustLink("eth0")
		if err := netlink.LinkSetDown(port); err != nil {
			return err
		}
		return netlink.LinkSetMaster(port, bond)
	})
	if errors.Is(made, unix.EOPNOTSUPP) {
		t.Skip("this kernel has no bonds")
	} else if made != nil {
		t.Fatal(made)
	}
	err := b.host.Do(func() error { _, err := bridge.Ensure(wanted); return err })
	if abri.CodeOf(err) != abri.CodeRefused || !strings.Contains(err.Error(), "LACP") || !strings.Contains(err.Error(), `outside = "bond7"`) {
		t.Errorf("%v", err)
	}
}
