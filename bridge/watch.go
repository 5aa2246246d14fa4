package bridge

import (
	"context"
	"errors"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Watch calls changed whenever a link, an address or a route of the machine changes, from one goroutine of its own, until
// ctx is done. It returns once it listens: a change after that is never missed. A burst may be told as fewer calls; a
// caller who is slow loses no news, since the next call comes after the last change.
func (b *Bridge) Watch(ctx context.Context, changed func()) error {
	socket, err := nl.Subscribe(unix.NETLINK_ROUTE, unix.RTNLGRP_LINK,
		unix.RTNLGRP_IPV4_IFADDR, unix.RTNLGRP_IPV6_IFADDR, unix.RTNLGRP_IPV4_ROUTE, unix.RTNLGRP_IPV6_ROUTE)
	if err != nil {
		return kernel("bridge", "listening for changes of links, addresses and routes", err)
	}
	context.AfterFunc(ctx, socket.Close)
	go func() {
		for {
			_, _, err := socket.Receive()
			if ctx.Err() != nil {
				return
			}
			// ENOBUFS says that news was lost because we were slow: that is news too.
			if err != nil && !errors.Is(err, unix.ENOBUFS) && !errors.Is(err, unix.EINTR) {
				return
			}
			changed()
		}
	}()
	return nil
}
