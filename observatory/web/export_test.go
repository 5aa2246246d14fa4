package web

// Patterns are those of all routes.
func Patterns() (out []string) {
	for _, r := range routes {
		out = append(out, r.pattern)
	}
	return out
}
