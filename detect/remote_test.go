package detect

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"abri.example/abri"
)

// pdu is a message of DCE/RPC (C706, 12.6.3.1).
func pdu(sort, flags byte, body []byte) string {
	m := []byte{5, 0, sort, flags, 0x10, 0, 0, 0}
	m = binary.LittleEndian.AppendUint16(m, uint16(16+len(body)))
	return string(append(append(m, 0, 0, 1, 0, 0, 0), body...))
}

// bound is a bind or one altered, of contexts: a number and an interface each.
func bound(sort byte, contexts map[uint16]string) string {
	body := append(make([]byte, 8), byte(len(contexts)), 0, 0, 0)
	for id, uuid := range contexts {
		body = append(binary.LittleEndian.AppendUint16(body, id), 1, 0)
		body = append(append(append(body, wire(uuid)...), 0, 0, 0, 0), make([]byte, 20)...)
	}
	return pdu(sort, 0x07, body)
}

// called is a call by the number of a context, on an object when flags say so.
func called(context, number uint16, flags byte, carries ...byte) string {
	body := binary.LittleEndian.AppendUint16(make([]byte, 4), context)
	return pdu(rpcRequest, flags, append(binary.LittleEndian.AppendUint16(body, number), carries...))
}

// wide is text as Windows writes it.
func wide(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

const (
	services  = "367abb81-9844-35f1-ad32-98f038001003"
	wmi       = "9556dc99-828c-11cf-a37e-00aa003240c7"
	results   = "44aca675-e8fc-11d0-a07c-00c04fb68820" // of WMI; no interface that is watched
	activator = "000001a0-0000-0000-c000-000000000046"
	directory = "e3514235-4b06-11d1-ab04-00c04fc2dcd2"
	secrets   = "12345778-1234-abcd-ef00-0123456789ab"
	logon     = "12345678-1234-abcd-ef00-01234567cffb"

	programFile = "MZ\x90\x00\x03\x00This program cannot be run in DOS mode"
)

// unread is what a call carries that nobody reads.
var unread = []byte(strings.Repeat("\xa7", 60))

// Calls that take a machine over are told by their sign, and those nearest to them that honest clients make are not.
func TestRemoteCalls(t *testing.T) {
	one := func(uuid string, number uint16) []string {
		return []string{bound(rpcBind, map[uint16]string{0: uuid}), called(0, number, 3)}
	}
	makes := func(class string) []string {
		return []string{bound(rpcBind, map[uint16]string{1: activator}), called(1, 4, 3, append(make([]byte, 40), wire(class)...)...)}
	}
	for name, c := range map[string]struct {
		port uint16
		says []string
		want string
	}{
		"a service is made":             {49_700, one(services, 12), "service-made"},
		"a service is asked about":      {49_700, one(services, 14), ""},
		"the directory is copied":       {49_700, one(directory, 3), "directory-copied"},
		"a name of the directory":       {49_700, one(directory, 12), ""},
		"a secret is read":              {445, one(secrets, 43), "secret-read"},
		"a policy is read":              {445, one(secrets, 7), ""},
		"a log is cleared":              {445, one("82273fdc-e32a-18c3-3f78-827929dc23ea", 0), "log-cleared"},
		"a log is read":                 {445, one("82273fdc-e32a-18c3-3f78-827929dc23ea", 7), ""},
		"a directory joins":             {49_700, one(directory, 5), "directory-joined"},
		"a thief's own interface":       {49_700, one("17fc11e9-c258-4b8d-8d07-2f4125156244", 0), "mimikatz"},
		"a call that nobody makes":      {445, one("4b324fc8-1670-01d3-1278-5a47bf6ee188", 74), "cve-2022-30216"},
		"shares are listed":             {445, one("4b324fc8-1670-01d3-1278-5a47bf6ee188", 15), ""},
		"a key is guessed, sealed":      {49_700, append(one(logon, 4), slices.Repeat([]string{called(0, 4, 3, unread...)}, 30)...), "zerologon"},
		"a machine signs in":            {49_700, append(one(logon, 4), called(0, 4, 3, unread...), called(0, 26, 3)), ""},
		"a program is run by WMI":       {49_700, one(wmi, 24), "wmi-method"},
		"a monitor asks WMI":            {49_700, one(wmi, 20), ""},
		"on an object":                  {49_700, []string{bound(rpcBind, map[uint16]string{5: wmi}), called(5, 24, 0x83, make([]byte, 16)...)}, "wmi-method"},
		"a bind that is cut apart":      {445, append(strings.SplitAfter(one(wmi, 24)[0], "\x07"), one(wmi, 24)[1]), "wmi-method"},
		"one of many contexts":          {49_700, []string{bound(rpcBind, map[uint16]string{4: results}), bound(rpcAlter, map[uint16]string{5: wmi}), bound(rpcAlter, map[uint16]string{6: results}), called(6, 5, 0x83), called(5, 14, 0x83)}, "wmi-instance"},
		"the same number of another":    {49_700, []string{bound(rpcBind, map[uint16]string{4: results}), bound(rpcAlter, map[uint16]string{5: wmi}), called(4, 24, 0x83)}, ""},
		"a new bind forgets":            {49_700, []string{bound(rpcBind, map[uint16]string{5: wmi}), bound(rpcBind, map[uint16]string{0: results}), called(0, 24, 3)}, ""},
		"the windows of the desktop":    {135, makes("9ba05972-f6a8-11cf-a442-00a0c90a8f39"), "dcom-object"},
		"the door of WMI":               {135, makes("8bc3f05e-d86b-11d0-a075-00c04fb68820"), ""},
		"a program into the system":     {445, []string{wide(`\\PC\C$`), wide(`Windows\Temp\a.exe`), programFile}, "program-to-admin-share"},
		"a program to the desktop":      {445, []string{wide(`\\PC\C$`), wide(`Users\marie\Desktop\a.exe`), programFile}, ""},
		"a program to a common share":   {445, []string{wide(`\\PC\outils`), wide(`Windows\a.exe`), programFile}, ""},
		"a text into the system":        {445, []string{wide(`\\PC\C$`), wide(`Windows\Temp\a.txt`), "This program is shown tonight"}, ""},
		"a program to administrators":   {445, []string{wide(`\\PC\ADMIN$`), wide(`a.exe`), programFile}, "program-to-admin-share"},
		"a share that is called as one": {445, []string{wide(`\\PC\ipC$`), wide(`Windows\a.exe`), programFile}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite()
			s.detectors = []Detector{newRemote()}
			for i := range c.says {
				c.says[i] = ">" + c.says[i] + strings.Repeat("\x00", max(0, 16-len(c.says[i])))
			}
			s.talk(abri.Inside, desk, machine("192.168.1.0/24", 100), 50_000, c.port, c.says...)
			var got []string
			for _, f := range s.found {
				got = append(got, f.Why.Evidence[0].Value)
			}
			if want := strings.Fields(c.want); !slices.Equal(got, want) {
				t.Errorf("told %v, want %v", got, want)
			}
		})
	}
}

// Who binds without end fills no memory.
func TestContextsAreBounded(t *testing.T) {
	r, s := newRemote(), session{}
	for i := range 1000 {
		r.calls(&s, []byte(bound(rpcAlter, map[uint16]string{uint16(i): wmi})), func(abri.Kind, string) {})
	}
	if len(s.contexts) > rpcContexts {
		t.Errorf("%d contexts are kept", len(s.contexts))
	}
}

func FuzzRemote(f *testing.F) {
	f.Add([]byte(bound(rpcBind, map[uint16]string{5: wmi}) + called(5, 24, 0x83)))
	f.Add([]byte(wide(`\\PC\C$`) + programFile))
	f.Add([]byte("\xffSMB\x32" + strings.Repeat("\x0f", 80)))
	f.Add([]byte("\xfcSMB" + strings.Repeat("\xff", 20)))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, s := newRemote(), session{}
		tell := func(k abri.Kind, sign string) {
			if !k.Valid() || sign == "" {
				t.Errorf("told %q, %q", k, sign)
			}
		}
		s.share(data, tell)
		r.calls(&s, data, tell)
	})
}
