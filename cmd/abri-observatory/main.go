// Command abri-observatory is the observatory of a département, a chamber of trades or a country: it joins the boxes of
// many sites. `abri-observatory run` begins one from nothing; `abri-observatory --help` lists the other verbs.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"abri.example/abri/observatory/console"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := console.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
