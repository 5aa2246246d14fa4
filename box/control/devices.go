package control

import (
	"context"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/device"
)

// Device is one machine of the site in the answers: what it is called (a name, or else its maker), with who says so, its
// hardware and network addresses (the latest first), and when it was first and last seen. Before says that it stands
// between the box and the router, where the box does not see all that it does.
type Device struct {
	Called    string        `json:"called"`
	Name      string        `json:"name,omitempty"`
	NamedBy   device.Source `json:"named_by,omitempty"`
	Maker     string        `json:"maker,omitempty"`
	MAC       device.MAC    `json:"mac"`
	Addresses []netip.Addr  `json:"addresses"`
	Before    bool          `json:"before_the_box"`
	First     time.Time     `json:"first"`
	Last      time.Time     `json:"last"`
}

// DeviceOf puts a device into the words of an answer.
func DeviceOf(d device.Device) Device {
	out := Device{
		Called: d.Called(), Name: d.Name, NamedBy: d.NamedBy, Maker: d.Maker(), MAC: d.MAC, Addresses: d.Addresses,
		Before: d.Side == abri.Outside, First: d.First, Last: d.Last,
	}
	if out.Addresses == nil {
		out.Addresses = []netip.Addr{}
	}
	return out
}

// Devices tells who is who on the inside.
func (c *Client) Devices(ctx context.Context) ([]Device, error) {
	return ask[[]Device](ctx, c, "/devices", request{})
}
