package main

import (
	"net/netip"

	"abri.example/abri/packet"
)

// Where much goes for the first time once the box has learnt for a week: none of it is a theft.
var (
	films    = netip.MustParseAddr("142.250.201.14")
	desktop  = netip.MustParseAddr("13.107.136.10") // of office files
	transfer = far(9600)                            // to a printing house
	copier   = netip.MustParseAddr("51.15.200.7")   // another cloud for copies
	newHost  = netip.MustParseAddr("193.70.18.144") // of the letters
)

// uploads are what people and programs bring away in the second week and after it. What goes by day to where people keep,
// show and hand on files is told to nobody. The first copy of a night to a new place may be told as one false attack, and so
// may letters that move on a Saturday; neither may be stopped.
func (t *town) uploads() {
	if t.on(8, 10, 10, 10) { // the feast, for all to see
		t.visit(pc(9), films, "upload.youtube.com", 400_000_000, 20_000)
	}
	if t.on(9, 14, 0, 10) { // the town's paper, for the printing house
		t.visit(pc(7), transfer, "upload.wetransfer.com", 150_000_000, 20_000)
	}
	if t.on(2, 14, 0, 60) { // the desk of the new PC comes into the cloud,
		t.visit(pc(mostPCs-1), desktop, "mairie-my.sharepoint.com", 60_000_000, 30_000)
	}
	if t.on(10, 9, 0, 300) { // and later an old one, with all its photographs
		t.visit(pc(12), desktop, "mairie-my.sharepoint.com", 60_000_000, 30_000)
	}
	if t.on(11, 1, 0, 240) { // the technician signed up for copies, and the first is of everything: 40 GB
		t.visit(files, copier, "mairie.s3.fr-par.scw.cloud", 170_000_000, 40_000)
	} else if t.minute > 12*1440 && t.hour() == 3 {
		t.visit(files, copier, "mairie.s3.fr-par.scw.cloud", 18_000_000, 40_000)
	}
	if t.on(19, 20, 0, 180) { // mailboxes move, on a Saturday when nobody reads
		t.ask(letters, "ssl0.ovh.net", typeA, newHost)
		t.talk(t.from(letters), end(newHost, 993), up(hello("ssl0.ovh.net"), 0), down(welcome, 3500), up(enciphered, 160_000_000), down(enciphered, 90_000))
	}
}

// on reports whether it is one of so many minutes from a time of a day of the whole, on which a scene is played once.
func (t *town) on(day, hour, minute, lasts int) bool {
	since := t.minute - (day*1440 + hour*60 + minute)
	return since >= 0 && since < lasts
}

// refuses is how a system says no to a SYN.
const refuses = packet.RST | packet.ACK
