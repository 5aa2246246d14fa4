package liaison

import (
	"context"
	"strconv"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/fleet/courier"
	"abri.example/abri/store"
)

// tolerated is how much clocks may differ before the box's is put right.
const tolerated = 2 * time.Minute

// set takes the observatory's time. mu is held.
func (l *Liaison) set(now time.Time) {
	if now.IsZero() {
		return
	}
	skew := l.Now().Sub(now).Round(time.Second)
	if skew.Abs() < tolerated {
		skew = 0
	}
	if skew != 0 && (skew-l.skew).Abs() < tolerated {
		return // the same trouble
	}
	if skew != 0 {
		l.Log.Warn("the box's clock is wrong; what the observatory is told is put right", "ahead", skew)
	}
	l.skew = skew
	if now.After(l.floor) {
		l.floor = now
	}
}

// look looks at the signpost. One that is older than what was seen before is somebody's attempt to hold news back.
func (l *Liaison) look(ctx context.Context, c *courier.Courier) (fleet.Signpost, error) {
	post, err := c.Signpost(ctx)
	if err != nil {
		return post, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if post.Time.Before(l.floor.Add(-fleet.SignpostLife)) {
		return post, &abri.Error{Code: abri.CodeRefused, Place: c.Papers().URL, What: "its signpost is an old one, of " + post.Time.Format(time.RFC3339)}
	}
	l.set(post.Time)
	return post, nil
}

// keyOrders is where the store keeps the number of the last order that was carried out.
const keyOrders = "observatory.orders"

func doneOrders(ctx context.Context, db *store.Store) (uint64, error) {
	v, ok, err := db.Recall(ctx, keyOrders)
	if err != nil || !ok {
		return 0, err
	}
	return strconv.ParseUint(v, 10, 64)
}

// obey carries out the orders that are new. After a silence it asks for them, since the signpost tells of late ones only.
func (l *Liaison) obey(ctx context.Context, c *courier.Courier, news fleet.Signpost) error {
	db := l.site.Store()
	if db == nil {
		return nil
	}
	done, err := doneOrders(ctx, db)
	if err != nil {
		return err
	}
	l.mu.Lock()
	asked := l.asked
	l.mu.Unlock()
	if asked && news.Latest(c.Papers().Site) <= done {
		return nil
	}
	orders, err := c.Orders(ctx, done)
	if err != nil {
		return err
	}
	for _, o := range orders {
		err := o.Check(l.time())
		if err == nil && l.time().Before(o.Until) {
			err = l.site.Obey(ctx, o)
		}
		if err != nil {
			l.Log.Warn("an order of the observatory is not carried out", "order", o.Number, "prefix", o.Prefix, "by", o.By, "err", err)
		}
		if err := db.Remember(ctx, keyOrders, strconv.FormatUint(o.Number, 10)); err != nil {
			return err
		}
	}
	l.mu.Lock()
	l.asked = true
	l.mu.Unlock()
	return nil
}
