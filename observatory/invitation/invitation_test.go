package invitation_test

import (
	"image"
	"image/color"
	"image/draw"
	"io"
	"log/slog"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/invitation"
	"abri.example/abri/observatory/ledger"
)

var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *ledger.Ledger {
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "observatory.db"), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// made is an invitation of an observatory that was run once.
func made(t *testing.T) (*ledger.Ledger, fleet.Token) {
	l := open(t)
	for name, value := range map[string]string{invitation.KeyURL: "https://observatoire.loire.example:8444", invitation.KeyRoot: strings.Repeat("ab", 32)} {
		if err := l.Remember(t.Context(), name, value); err != nil {
			t.Fatal(err)
		}
	}
	token, err := invitation.Make(t.Context(), l, 42304, invitation.Usual, "test", noon)
	if err != nil {
		t.Fatal(err)
	}
	return l, token
}

func TestAnInvitationIsGoodOnceAndForItsTime(t *testing.T) {
	l, token := made(t)
	back, err := fleet.ParseToken(token.String())
	if err != nil || back.Site != 42304 || back.URL != "https://observatoire.loire.example:8444" {
		t.Fatalf("%+v, %v", back, err)
	}
	box := func(name string) ledger.Box {
		return ledger.Box{Identity: fleet.Identity{Site: 42304, Box: name}, Fingerprint: []byte(name), Request: []byte("r"), Asked: noon.Add(time.Hour)}
	}
	if err := l.Apply(t.Context(), token.Secret, box("b1")); err != nil {
		t.Error(err)
	}
	if err := l.Apply(t.Context(), token.Secret, box("b2")); fleet.ReasonOf(err) != fleet.ReasonToken {
		t.Errorf("an invitation is good twice: %v", err)
	}
	for _, lasting := range []time.Duration{0, -time.Hour, 2 * invitation.Longest} {
		if _, err := invitation.Make(t.Context(), l, 42304, lasting, "test", noon); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("for %s: %v", lasting, err)
		}
	}
	if _, err := invitation.Make(t.Context(), open(t), 42304, invitation.Usual, "test", noon); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("where nobody knows the URL: %v", err)
	}
}

// seen is what another program reads from a picture of a code, each module so many points wide.
func seen(t *testing.T, size int, dark func(x, y int) bool) string {
	t.Helper()
	const wide = 4
	picture := image.NewGray(image.Rect(0, 0, size*wide, size*wide))
	draw.Draw(picture, picture.Bounds(), image.White, image.Point{}, draw.Src)
	for y := range size * wide {
		for x := range size * wide {
			if dark(x/wide, y/wide) {
				picture.SetGray(x, y, color.Gray{})
			}
		}
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		t.Fatal(err)
	}
	return read.GetText()
}

func TestACameraReadsTheWordOnScreenPaperAndTerminal(t *testing.T) {
	_, token := made(t)
	word := token.String()
	code, err := invitation.CodeOf(word)
	if err != nil {
		t.Fatal(err)
	}
	if got := seen(t, code.Size(), code.Dark); got != word {
		t.Errorf("the code says %q", got)
	}
	if got := seen(t, code.Size(), painted(t, string(code.SVG("Invitation")))); got != word {
		t.Errorf("the picture says %q", got)
	}
	if got := seen(t, code.Size(), printed(code.Blocks())); got != word {
		t.Errorf("the terminal says %q", got)
	}
	if width := code.Size(); width > 80 {
		t.Errorf("the code is %d letters wide, and a terminal 80", width)
	}
	if svg := string(code.SVG(`<b>"&`)); strings.Contains(svg, "<b>") {
		t.Error("a title is not escaped")
	}
	if _, err := invitation.CodeOf(strings.Repeat("x", 4000)); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("4,000 letters: %v", err)
	}
}

// painted paints the runs of a picture's path.
func painted(t *testing.T, svg string) func(x, y int) bool {
	dark := map[image.Point]bool{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1H(\d+)z`).FindAllStringSubmatch(svg, -1) {
		x, y, n := number(t, m[1]), number(t, m[2]), number(t, m[3])
		for i := range n {
			dark[image.Pt(x+i, y)] = true
		}
	}
	return func(x, y int) bool { return dark[image.Pt(x, y)] }
}

func number(t *testing.T, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// printed reads half blocks back.
func printed(s string) func(x, y int) bool {
	var lines [][]rune
	for line := range strings.Lines(regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(s, "")) {
		lines = append(lines, []rune(strings.TrimSuffix(line, "\n")))
	}
	return func(x, y int) bool {
		upper, lower := "█▀", "█▄"
		if y%2 == 0 {
			return strings.ContainsRune(upper, lines[y/2][x])
		}
		return strings.ContainsRune(lower, lines[y/2][x])
	}
}
