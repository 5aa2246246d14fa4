package abri

// Direction tells on which side of the box a conversation began.
type Direction string

// In is from outside, Out is from inside. LAN is neither: the far end is private, in the same subnet, or never crossed
// the box (printers, telephones and Wi-Fi often sit on the outside port).
const (
	In  Direction = "in"
	Out Direction = "out"
	LAN Direction = "lan"
)

// Side is the port of the box a packet enters by.
type Side uint8

// The two ports. SideUnknown is a packet of a capture, which does not say.
const (
	SideUnknown Side = iota
	Outside
	Inside
)

// String is "outside", "inside" or "unknown".
func (s Side) String() string {
	switch s {
	case Outside:
		return "outside"
	case Inside:
		return "inside"
	}
	return "unknown"
}
