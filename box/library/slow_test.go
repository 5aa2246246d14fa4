package library

import (
	"context"
	"io"
	"log/slog"
	"testing"

	"abri.example/abri/box/config"
	"abri.example/abri/feed/fetch"
	"abri.example/abri/feed/guarded"
	"abri.example/abri/feed/shelf"
)

// slow is a publisher who answers when he is let.
type slow struct{ asked, answer chan struct{} }

func (s slow) Get(ctx context.Context, _ fetch.Request, out io.Writer) (fetch.Answer, error) {
	close(s.asked)
	<-s.answer
	_, err := io.WriteString(out, "62.210.1.1\n")
	return fetch.Answer{}, err
}

// While a publisher takes his time, settings change, files are read and people are answered.
func TestASlowPublisherHoldsUpNobody(t *testing.T) {
	p := slow{make(chan struct{}), make(chan struct{})}
	l, err := Open(Options{
		Dir: t.TempDir(), Guard: guarded.Default(), Log: slog.New(slog.DiscardHandler),
		Getter: func(config.Fetch) (shelf.Getter, error) { return p, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	use(t, l, fetched("a"))
	done, told := make(chan bool), 0
	go func() { done <- l.Refresh(t.Context(), at(monday), func() { told++ }) }()
	<-p.asked
	use(t, l, fetched("a"), config.List{Name: "own", File: file(t, "62.210.2.2\n")})
	if s := l.Read(monday); s.Len() != 1 || len(l.Reports(monday)) != 2 {
		t.Errorf("%d addresses while a publisher is slow", s.Len())
	}
	close(p.answer)
	if changed := <-done; !changed || told != 1 || l.Set().Len() != 2 {
		t.Errorf("changed %v, %d addresses in the end", changed, l.Set().Len())
	}
}
