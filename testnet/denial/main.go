// Command denial floods a town hall in every way it knows, and prints what is left of an ordinary day: behind a plain bridge,
// behind nftables' limits as an expert writes them, and behind Abri, one after the other for each flood. Nine tenths of calm, a
// visitor in a hundred, and told within two seconds is what Abri promises.
//
// It is run by `make bench-flood`. Its networks are its own, and it takes them away again.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	var b bench
	var asked string
	var amplifies bool
	flag.StringVar(&b.program, "abri", "./bin/abri", "the abri `program` to measure")
	flag.DurationVar(&b.lasting, "lasting", 4*time.Second, "how long each flood lasts; slow ones three times as long")
	flag.StringVar(&b.only, "only", "", "the one `defence` to measure: none, nftables or abri")
	flag.StringVar(&b.about, "case", "", "measure only floods whose name holds this `word`")
	flag.DurationVar(&b.within, "within", 14*time.Minute+30*time.Second, "begin no other flood after so long, and say which were left out")
	flag.StringVar(&asked, "ask", "", "be the flood of HTTP requests at an `address`, until ended")
	flag.BoolVar(&amplifies, "amplify", false, "be servers that amplify, at all addresses of this machine, until ended")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if asked != "" {
		ask(ctx, asked)
		return
	}
	if amplifies {
		if err := amplify(ctx); err != nil {
			complain(err.Error())
			os.Exit(1)
		}
		return
	}
	b.ctx = ctx
	err := b.run()
	b.print(os.Stdout)
	if err != nil {
		complain(err.Error())
		os.Exit(1)
	}
}

func complain(line string) { fmt.Fprintln(os.Stderr, "denial:", line) }
