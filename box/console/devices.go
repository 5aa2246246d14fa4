package console

import (
	"fmt"
	"net/netip"
	"text/tabwriter"

	"abri.example/abri/box/control"
)

type devicesVerb struct {
	JSON bool `help:"Print JSON instead of a table."`
	door
}

// Help is the example under `abri devices --help`.
func (devicesVerb) Help() string {
	return `Who is who on the inside, the latest seen first: what the box heard by DHCP, mDNS, NetBIOS, ARP and neighbour
discovery. This never leaves the box.

Example: abri devices`
}

func (v devicesVerb) Run(s *shell) error {
	all, err := v.dial().Devices(s.ctx)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(s, all)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "device\taddress\thardware\tmaker\twhere\tfirst seen\tlast seen")
	for _, d := range all {
		where := "inside"
		if d.Before {
			where = "before the box"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d.Called, addressesOf(d), d.MAC, d.Maker, where, moment(d.First), moment(d.Last))
	}
	return w.Flush()
}

// addressesOf is the latest address of a device, of IPv4 where it has one, and how many more there are.
func addressesOf(d control.Device) string {
	if len(d.Addresses) == 0 {
		return "-"
	}
	shown := d.Addresses[0]
	for _, a := range d.Addresses {
		if a.Is4() {
			shown = a
			break
		}
	}
	if more := len(d.Addresses) - 1; more > 0 {
		return fmt.Sprintf("%s (+%d)", shown, more)
	}
	return shown.String()
}

// ofDevice names the inside end of an attack, with its name where that is known.
func ofDevice(a netip.Addr, name string) string {
	if name == "" {
		return a.String()
	}
	return name + " (" + a.String() + ")"
}
