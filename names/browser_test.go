package names

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// TestChromium has a real browser ask over QUIC: its hello is scrambled over two datagrams, in frames out of order.
func TestChromium(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium here")
	}
	listen, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Skipf("no network here: %v", err)
	}
	defer listen.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	home, err := os.MkdirTemp("", "browser")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(ctx, browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-quic", "--user-data-dir="+home,
		"--origin-to-force-quic-on=www.impots.gouv.fr:443",
		fmt.Sprintf("--host-resolver-rules=MAP www.impots.gouv.fr:443 %s", listen.LocalAddr()), "https://www.impots.gouv.fr/")
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) } // it has children
	c.WaitDelay = time.Second
	if err := c.Start(); err != nil {
		t.Skipf("chromium does not start: %v", err)
	}
	defer func() {
		cancel()
		_ = c.Wait()           // it was told to end
		_ = os.RemoveAll(home) // what its last child writes while it ends stays behind
	}()
	if err := listen.SetReadDeadline(time.Now().Add(50 * time.Second)); err != nil {
		t.Fatal(err)
	}
	w := newWire(0)
	for n := 0; n < 20 && len(w.told) == 0; n++ {
		b := make([]byte, 2000)
		size, err := listen.Read(b)
		if err != nil {
			t.Skipf("chromium said nothing over QUIC: %v", err)
		}
		w.send(datagram(clerk, server, b[:size]))
	}
	w.wants(t, "Chromium", "quic www.impots.gouv.fr "+clerk+" > "+server)
	if len(w.lines) == 1 && (w.lines[0].ALPN != "h3" || w.lines[0].JA4[:4] != "q13d") {
		t.Errorf("the line is %+v", w.lines[0])
	}
}
