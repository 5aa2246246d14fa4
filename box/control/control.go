// Package control is the door for the people of a running box: status, why, ban, release, mode. It is HTTP with JSON
// over a Unix socket that only root and the box's group may open; who asks is read from the kernel, not from the
// request, and goes to the audit log. Both ends stand here, so that they cannot differ.
//
// Its borders: it decides nothing and keeps nothing; what is asked goes to a Box.
package control

import (
	"context"
	"net/netip"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/siege"
)

// SocketName is the socket's name in the box's run folder.
const SocketName = "abri.sock"

// Who asks: the user id of the process at the other end, and its name when the machine knows one.
type Who struct {
	UID  uint32 `json:"uid"`
	Name string `json:"name"`
}

// Weather is the sky in a status.
type Weather struct {
	Sky      abri.Sky `json:"sky"`
	Points   int      `json:"points"`
	Sentence string   `json:"sentence"`
}

// List is one threat list in a status.
type List struct {
	Name      string    `json:"name"`
	Publisher string    `json:"publisher,omitempty"`
	Entries   int       `json:"entries"`
	Refused   int       `json:"refused"`
	Dated     time.Time `json:"dated,omitzero"`
	Trouble   string    `json:"trouble,omitempty"`
}

// Memory is in bytes: the two processes' resident sets and peaks, and the kernel's maps, each apart.
type Memory struct {
	Reader     uint64 `json:"reader"`
	ReaderPeak uint64 `json:"reader_peak"`
	Keeper     uint64 `json:"keeper"`
	KeeperPeak uint64 `json:"keeper_peak"`
	Maps       uint64 `json:"maps"`
}

// Status is what `abri status` shows. Wanted is what the lists ask for, Kernel what the kernel says: its mode, its
// ports, what is enforced, and packets by side and reason.
type Status struct {
	Name        string         `json:"name"`
	Version     string         `json:"version"`
	Mode        abri.Mode      `json:"mode"`
	Uptime      time.Duration  `json:"uptime_ns"`
	Wanted4     int            `json:"wanted4"`
	Wanted6     int            `json:"wanted6"`
	WantedNames int            `json:"wanted_names"`
	Kernel      order.Counters `json:"kernel"`
	Weather     Weather        `json:"weather"`
	Attacks     uint64         `json:"attacks"`
	Neutralised uint64         `json:"neutralised"`
	Noise       uint64         `json:"noise"`
	Releases    int            `json:"releases"` // by people, standing now
	Lists       []List         `json:"lists"`
	Memory      Memory         `json:"memory"`
	Troubles    []string       `json:"troubles"`
}

// Decision is a person's or a detector's choice that stands for an address. Until is zero for ever.
type Decision struct {
	Choice order.Choice `json:"choice"`
	Prefix netip.Prefix `json:"prefix"`
	Door   string       `json:"door,omitempty"` // of a ban by source and service, such as "tcp/22"
	Since  time.Time    `json:"since"`
	Until  time.Time    `json:"until,omitzero"`
	By     string       `json:"by"`
	Why    abri.Why     `json:"why,omitzero"` // of a ban by a detector: what it saw
}

// Answer is what `abri why` shows: what happens with an address (an action, and its sentence), every list that holds
// it, those that only observe apart, whose guarded address it is, every decision that stands for it, and the attacks it
// had a part in, latest first.
type Answer struct {
	Address   netip.Addr  `json:"address"`
	Action    abri.Action `json:"action"`
	Sentence  string      `json:"sentence"`
	Country   string      `json:"country,omitempty"`
	Since     time.Time   `json:"since,omitzero"`
	Until     time.Time   `json:"until,omitzero"`
	Lists     []abri.Why  `json:"lists"`
	Observed  []abri.Why  `json:"observed,omitempty"`
	Guarded   string      `json:"guarded,omitempty"`
	Device    *Device     `json:"device,omitempty"` // of an address inside
	Decisions []Decision  `json:"decisions"`
	Tried     []Tried     `json:"tried"`
	Unproven  string      `json:"unproven,omitempty"` // why nothing proves at this moment that the filter does what it should
}

// Tried is an attack in an Answer, short. Of a flood and the like Outside is the zero Addr, and Sources says how many they were.
type Tried struct {
	ID       string       `json:"id"`
	Kind     abri.Kind    `json:"kind"`
	Service  abri.Service `json:"service"`
	Outside  netip.Addr   `json:"outside"`
	Inside   netip.Addr   `json:"inside"`
	Device   string       `json:"device,omitempty"`
	First    time.Time    `json:"first"`
	Last     time.Time    `json:"last"`
	Attempts uint64       `json:"attempts"`
	Sources  uint64       `json:"sources,omitempty"`
	Packets  uint64       `json:"packets,omitempty"`
	Outcome  abri.Outcome `json:"verdict"`
	Why      abri.Why     `json:"why,omitzero"`
}

// SignIn is a code that opens one session on the box's pages until Until, and the addresses of the page where to use it.
type SignIn struct {
	Code  string    `json:"code"`
	Links []string  `json:"links"`
	Until time.Time `json:"until"`
}

// Box is what the door leads to. Implementations are safe for concurrent use; errors are *abri.Error.
type Box interface {
	Status(context.Context) (Status, error)
	Why(context.Context, netip.Addr) (Answer, error)
	Ban(ctx context.Context, who Who, p netip.Prefix, lasting time.Duration) error
	Release(ctx context.Context, who Who, p netip.Prefix, lasting time.Duration) error
	// Forget takes what was decided of exactly this prefix back, and gives what it was; CodeNotFound for nothing.
	Forget(ctx context.Context, who Who, p netip.Prefix) ([]order.Choice, error)
	SetMode(ctx context.Context, who Who, m abri.Mode) error
	Devices(context.Context) ([]Device, error)
	SelfTest(context.Context) (SelfTest, error)
	// Saturations gives the sheets of the last saturations, the latest first.
	Saturations(context.Context) ([]siege.Sheet, error)
	// SignIn gives a code that opens one session on the pages.
	SignIn(ctx context.Context, who Who) (SignIn, error)
	Librarian
	Examiner
	Warden
	Departures
	Switchboard
	Member
}
