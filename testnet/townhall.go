package testnet

import (
	"context"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/capture"
	"abri.example/abri/flow"
)

// Scene is a town hall on the Internet, with a place for the box:
//
//	internet  (honest peers) ──┐                     ┌── courrier    mail and web site
//	                           ├─ router ═ BOX ═ switch ── standard  telephone exchange
//	criminals (attackers)    ──┘                     └── bureau      workstation
//
// The box's host has the ports OutsidePort and InsidePort and nothing else: whoever uses the scene puts a bridge, or
// the product, there. The town hall is one subnet on both sides of the box; everything beyond is routed.
type Scene struct {
	Net *Net
	Box *Host

	Mail     *MailServer // of the town hall
	Site     *WebServer
	Exchange *Exchange
	Desk     *RemoteAccess // the workstation, which a technician may reach

	Correspondent *MailServer // honest people of the Internet
	Citizen       Peer
	Technician    Peer
	Newspaper     *WebServer
	Operator      *Exchange
	Carrier       *Carrier // of telephone calls
	Resolver      *Resolver

	Attackers []Attacker // four who knock
	Fence     *WebServer // and one who awaits stolen documents

	ListedSources      []netip.Prefix // what a threat list says of the attackers
	ListedDestinations []netip.Prefix // and of the fence

	router, internet, criminals, office *Host
	amplifiers                          []Peer
	afar                                time.Duration // the round trip to the internet beyond the cable's own
	tallies                             map[netip.AddrPort]*Tally
}

// The ports of the box's host, and the addresses a box may take on the town hall's network.
const (
	OutsidePort = "outside"
	InsidePort  = "inside"
)

// ringsFor is how long a called telephone rings.
const ringsFor = time.Second

// The town hall's network as a box there is configured.
var (
	BoxAddress    = netip.MustParsePrefix("192.168.10.2/24")
	RouterAddress = netip.MustParseAddr("192.168.10.1")

	routerAddress6 = netip.MustParseAddr("2001:db8:10::1")
)

// TownHall builds the scene, servers running. Without a bridge on the box's host nothing crosses.
func TownHall(n *Net) *Scene { return TownHallAfar(n, 0) }

// TownHallAfar is TownHall with honest people of the Internet so far away that an answer takes at least this long.
func TownHallAfar(n *Net, roundTrip time.Duration) *Scene {
	s := &Scene{Net: n, tallies: make(map[netip.AddrPort]*Tally), afar: roundTrip}
	s.Box, s.router, s.office = n.Host("box"), n.Host("router"), n.Host("switch")
	s.internet, s.criminals = n.Host("internet"), n.Host("criminals")
	n.Cable(s.router, s.Box, "lan", OutsidePort)
	n.Cable(s.Box, s.office, InsidePort, "uplink")
	s.settleRouter()
	s.settleOffice()
	s.settleInternet()
	s.settleCriminals()
	s.recordTallies()
	return s
}

func (s *Scene) settleRouter() {
	s.Net.Line(s.router, s.internet, "internet", "wan", s.afar/2)
	s.Net.Cable(s.router, s.criminals, "criminals", "wan")
	s.router.Address("lan", netip.PrefixFrom(RouterAddress, 24), netip.PrefixFrom(routerAddress6, 64))
	s.router.Address("internet", netip.MustParsePrefix("198.51.100.1/24"), netip.MustParsePrefix("2001:db8:51::1/64"))
	s.router.Address("criminals", netip.MustParsePrefix("192.0.2.1/30"), netip.MustParsePrefix("2001:db8:99::1/64"))
	s.router.Forward()
}

func (s *Scene) settleOffice() {
	courrier := s.officeHost("courrier", "192.168.10.25", "2001:db8:10::25")
	standard := s.officeHost("standard", "192.168.10.60", "2001:db8:10::60")
	bureau := s.officeHost("bureau", "192.168.10.100", "2001:db8:10::100")
	s.office.Switch("uplink", "courrier", "standard", "bureau")
	s.Mail, s.Site = courrier.MailServer(), courrier.WebServer(WebPort, "Bienvenue à la mairie")
	s.Exchange, s.Desk = standard.Exchange(), bureau.RemoteAccess()
}

// officeHost adds a machine to the town hall, cabled to its switch.
func (s *Scene) officeHost(name, v4, v6 string) Peer {
	h := s.Net.Host(name)
	s.Net.Cable(s.office, h, name, "eth0")
	p := Peer{Name: name, Host: h, V4: netip.MustParseAddr(v4), V6: netip.MustParseAddr(v6)}
	h.Address("eth0", netip.PrefixFrom(p.V4, 24), netip.PrefixFrom(p.V6, 64))
	h.Default(RouterAddress, routerAddress6)
	return p
}

