package web

import (
	"html/template"

	"abri.example/abri"
)

// icon draws a sky on 64 by 64 units, for the chart and the browser's tab. Its shapes differ without colour, and its
// colours stand out (3 to 1, WCAG 2.2 criterion 1.4.11) on a light page as on a dark one. It carries no title: it always
// stands beside its word.
func icon(sky abri.Sky) template.HTML {
	const (
		sun   = `<g fill="none" stroke="#b26a00" stroke-width="4" stroke-linecap="round">`
		cloud = `<path fill="#6a7f97" d="M18 44a11 11 0 0 1-1-22 16 16 0 0 1 30-1 12 12 0 0 1 1 23z"/>`
		drops = `<g stroke="#2b78c8" stroke-width="4" stroke-linecap="round">`
	)
	switch sky {
	case abri.Clear:
		return sun + `<path d="M32 4v6M32 54v6M4 32h6M54 32h6M12 12l4 4M48 48l4 4M52 12l-4 4M16 48l-4 4"/></g>` +
			`<circle cx="32" cy="32" r="14" fill="#c77700"/>`
	case abri.LightRain:
		return sun + `<path d="M44 3v4M61 20h-4M57 8l-3 3M31 8l3 3"/></g><circle cx="44" cy="20" r="9" fill="#c77700"/>` +
			cloud + drops + `<path d="M24 52v6M38 52v6"/></g>`
	case abri.Rain:
		return cloud + drops + `<path d="M20 50l-3 9M32 50l-3 9M44 50l-3 9"/></g>`
	case abri.Storm:
		return cloud + `<path fill="#c77700" d="M34 38 22 54h8l-4 10 14-16h-8l6-10z"/>` +
			drops + `<path d="M18 50l-3 9M50 50l-3 9"/></g>`
	case abri.Tornado:
		return `<g fill="none" stroke="#8a5a9e" stroke-width="5" stroke-linecap="round">` +
			`<path d="M8 10h48M14 20h36M20 30h26M26 40h16M28 50h8M30 59h2"/></g>`
	}
	return `<g fill="none" stroke="#6a7f97" stroke-width="5" stroke-linecap="round"><path d="M8 16h36M20 28h36M8 40h44M16 52h30"/></g>`
}

// iconFile is an icon as a file of its own.
func iconFile(sky abri.Sky) []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">` + string(icon(sky)) + `</svg>`)
}
