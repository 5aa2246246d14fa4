package web_test

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"abri.example/abri"
	"abri.example/abri/box/web"
)

var preview = flag.String("preview", "", "write a picture of every sky, language, width and scheme into this folder")

// TestPreview writes the pages as pictures, for people to look at: go test -run TestPreview -preview DIR ./box/web
func TestPreview(t *testing.T) {
	if *preview == "" {
		t.Skip("no -preview folder given")
	}
	ctx := open(t)
	hall := &townHall{}
	server := httptest.NewServer(web.New(hall, web.Options{}))
	t.Cleanup(server.Close)
	for _, sky := range append([]abri.Sky{abri.Fog}, abri.Skies...) {
		v := under(t, sky, modeFor(sky))
		if sky == abri.Storm {
			v.Troubles = []web.Trouble{
				{Code: web.TroubleDiskFull, At: v.Now, Detail: "no space left on device"}, {Code: web.TroubleRestarted, At: v.Now},
			}
		}
		hall.become(v)
		for _, lang := range []string{"fr", "en"} {
			for _, width := range []int64{360, 1440} {
				for _, scheme := range []string{"light", "dark", "print"} {
					name := fmt.Sprintf("%s-%s-%d-%s.png", sky, lang, width, scheme)
					shoot(t, ctx, server.URL+"/?lang="+lang, filepath.Join(*preview, name), width, scheme)
				}
			}
		}
	}
	hall.become(flooded(t))
	for _, page := range []string{"", "saturation"} {
		for _, lang := range []string{"fr", "en"} {
			for _, width := range []int64{390, 1100} {
				for _, scheme := range []string{"light", "print"} {
					shoot(t, ctx, server.URL+"/"+page+"?lang="+lang, filepath.Join(*preview, fmt.Sprintf("flooded%s-%s-%d-%s.png", page, lang, width, scheme)), width, scheme)
				}
			}
		}
	}
	for _, page := range []string{"pourquoi", "aide"} {
		shoot(t, ctx, server.URL+"/"+page+"?lang=fr", filepath.Join(*preview, page+".png"), 1440, "light")
		shoot(t, ctx, server.URL+"/"+page+"?lang=en", filepath.Join(*preview, page+"-narrow.png"), 360, "dark")
	}
}

// modeFor shows watch-only under one sky, so that it is looked at too.
func modeFor(sky abri.Sky) abri.Mode {
	if sky == abri.Rain {
		return abri.Observe
	}
	return abri.Protect
}

func shoot(t *testing.T, ctx context.Context, url, file string, width int64, scheme string) {
	t.Helper()
	must(t, ctx, chromedp.EmulateViewport(width, 900))
	media := ""
	if scheme == "print" {
		media, scheme = "print", "dark" // printed from a dark screen
	}
	must(t, ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: media, Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
			},
		})
		return err
	}))
	must(t, ctx, chromedp.Navigate(url))
	picture := must(t, ctx, chromedp.FullScreenshot(100))
	if err := os.WriteFile(file, picture, 0o644); err != nil {
		t.Fatal(err)
	}
}
