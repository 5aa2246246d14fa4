package centre

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// serveMetrics serves the figures until ctx ends. An address that can't be had is told and no more: boxes and pages are
// worth more than figures.
func serveMetrics(ctx context.Context, o Options, figures http.Handler) error {
	if o.Metrics == "" {
		return nothing(ctx)
	}
	at, err := net.Listen("tcp", o.Metrics)
	if err != nil {
		o.Log.Warn("nobody can read figures: the address can't be had; --metrics names another", "address", o.Metrics, "err", err)
		return nothing(ctx)
	}
	o.Log.Info("Prometheus reads figures here", "address", at.Addr())
	server := &http.Server{
		Handler: figures, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 8 << 10, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(at); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// nothing is done until ctx ends.
func nothing(ctx context.Context) error {
	<-ctx.Done()
	return nil
}
