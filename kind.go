package abri

// Family is one of the six dangers a page speaks of.
type Family string

// The families, in the order the pages show them.
const (
	Intrusion  Family = "intrusion"
	Theft      Family = "theft"
	Ransomware Family = "ransomware"
	Phishing   Family = "phishing"
	Denial     Family = "denial"
	Telephone  Family = "telephone"
)

// Families lists every family in the order the pages show them. Do not write to it.
var Families = []Family{Intrusion, Theft, Ransomware, Phishing, Denial, Telephone}

// Kind says what an attack is. Each kind belongs to one family.
type Kind string

// The kinds, by family.
const (
	KnownAttacker   Kind = "known-attacker"
	Scan            Kind = "scan"
	Bruteforce      Kind = "bruteforce"
	Exploit         Kind = "exploit"
	LateralMovement Kind = "lateral-movement"

	KnownDestination Kind = "known-destination"
	Exfiltration     Kind = "exfiltration"
	Tunnel           Kind = "tunnel"

	CommandAndControl Kind = "command-and-control"
	Beacon            Kind = "beacon"
	MalwareDownload   Kind = "malware-download"
	DGA               Kind = "dga"
	Worm              Kind = "worm"
	Spambot           Kind = "spambot"

	PhishingSite Kind = "phishing"
	Lookalike    Kind = "lookalike"

	Flood         Kind = "flood"
	Amplification Kind = "amplification"
	SlowDoS       Kind = "slow-dos"

	SIPScan   Kind = "sip-scan"
	TollFraud Kind = "toll-fraud"
)

// Kinds lists every kind, family by family. Do not write to it.
var Kinds = []Kind{
	KnownAttacker, Scan, Bruteforce, Exploit, LateralMovement,
	KnownDestination, Exfiltration, Tunnel,
	CommandAndControl, Beacon, MalwareDownload, DGA, Worm, Spambot,
	PhishingSite, Lookalike,
	Flood, Amplification, SlowDoS,
	SIPScan, TollFraud,
}

// kinds holds the family of each kind and its MITRE ATT&CK technique (Enterprise matrix, version 15).
var kinds = map[Kind]struct {
	family    Family
	technique string
}{
	KnownAttacker:     {Intrusion, "T1595"},
	Scan:              {Intrusion, "T1595.001"},
	Bruteforce:        {Intrusion, "T1110"},
	Exploit:           {Intrusion, "T1190"},
	LateralMovement:   {Intrusion, "T1021"},
	KnownDestination:  {Theft, "T1041"},
	Exfiltration:      {Theft, "T1048"},
	Tunnel:            {Theft, "T1572"},
	CommandAndControl: {Ransomware, "T1071"},
	Beacon:            {Ransomware, "T1071"},
	MalwareDownload:   {Ransomware, "T1105"},
	DGA:               {Ransomware, "T1568.002"},
	Worm:              {Ransomware, "T1210"},
	Spambot:           {Ransomware, "T1496"},
	PhishingSite:      {Phishing, "T1566.002"},
	Lookalike:         {Phishing, "T1583.001"},
	Flood:             {Denial, "T1498.001"},
	Amplification:     {Denial, "T1498.002"},
	SlowDoS:           {Denial, "T1499.002"},
	SIPScan:           {Telephone, "T1595"},
	TollFraud:         {Telephone, "T1496"},
}

// Valid reports whether k is one of Kinds.
func (k Kind) Valid() bool { _, ok := kinds[k]; return ok }

// Family is the danger k belongs to, or "" when k is not one of Kinds.
func (k Kind) Family() Family { return kinds[k].family }

// Technique is the MITRE ATT&CK technique of k, such as "T1110", or "" when k is not one of Kinds.
func (k Kind) Technique() string { return kinds[k].technique }

// OneRowPerTarget reports whether all sources of k against one target are one attack, its sources a number. It holds
// for denial of service, which comes from forged or many addresses: a flood is one attack, not ten thousand.
func (k Kind) OneRowPerTarget() bool { return k.Family() == Denial }
