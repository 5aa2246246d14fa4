package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"abri.example/abri/fleet"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/centre"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/testnet/stage"
)

// bench measures one database.
type bench struct {
	settings
	*stage.Stage
	kind    string // sqlite or postgres
	data    string
	url     string // of PostgreSQL
	address string // of the database
	boxesAt string
	pagesAt string
	server  *exec.Cmd
	first   string // the link of the first administrator: path and query
	key     *ecdsa.PrivateKey
	roots   *x509.CertPool
	boxes   []identity
	counted int // attacks that were told so far

	postmaster int // PostgreSQL's process, 0 for none
}

// identity is a box: who it is and what it shows. They share one key: a handshake costs the same.
type identity struct {
	fleet.Identity
	shown tls.Certificate
}

func (b *bench) say(form string, args ...any) {
	fmt.Printf("%-9s "+form+"\n", append([]any{b.kind}, args...)...)
}

func (b *bench) addressOf() string {
	if b.url != "" {
		return b.url
	}
	return filepath.Join(b.data, "observatory.db")
}

func (b *bench) all(ctx context.Context) error {
	if err := b.people(ctx); err != nil {
		return err
	}
	if err := b.start(); err != nil {
		return err
	}
	time.Sleep(3 * time.Second)
	b.say("idle: %.0f MB resident with %d sites", float64(b.resident())/1e6, len(b.boxes))
	for _, part := range []func(context.Context) error{b.durable, b.storm} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// people enters sites and confirmed boxes, and gives each box its certificate.
func (b *bench) people(ctx context.Context) error {
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	l, a, err := centre.Open(ctx, centre.Options{Data: b.data, Database: b.url, Now: time.Now, Log: quiet})
	if err != nil {
		return err
	}
	defer l.Close()
	return b.enter(ctx, l, a)
}

// enter puts sites and boxes into a ledger.
func (b *bench) enter(ctx context.Context, l *ledger.Ledger, a *authority.Authority) (err error) {
	b.roots = x509.NewCertPool()
	b.roots.AddCert(a.Root())
	if b.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return err
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, b.key)
	if err != nil {
		return err
	}
	request, err := authority.Request(der)
	if err != nil {
		return err
	}
	var sites []ledger.Site
	for i := range b.settings.boxes {
		code := fmt.Sprintf("%02d%03d", 1+i%95, 1+i/95) // as many communes in each of 95 departments
		sites = append(sites, ledger.Site{Sort: ledger.Commune, Code: code, Name: "Commune " + code, Place: ledger.Behind, Created: time.Now()})
		id := identity{Identity: fleet.Identity{Site: ledger.SiteNumber(ledger.Commune, code), Box: "b"}}
		c, _, err := a.Certify(request, id.Identity, time.Now())
		if err != nil {
			return err
		}
		id.shown = tls.Certificate{Certificate: c.Chain, PrivateKey: b.key}
		b.boxes = append(b.boxes, id)
	}
	if err := l.PutSites(ctx, sites...); err != nil {
		return err
	}
	return b.confirm(ctx, l, der, authority.Fingerprint(request.RawSubjectPublicKeyInfo))
}

// confirm takes every box in.
func (b *bench) confirm(ctx context.Context, l *ledger.Ledger, request, fingerprint []byte) error {
	var all []ledger.Box
	for _, id := range b.boxes {
		all = append(all, ledger.Box{Identity: id.Identity, State: ledger.Confirmed, Fingerprint: fingerprint, Request: request, Asked: time.Now(), Confirmed: time.Now(), By: "reach"})
	}
	return l.PutBoxes(ctx, all...)
}

// start runs the observatory in a process of its own.
func (b *bench) start() error {
	b.boxesAt, b.pagesAt = b.free(), b.free()
	args := []string{"--data", b.data}
	if b.url != "" {
		args = append(args, "--database", b.url)
	}
	b.server = exec.Command(b.program, append(args, "run", "--boxes", b.boxesAt, "--pages", b.pagesAt, "--pace", "100000", "--metrics", "")...)
	b.server.Stderr = os.Stderr
	out, err := b.server.StdoutPipe()
	if err != nil {
		return err
	}
	b.server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := b.server.Start(); err != nil {
		return err
	}
	b.Cleanup(b.end)
	lines := bufio.NewScanner(out)
	for lines.Scan() { // it listens before it prints
		if _, path, ok := strings.Cut(lines.Text(), "/premier?"); ok {
			b.first = "/premier?" + path
		}
		if strings.HasPrefix(lines.Text(), "Boxes report to") {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return nil
		}
	}
	return fmt.Errorf("the observatory does not begin: %v", lines.Err())
}

func (b *bench) end() {
	if b.server != nil {
		_ = b.server.Process.Signal(syscall.SIGTERM)
		_ = b.server.Wait()
		b.server = nil
	}
}

// resident is the server's memory in bytes.
func (b *bench) resident() (bytes int) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.server.Process.Pid))
	for line := range strings.Lines(string(text)) {
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &bytes); err == nil {
			return bytes * 1024
		}
	}
	return 0
}

// spent is the processor time that the observatory, its PostgreSQL and this process have used so far.
func (b *bench) spent() (server, database, here time.Duration) {
	var own syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &own)
	if b.postmaster != 0 {
		database = used(b.postmaster)
		all, _ := filepath.Glob("/proc/[0-9]*/stat")
		for _, path := range all {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if f := statOf(pid); len(f) > 1 && f[1] == strconv.Itoa(b.postmaster) {
				database += used(pid)
			}
		}
	}
	return used(b.server.Process.Pid), database, time.Duration(own.Utime.Nano() + own.Stime.Nano())
}

// statOf are the fields of a process from its state on (proc(5)).
func statOf(pid int) []string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	return strings.Fields(rest)
}

// used is the processor time of a process, which is given in hundredths of a second.
func used(pid int) time.Duration {
	f := statOf(pid)
	if len(f) <= 12 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

func (b *bench) free() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatalf("no port is free: %v", err)
	}
	defer l.Close()
	return l.Addr().String()
}

// client is one box's hand on the wire; it resumes no session, so that each connection is a full handshake.
func (b *bench) client(id identity) *http.Client {
	return &http.Client{Timeout: 5 * time.Minute, Transport: &http.Transport{MaxConnsPerHost: 1, TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
		TLSClientConfig: &tls.Config{RootCAs: b.roots, ServerName: "localhost", Certificates: []tls.Certificate{id.shown}, MinVersion: tls.VersionTLS13}}}
}

// epoch is another for each part of the measuring.
func epoch(part string) string {
	h := sha256.Sum256([]byte(part))
	return fmt.Sprintf("%x", h[:8])
}
