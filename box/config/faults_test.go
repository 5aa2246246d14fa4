package config

import (
	"strings"
	"testing"

	"abri.example/abri"
)

// Each file has faults; each line of want is a part of one fault, in order: "line: what it says".
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a misspelt key", "[box]\nmoed = \"protect\"", []string{`box.toml:2: unknown key "box.moed": did you mean "mode"?`}},
		{"another case", "[box]\nMode = \"protect\"", []string{`:2: unknown key "box.Mode": did you mean "mode"?`}},
		{"a misspelt table", "[exemt]\naddresses = []", []string{`:1: unknown key "exemt": did you mean "exempt"?`}},
		{"outside its table", "mode = \"protect\"", []string{`:1: unknown key "mode": mode stands under [box]`}},
		{"in the wrong table", "[box]\nfile = \"x\"", []string{`:2: unknown key "box.file": file stands under [[list]]`}},
		{"an unknown key", "[page]\nquite_unknown = 1", []string{`:2: unknown key "page.quite_unknown": remove it; [page] holds listen`}},
		{"a key without end", "[page]\n" + strings.Repeat("listen", 100_000) + " = 1", []string{`…: remove it; [page] holds listen`}},
		{"a dotted quoted key is no path", "\"box.mode\" = \"protect\"", []string{`:1: unknown key`}},
		{"a table too deep", "[box.mode]\nx = 1", []string{`:1: box.mode = a table: it is one of "observe", "protect"`}},
		{"a word that is not of them", "[box]\nmode = \"watch\"", []string{`:2: box.mode = "watch": it is one of "observe", "protect"`}},
		{"another type", "[gate]\nflows = \"many\"", []string{`:2: gate.flows = "many": it is a whole number from 1024`}},
		{"a float", "[gate]\nflows = 1e4", []string{`:2: gate.flows = 10000: it is a whole number`}},
		{"a number beyond", "[keep]\nrows_days = 0", []string{`:2: keep.rows_days = 0: it is a whole number from 1 to 3650`}},
		{"a text for yes", "[gate]\ngeneric = \"yes\"", []string{`:2: gate.generic = "yes": it is true or false`}},
		{"a time without unit", "[gate]\ngrace = \"10\"", []string{`:2: gate.grace = "10": it is a time from "10s" to "24h"`}},
		{"a time too short", "[gate]\ngrace = \"1s\"", []string{`:2: gate.grace`}},
		{"a later form", "version = 2", []string{`:1: version = 2: it is 1, the only form so far`}},
		{"no zone", "[box]\ntime_zone = \"Europe/Sury\"", []string{`:2: box.time_zone`}},
		{"the machine's zone", "[box]\ntime_zone = \"Local\"", []string{`:2: box.time_zone`}},
		{"a name of two lines", "[box]\nname = \"a\\nb\"", []string{`:2: box.name`}},
		{"a relative folder", "[box]\ndata = \"data\"", []string{`:2: box.data = "data": it is a path from the root`}},
		{"a reader that is root", "[run_as]\nuser = \"root\"", []string{`:2: run_as.user = "root": it is a name`}},
		{"a port name for a shell", "[ports]\noutside = \"eth0; reboot\"", []string{`:2: ports.outside`}},
		{"a port name too long", "[ports]\noutside = \"enp0s31f6-a-very\"", []string{`:2: ports.outside`}},
		{"one port twice", "[ports]\noutside = \"eth1\"\ninside = \"eth1\"", []string{`:3: ports.inside and ports.outside are both "eth1"`}},
		{"a bridge of itself", "[ports]\nbridge = \"eth1\"", []string{`:2: ports.bridge = "eth1" is one of its ports`}},
		{"an address without length", "[ports]\naddress = \"192.168.1.2/33\"", []string{`:2: ports.address`}},
		{"a gateway elsewhere", "[ports]\naddress = \"192.168.1.2/24\"\ngateway = \"10.0.0.1\"", []string{`:3: ports.gateway = 10.0.0.1 is not in 192.168.1.0/24`}},
		{"a resolver by name", "[ports]\nresolvers = [\n \"192.168.1.1\",\n \"dns.example\",\n]", []string{`:4: ports.resolvers = "dns.example"`}},
		{"host with an inside", "[ports]\nkind = \"host\"\ninside = \"eth1\"\nbridge = \"br0\"\n[page]\nlisten = \":80\"",
			[]string{`:3: ports.inside is not for ports.kind = "host"`, `:4: ports.bridge is not`, `:6: page.listen has no address`}},
		{"a page for all the world", "[page]\nlisten = \"0.0.0.0:8080\"", []string{`:2: page.listen`}},
		{"a page without port", "[page]\nlisten = \"127.0.0.1\"", []string{`:2: page.listen`}},
		{"figures shorter than rows", "[keep]\nrows_days = 2000", []string{`:1: keep.counters_days = 1095 is less than keep.rows_days: keep figures at least as long as rows: 2000`}},
		{"figures for no days", "[keep]\nrows_days = 30\n\ncounters_days = -1", []string{`:4: keep.counters_days = -1: it is a whole number from 28`}},
		{"everybody exempt", "[exempt]\naddresses = [\"10.0.0.0/8\", \"fd00::/8\", \"0.0.0.0/0\"]", []string{`:2: exempt.addresses = "0.0.0.0/0": it is a list`}},
		{"everybody of IPv6 trusted", "[trusted]\naddresses = [\"::/0\"]", []string{`:2: trusted.addresses = "::/0": it is a list`}},
		{"host bits", "[exempt]\naddresses = [\"192.0.2.1\", \"192.0.2.1/24\"]", []string{`:2: exempt.addresses = "192.0.2.1/24": it is a list of addresses or of prefixes without host bits`}},
		{"an octal address", "[trusted]\naddresses = [\"010.1.1.1\"]", []string{`:2: trusted.addresses = "010.1.1.1"`}},
		{"an empty address", "[trusted]\naddresses = [\"\"]", []string{`:2: trusted.addresses = ""`}},
		{"an empty resolver", "[ports]\nresolvers = [\"\"]", []string{`:2: ports.resolvers = ""`}},
		{"one address for a list", "[trusted]\naddresses = \"192.0.2.1\"", []string{`:2: trusted.addresses = "192.0.2.1": it is a list`}},
		{"a list in one bracket", "[list]\nname = \"a\"", []string{`:1: list must be written for each list: write [[list]]`}},
		{"a table twice over", "[[box]]\nname = \"a\"", []string{`:1: box is a table, once: write [box]`}},
		{"a list of nothing", "[[list]]\n", []string{`:1: list.name is missing`}},
		{"the second list", "[[list]]\nname = \"a\"\nfile = \"a\"\n\n[[list]]\nname = \"a\"\nfile = \"b\"\ninward = \"bad\"",
			[]string{`:6: a second list is named "a"`, `:8: list.inward = "bad"`}},
		{"lists in a line", "list = [{name = \"a\", file = \"a\"},\n{name = \"b\", fil = \"b\"}]",
			[]string{`:2: unknown key "list.fil": did you mean "file"?`, `:2: list "b" has no file and no url, and the catalogue has none of that name`}},
		{"all at once", "[box]\nmode = 1\nnam = \"x\"\n[gate]\nfail = \"never\"\n[keep]\nrows_days = -1",
			[]string{`:2: box.mode = 1`, `:3: unknown key "box.nam": did you mean "name"?`, `:5: gate.fail = "never"`, `:7: keep.rows_days = -1`}},
		{"no TOML", "[box]\nname = \"a\"\nmode = protect\n", []string{`:3: `}},
		{"a key twice", "[box]\nname = \"a\"\nname = \"b\"\n", []string{`:3: `}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.text, "/etc/abri/box.toml")
			if abri.CodeOf(err) != abri.CodeInvalid {
				t.Fatalf("err = %v", err)
			}
			lines := strings.Split(err.Error(), "\n")
			for i, want := range c.want {
				if i >= len(lines) || !strings.Contains(lines[i], want) {
					t.Errorf("fault %d is not %q", i, want)
				}
			}
			if len(lines) != len(c.want) || t.Failed() {
				t.Errorf("want %d faults, got:\n%s", len(c.want), err)
			}
		})
	}
}

// What was read is whole or absent, and no file brings the reading down.
func FuzzParse(f *testing.F) {
	f.Add(everyKey)
	f.Add(Example())
	f.Add("list = [{name = 'a', file = \"\"\"b\n\"\"\"}, {}]\n\"box.mode\" = {x.y = [1, [2, {z = 3}]]}")
	f.Add("[box]\nname = '''it's''''\n[[list]]\r\n[list.x]\n# end")
	f.Add("\ufeffversion = 1")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text, "/etc/abri/box.toml")
		if (c == nil) != (err != nil) {
			t.Fatalf("config %v and error %v", c, err)
		}
		last := strings.Count(text, "\n") + 1
		for path, line := range find(text) {
			if line < 1 || line > last {
				t.Fatalf("%q is on line %d of %d", path, line, last)
			}
		}
	})
}
