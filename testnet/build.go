package testnet

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Tests runs a package's tests of the real box, whose path it puts into program: it is what TestMain calls. Where no
// network can be built nothing else is, and each test says so.
func Tests(m interface{ Run() int }, program *string) int {
	if Possible() != nil {
		return m.Run()
	}
	built, remove, err := buildAbri()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer remove()
	*program = built
	return m.Run()
}

// buildAbri gives the path of the program under test: what ABRI_BIN names, else one built now from this module, static as
// the product is. Remove takes a built one away again.
func buildAbri() (program string, remove func(), err error) {
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
