package testnet

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"abri.example/abri"
)

// PagePort is where the box of a scene shows its weather.
const PagePort = 8080

// BoxFile is what a technician would write into box.toml for a scene, and the lists beside it. Entries are written as
// they stand: to give a box a bad file, give it bad words.
type BoxFile struct {
	Name      string
	Mode      abri.Mode
	Server    string // the one port of a server that guards itself, started with --mode host; empty for a box between two ports
	Bridge    string
	Address   netip.Prefix // the box's own; not valid: none is given
	Gateway   netip.Addr
	Resolvers []netip.Addr
	Grace     time.Duration
	FailClose bool
	Fastpath  bool
	Generic   bool
	Strict    bool
	Exempt    []netip.Prefix
	Challenge []netip.Addr   // [flood] challenge
	Openings  int            // [flood] openings; 0 for the default
	Zone      string         // the time zone, "" for that of France
	Telephone []netip.Prefix // the telephone operator's servers
	Refuse    bool           // the call guard refuses what is beyond its budget
	Decoys    []string       // doors of package decoy
	Page      netip.AddrPort
	LeadsTo   string // [names] answer; empty for the default
	Closes    bool   // [names] close_resolvers
	Lists     []BoxList
	Folder    string // of the data; a relative one is within the box's
}

// BoxList is one threat list of a BoxFile; its file is NAME.txt. It holds addresses or names. Outward is what a device that
// turns to them is, "" for the usual.
type BoxList struct {
	Name, Publisher string
	Entries         []netip.Prefix
	Names           []string
	Outward         abri.Kind
}

// BoxFile is the file for a box between the two ports, in protection, with the scene's attackers and fence on its lists.
func (s *Scene) BoxFile() BoxFile {
	return BoxFile{
		Name: "Mairie de Sury-le-Comtal", Mode: abri.Protect, Bridge: "abri0", Address: BoxAddress, Gateway: RouterAddress,
		Resolvers: s.Resolver.Addresses(), Grace: 10 * time.Minute, Folder: "data",
		Page: netip.AddrPortFrom(BoxAddress.Addr(), PagePort),
		Lists: []BoxList{
			{Name: "attaquants", Publisher: "liste de démonstration", Entries: s.ListedSources},
			{Name: "receleurs", Publisher: "liste de démonstration", Entries: s.ListedDestinations},
		},
	}
}

var boxFile = template.Must(template.New("box.toml").Parse(`version = 1

[box]
name = "{{.Name}}"
mode = "{{.Mode}}"
{{if .Zone}}time_zone = "{{.Zone}}"
{{end}}data = "{{.Data}}"
run = "{{.Run}}"

[ports]
{{if .Server}}outside = "{{.Server}}"
{{else}}kind = "bridge"
outside = "` + OutsidePort + `"
inside = "` + InsidePort + `"
bridge = "{{.Bridge}}"
{{if .Address.IsValid}}address = "{{.Address}}"
{{end}}{{end}}{{if .Gateway.IsValid}}gateway = "{{.Gateway}}"
{{end}}resolvers = [{{range $i, $r := .Resolvers}}{{if $i}}, {{end}}"{{$r}}"{{end}}]
telephone = [{{range $i, $r := .Telephone}}{{if $i}}, {{end}}"{{$r}}"{{end}}]

[gate]
pin = "{{.Pin}}"
grace = "{{.Grace}}"
fail = "{{if .FailClose}}closed{{else}}open{{end}}"
fastpath = {{.Fastpath}}
generic = {{.Generic}}
strict = {{.Strict}}
{{range .Lists}}
[[list]]
name = "{{.Name}}"
publisher = "{{.Publisher}}"
file = "{{.Name}}.txt"
{{if .Outward}}outward = "{{.Outward}}"
{{end}}{{end}}
[exempt]
addresses = [{{range $i, $p := .Exempt}}{{if $i}}, {{end}}"{{$p}}"{{end}}]

[flood]
challenge = [{{range $i, $a := .Challenge}}{{if $i}}, {{end}}"{{$a}}"{{end}}]
{{if .Openings}}openings = {{.Openings}}
{{end}}
[names]
close_resolvers = {{.Closes}}
{{if .LeadsTo}}answer = "{{.LeadsTo}}"
{{end}}
[decoys]
doors = [{{range $i, $d := .Decoys}}{{if $i}}, {{end}}"{{$d}}"{{end}}]

[telephone]
refuse = {{.Refuse}}

[page]
listen = "{{.Page}}"

[run_as]
user = "nobody"
group = "nogroup"
`))

// Write puts the file and its lists into the box's folder. A box that runs learns of it by Reload.
func (b *Box) Write(f BoxFile) error {
	if !filepath.IsAbs(f.Folder) {
		f.Folder = filepath.Join(b.dir, f.Folder)
	}
	var text strings.Builder
	err := boxFile.Execute(&text, struct {
		BoxFile
		Data, Run, Pin string
	}{f, f.Folder, filepath.Join(b.dir, "run"), b.pins()})
	if err != nil {
		return err
	}
	for _, l := range f.Lists {
		if err := os.WriteFile(filepath.Join(b.dir, l.Name+".txt"), []byte(listText(l)), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(b.config(), []byte(text.String()), 0o644)
}

// listText writes a threat list: one entry a line.
func listText(l BoxList) string {
	text := "# made for this network only\n"
	for _, e := range l.Entries {
		text += e.String() + "\n"
	}
	for _, name := range l.Names {
		text += name + "\n"
	}
	return text
}
