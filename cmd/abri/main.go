// Command abri is the box: `abri run` filters and tells, `abri replay` judges captures, and the other verbs ask or tell
// a running box. `abri --help` lists them.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"abri.example/abri/box/console"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := console.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
