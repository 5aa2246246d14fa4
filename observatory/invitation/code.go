package invitation

import (
	"fmt"
	"html/template"
	"image"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"abri.example/abri"
)

// Code is a word as a QR code (ISO/IEC 18004), with a fifth of it to spare for dirt and folds (level M).
type Code struct{ modules barcode.Barcode }

// quiet is how wide the white border is that the standard asks for, in modules.
const quiet = 4

// CodeOf draws a word. CodeInvalid for one that is too long for a code, some 2,300 letters.
func CodeOf(word string) (Code, error) {
	modules, err := qr.Encode(word, qr.M, qr.Unicode)
	if err != nil {
		return Code{}, &abri.Error{Code: abri.CodeInvalid, What: "this does not fit into a QR code", Err: err}
	}
	return Code{modules}, nil
}

// Size is how many modules a side has, its border included.
func (c Code) Size() int { return c.modules.Bounds().Dx() + 2*quiet }

// Dark reports whether a module is dark, counted from the upper left corner of the border.
func (c Code) Dark(x, y int) bool {
	p := image.Pt(x-quiet, y-quiet)
	if !p.In(c.modules.Bounds()) {
		return false
	}
	r, _, _, _ := c.modules.At(p.X, p.Y).RGBA()
	return r < 1<<15
}

// SVG is the code as a picture, black on white in every colour scheme, with what it is for those who don't see it.
func (c Code) SVG(title string) template.HTML {
	var b strings.Builder
	n := c.Size()
	fmt.Fprintf(&b, `<svg class="code" viewBox="0 0 %d %d" role="img" aria-label="%s" shape-rendering="crispEdges" focusable="false"><path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="`,
		n, n, template.HTMLEscapeString(title), n, n)
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for c.Dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1H%dz", from, y, x-from, from)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return template.HTML(b.String()) // numbers, and a title that is escaped
}

// Blocks is the code for a terminal, two modules a letter, in black on white whatever the terminal's colours are
// (ECMA-48, SGR 38 and 48).
func (c Code) Blocks() string {
	var b strings.Builder
	n := c.Size()
	for y := 0; y < n; y += 2 {
		b.WriteString("\x1b[38;5;16;48;5;231m")
		for x := range n {
			switch upper, lower := c.Dark(x, y), c.Dark(x, y+1); {
			case upper && lower:
				b.WriteString("█")
			case upper:
				b.WriteString("▀")
			case lower:
				b.WriteString("▄")
			default:
				b.WriteString(" ")
			}
		}
		b.WriteString("\x1b[0m\n")
	}
	return b.String()
}
