package testnet

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Abri gives the path of the program under test: what ABRI_BIN names, else one built now from this module, static as
// the product is. Remove takes a built one away again. Tests call it once, in TestMain.
func Abri() (program string, remove func(), err error) {
	if given := os.Getenv("ABRI_BIN"); given != "" {
		program, err = filepath.Abs(given)
		return program, func() {}, err
	}
	dir, err := os.MkdirTemp("", "abri-built-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.RemoveAll(dir) }
	if err := os.Chmod(dir, 0o755); err != nil { // the reader is nobody, and starts from here
		remove()
		return "", nil, err
	}
	program = filepath.Join(dir, "abri")
	build := exec.Command("go", "build", "-o", program, "abri.example/abri/cmd/abri")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		remove()
		return "", nil, fmt.Errorf("building abri: %w: %s", err, said)
	}
	return program, remove, nil
}