func (s *Scene) settleInternet() {
	s.Correspondent = s.honest("correspondent", "198.51.100.25", "2001:db8:51::25").MailServer()
	s.Citizen = s.honest("citizen", "198.51.100.33", "2001:db8:51::33")
	s.Technician = s.honest("technician", "198.51.100.22", "2001:db8:51::22")
	s.Newspaper = s.honest("newspaper", "198.51.100.80", "2001:db8:51::80").WebServer(WebPort, "Les nouvelles du Forez")
	s.Operator = s.honest("operator", "198.51.100.60", "2001:db8:51::60").Exchange()
	s.Carrier = s.honest("carrier", "198.51.100.61", "2001:db8:51::61").Carrier(ringsFor)
	s.Resolver = s.honest("resolver", "198.51.100.53", "2001:db8:51::53").Resolver(
		map[string][]netip.Addr{"journal.example.": s.Newspaper.Addresses()})
	s.internet.Default(netip.MustParseAddr("198.51.100.1"), netip.MustParseAddr("2001:db8:51::1"))
}

// Newcomer adds an honest peer to the Internet, at addresses of 198.51.100.0/24 and 2001:db8:51::/64 that nobody has.
func (s *Scene) Newcomer(name, v4, v6 string) Peer { return s.honest(name, v4, v6) }

func (s *Scene) honest(name, v4, v6 string) Peer {
	p := Peer{Name: name, Host: s.internet, V4: netip.MustParseAddr(v4), V6: netip.MustParseAddr(v6)}
	s.internet.Address("wan", netip.PrefixFrom(p.V4, 24), netip.PrefixFrom(p.V6, 64))
	return p
}

func (s *Scene) settleCriminals() {
	lair4, lair6 := netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("2001:db8:99::2")
	s.criminals.Address("wan", netip.PrefixFrom(lair4, 30), netip.PrefixFrom(lair6, 64))
	s.criminals.Default(netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8:99::1"))
	for _, a := range attackers() {
		a.Host = s.criminals
		s.criminals.Address("wan", netip.PrefixFrom(a.V4, 32), netip.PrefixFrom(a.V6, 128))
		s.router.Route(netip.PrefixFrom(a.V4, 32), lair4)
		s.router.Route(netip.PrefixFrom(a.V6, 128), lair6)
		if a.Service == "" {
			s.Fence, s.ListedDestinations = a.WebServer(UploadPort, "merci"), a.Entries
			continue
		}
		s.Attackers = append(s.Attackers, a)
		s.ListedSources = append(s.ListedSources, a.Entries...)
	}
}

// recordTallies notes who counts what arrives at each door.
func (s *Scene) recordTallies() {
	for _, door := range []struct {
		peer  Peer
		port  uint16
		tally *Tally
	}{
		{s.Mail.Peer, MailPort, &s.Mail.Tally}, {s.Site.Peer, WebPort, &s.Site.Tally},
		{s.Exchange.Peer, TelephonePort, &s.Exchange.Tally}, {s.Desk.Peer, RemotePort, &s.Desk.Tally},
		{s.Correspondent.Peer, MailPort, &s.Correspondent.Tally}, {s.Newspaper.Peer, WebPort, &s.Newspaper.Tally},
		{s.Operator.Peer, TelephonePort, &s.Operator.Tally}, {s.Resolver.Peer, DNSPort, &s.Resolver.Tally},
		{s.Fence.Peer, UploadPort, &s.Fence.Tally},
	} {
		for _, addr := range door.peer.Addresses() {
			s.tallies[netip.AddrPortFrom(addr, door.port)] = door.tally
		}
	}
}

// door is the town hall's server that an attacker of this service is after.
func (s *Scene) door(of abri.Service) (Peer, uint16) {
	switch of {
	case abri.Mail:
		return s.Mail.Peer, MailPort
	case abri.TelephoneSvc:
		return s.Exchange.Peer, TelephonePort
	case abri.Web:
		return s.Site.Peer, WebPort
	}
	return s.Desk.Peer, RemotePort
}

// End is the far end of one of the box's cables.
type End struct {
	*Host
	Port string
}

// Ends are the far ends of the box's two cables: what is sent there enters the box as it is.
func (s *Scene) Ends() (outside, inside End) { return End{s.router, "lan"}, End{s.office, "uplink"} }

// Replay sends a capture through the box, from the far ends of its two cables. See Replay.Run.
func (s *Scene) Replay(ctx context.Context, from *capture.Reader, home flow.Home, pace time.Duration) (Replayed, error) {
	router, office := s.Ends()
	outside, err := router.Tap(router.Port)
	if err != nil {
		return Replayed{}, err
	}
	defer outside.Close()
	inside, err := office.Tap(office.Port)
	if err != nil {
		return Replayed{}, err
	}
	defer inside.Close()
	return Replay{Outside: outside, Inside: inside, Home: home, Pace: pace}.Run(ctx, from)
}
