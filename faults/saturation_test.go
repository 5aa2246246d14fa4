package faults

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/siege"
)

// A flood that is more than the line carries is lost before the box: it says so, by what it no longer hears of its gateway, and
// has the sheet for the operator ready, on the page and as text; a flood that leaves room is told and the line is not. The sheet
// outlives a restart, and names no machine of the site.
func TestAFullLineIsTold(t *testing.T) {
	tc, err := exec.LookPath("tc")
	if err != nil {
		t.Skip("tc is not installed (Debian: iproute2)")
	}
	h := townHall(t, nil)
	router, _ := h.Ends()
	p, err := router.Host.Start(exec.Command(tc, "qdisc", "add", "dev", router.Port, "root", "tbf", "rate", "6mbit", "burst", "16kb", "latency", "60ms"))
	h.must(err)
	<-p.Done()
	if p.Err() != nil {
		t.Skip("this kernel has no shaper (CONFIG_NET_SCH_TBF)")
	}
	h.status("the gateway does not answer", func(st control.Status) bool { return st.Uptime > 8*time.Second })

	blast := func(bytes int, pause time.Duration) (stop func()) {
		ctx, cancel := context.WithCancel(h.Context())
		done := make(chan error, 1)
		go func() { done <- h.blast(ctx, bytes, pause) }()
		return func() { cancel(); h.must(<-done) }
	}
	stop := blast(60, time.Millisecond)
	h.await(func() error { return h.sheet(func(s siege.Sheet) bool { return s.Worst > 0 }) })
	stop()
	if err := h.sheet(func(s siege.Sheet) bool { return s.Full.Since.IsZero() }); err != nil {
		t.Errorf("a flood that leaves room: %v", err)
	}
	stop = blast(1200, 100*time.Microsecond)
	h.await(func() error { return h.sheet(func(s siege.Sheet) bool { return s.Full.Lost > 0 }) })
	h.says("La ligne est saturée, le boîtier ne peut pas", "/saturation")
	stop()
	page, err := h.box.Page(h.Context(), "/saturation", abri.French)
	h.must(err)
	text, err := h.box.Type(h.Context(), "evidence")
	h.must(err)
	for _, shown := range []string{page, text} {
		for _, word := range []string{"la ligne est saturée, le boîtier ne peut pas l'empêcher", "paquets/s", "bit/s", "192.0.0.0/16", "appelez votre opérateur"} {
			if !strings.Contains(strings.ReplaceAll(shown, "\u202f", " "), word) && !strings.Contains(shown, strings.ReplaceAll(word, "'", "&#39;")) {
				t.Errorf("%q is not said", word)
			}
		}
		if strings.Contains(shown, h.Mail.V4.String()) {
			t.Error("a machine of the site is named")
		}
	}
	h.restart()
	h.must(h.sheet(func(s siege.Sheet) bool { return s.Full.Lost > 0 && len(s.Samples) > 0 }))
}

// sheet asks for the last sheet, of which something is wanted.
func (h town) sheet(wanted func(siege.Sheet) bool) error {
	all, err := h.box.Saturations(h.Context())
	if err == nil && (len(all) == 0 || !wanted(all[0])) {
		err = fmt.Errorf("the sheets are %+v", all)
	}
	return err
}

// blast sends datagrams from the criminals' own address, by the line, until ctx ends.
func (h town) blast(ctx context.Context, bytes int, pause time.Duration) error {
	return h.Attackers[0].Host.Do(func() error {
		c, err := net.DialUDP("udp4", nil, &net.UDPAddr{IP: h.Mail.V4.AsSlice(), Port: 5004})
		if err != nil {
			return err
		}
		defer c.Close()
		data := make([]byte, bytes)
		for ctx.Err() == nil {
			for range 5 {
				_, _ = c.Write(data) // refused now and then, by a machine that does not listen there
			}
			time.Sleep(5 * pause)
		}
		return nil
	})
}
