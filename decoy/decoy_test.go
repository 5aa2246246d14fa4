package decoy

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"abri.example/abri"
)

// stand has every door stand on the loopback until the test ends.
func stand(t *testing.T) map[string]string {
	t.Helper()
	at, doors, datagrams := map[string]string{}, map[string]net.Listener{}, map[string]net.PacketConn{}
	for _, d := range Doors {
		if d.Network == "udp" {
			c, err := net.ListenPacket("udp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			datagrams[d.Name], at[d.Name] = c, c.LocalAddr().String()
			continue
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		doors[d.Name], at[d.Name] = l, l.Addr().String()
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, doors, datagrams) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return at
}

// Each door says what its service says first, or answers what its clients say first.
func TestEachDoorTalks(t *testing.T) {
	at := stand(t)
	smb2 := append([]byte{0, 0, 0, 100}, append([]byte("\xfeSMB"), make([]byte, 96)...)...)
	for name, c := range map[string]struct{ say, hear string }{
		"http":   {"GET / HTTP/1.1\r\nHost: nas\r\n\r\n", "HTTP/1.1 401 Unauthorized"},
		"rdp":    {"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00", "\x03\x00\x00\x13\x0e\xd0"},
		"sip":    {"REGISTER sip:pbx SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z\r\nCall-ID: 7\r\nCSeq: 1 REGISTER\r\n\r\n", "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP a;branch=z\r\nCall-ID: 7"},
		"smb":    {string(smb2), "\x00\x00\x00\x81\xfeSMB"},
		"ssh":    {"SSH-2.0-Go\r\n", "SSH-2.0-OpenSSH"},
		"telnet": {"", telnetOptions + "nas login: "},
	} {
		d, err := Find(name)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial(d.Network, at[name])
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if c.say != "" {
			if _, err := conn.Write([]byte(c.say)); err != nil {
				t.Fatal(err)
			}
		}
		b := make([]byte, 1024)
		n, err := bufio.NewReader(conn).Read(b)
		if err != nil || !strings.HasPrefix(string(b[:n]), c.hear) {
			t.Errorf("%s says %q, %v", name, b[:n], err)
		}
		conn.Close()
	}
	if _, err := Find("gopher"); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("a door that is none: %v", err)
	}
}

// A tool that ends its lines as Telnet does is asked for its password, and refused.
func TestTelnetTakesEachEndOfALine(t *testing.T) {
	for _, end := range []string{"\r\n", "\r\x00", "\r", "\n"} {
		server, client := net.Pipe()
		go func() {
			talkTelnet(&visit{c: server, left: mostBytes})
			server.Close()
		}()
		said := bufio.NewReader(client)
		for _, step := range []struct{ hear, say string }{{"login: ", "admin"}, {"Password: ", "secret"}, {"incorrect\r\n", ""}, {"login: ", "root"}, {"Password: ", "x"}, {"incorrect\r\n", ""}} {
			heard := ""
			for !strings.HasSuffix(heard, step.hear) {
				c, err := said.ReadByte()
				if err != nil {
					t.Fatalf("ended by %q: %q, then %v", end, heard, err)
				}
				heard += string(c)
			}
			if step.say == "" {
				continue
			}
			if _, err := client.Write([]byte(step.say + end)); err != nil {
				t.Fatal(err)
			}
		}
		client.Close()
	}
}

// Whatever is said at the doors, by however many, so many are listened to at once, and then there are seats again.
func TestTenThousandVisits(t *testing.T) {
	at := stand(t)
	before := runtime.NumGoroutine()
	for n := range 10_000 {
		c, err := net.Dial("tcp", at[Doors[[]int{0, 1, 3, 4, 5}[n%5]].Name])
		if err != nil {
			t.Fatal(err)
		}
		if n%2 == 0 { // the others say nothing and are gone
			if _, err := c.Write(bytes.Repeat([]byte{byte(n)}, n%4096)); err != nil && !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
				t.Fatal(err)
			}
		}
		if seats := runtime.NumGoroutine() - before; seats > mostVisits+16 {
			t.Fatalf("%d visits at once", seats)
		}
		if err := c.(*net.TCPConn).SetLinger(0); err != nil {
			t.Fatal(err)
		}
		c.Close()
	}
	for deadline := time.Now().Add(2 * visitLasts); ; { // there is a seat again
		c, err := net.Dial("tcp", at["telnet"])
		if err != nil {
			t.Fatal(err)
		}
		n, err := c.Read(make([]byte, 64))
		c.Close()
		if n > 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("nobody is let in any more: %v", err)
		}
	}
}

// However many come, and however long they talk, there are so many seats and each hears so much.
func TestVisitsAreBounded(t *testing.T) {
	at := stand(t)
	var all []net.Conn
	defer func() {
		for _, c := range all {
			c.Close()
		}
	}()
	for range mostVisits { // each sits once the banner came
		c, err := net.Dial("tcp", at["ssh"])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
		if _, err := bufio.NewReader(c).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	late, err := net.Dial("tcp", at["telnet"])
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	if n, err := late.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Error("there is a seat for one more")
	}
	all[0].Close()
	server, client := net.Pipe()
	go func() {
		talkSSH(&visit{c: server, left: mostBytes})
		server.Close()
	}()
	if _, err := bufio.NewReader(client).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	sent := 0
	for sent < 1<<20 {
		n, err := client.Write(bytes.Repeat([]byte("x"), 1024))
		sent += n
		if err != nil {
			break
		}
	}
	if sent > mostBytes {
		t.Errorf("%d bytes were heard of one visit", sent)
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte("REGISTER sip:a SIP/2.0\r\nVia: x\r\n\r\n"))
	f.Add(append([]byte{0, 0, 0, 64}, append([]byte("\xfeSMB"), make([]byte, 60)...)...))
	f.Add(append([]byte{0, 0, 0, 64}, append([]byte("\xffSMB"), make([]byte, 60)...)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		if a := unauthorized(b); len(a) > len(b)+200 {
			t.Errorf("%d bytes are answered to %d: it could drown somebody", len(a), len(b))
		}
		if a := answerSMB(b); a != nil && int(a[2])<<8|int(a[3]) != len(a)-4 {
			t.Errorf("an answer says %d bytes and has %d", int(a[2])<<8|int(a[3]), len(a)-4)
		}
	})
}
