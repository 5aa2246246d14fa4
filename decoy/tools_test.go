package decoy

import (
	"context"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// What people and tools really use believes each door: it gets as far as being refused, or knows the service by its name.
// The tools are Debian's; one that is not here is skipped by name.
func TestRealToolsBelieveTheDoors(t *testing.T) {
	at := stand(t)
	port := func(door string) string {
		_, p, err := net.SplitHostPort(at[door])
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for name, tt := range map[string]struct {
		command []string
		says    string
	}{
		"smbclient":        {[]string{"smbclient", "-p", port("smb"), "-L", "//127.0.0.1", "-U", "admin%secret"}, "NT_STATUS_LOGON_FAILURE"},
		"curl":             {[]string{"curl", "-sS", "-i", "-m", "10", "-u", "admin:secret", "http://" + at["http"] + "/"}, "401 Unauthorized"},
		"ssh":              {[]string{"ssh", "-v", "-oBatchMode=yes", "-oConnectTimeout=3", "-p", port("ssh"), "admin@127.0.0.1"}, "remote software version OpenSSH_9.2p1 Debian"},
		"sipsak":           {[]string{"sipsak", "-vv", "-s", "sip:100@" + at["sip"]}, "401 Unauthorized"},
		"hydra, of Telnet": {[]string{"hydra", "-t", "1", "-l", "admin", "-p", "secret", "-s", port("telnet"), "127.0.0.1", "telnet"}, "0 valid password"},
		"hydra, of pages":  {[]string{"hydra", "-t", "1", "-l", "admin", "-p", "secret", "-s", port("http"), "127.0.0.1", "http-get", "/"}, "0 valid password"},
		"medusa, of pages": {[]string{"medusa", "-h", "127.0.0.1", "-n", port("http"), "-u", "admin", "-p", "secret", "-M", "http"}, "Password: secret"},
		"ncrack, of pages": {[]string{"ncrack", "-v", "-u", "admin", "--pass", "secret", "http://" + at["http"]}, "finished"},
		"svmap":            {[]string{"svmap", "-p", port("sip"), "127.0.0.1"}, at["sip"]},
		"nmap, of SSH":     {[]string{"nmap", "-Pn", "-n", "-sV", "--version-light", "-p", port("ssh"), "127.0.0.1"}, "OpenSSH 9.2p1 Debian"},
		"nmap, of pages":   {[]string{"nmap", "-Pn", "-n", "-sV", "--version-light", "-p", port("http"), "127.0.0.1"}, "lighttpd 1.4.69"},
		"nmap, of RDP":     {[]string{"nmap", "-Pn", "-n", "-p", port("rdp"), "--script", "+rdp-enum-encryption", "127.0.0.1"}, "SSL: SUCCESS"},
		"nmap, of Telnet":  {[]string{"nmap", "-Pn", "-n", "-sV", "--version-light", "-p", port("telnet"), "127.0.0.1"}, "BusyBox telnetd"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(tt.command[0]); err != nil {
				t.Skipf("%s is not here: apt-get install %s", tt.command[0], tt.command[0])
			}
			t.Parallel()
			limit := time.Minute
			if tt.command[0] == "ssh" {
				limit = 5 * time.Second // it waits for keys that never come
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			out, err := exec.CommandContext(ctx, tt.command[0], tt.command[1:]...).CombinedOutput() // refused, they fail
			if !strings.Contains(string(out), tt.says) {
				t.Errorf("%s says not %q but %s (%v)", tt.command[0], tt.says, out, err)
			}
		})
	}
}
