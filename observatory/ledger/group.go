package ledger

import (
	"context"
	"database/sql"
	"hash/fnv"
	"strconv"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
)

// GroupSort is why sites are together.
type GroupSort string

// The sorts of groups. A technician's sites are those that one person looks after.
const (
	EPCI       GroupSort = "epci"
	Canton     GroupSort = "canton"
	Trade      GroupSort = "trade"
	Technician GroupSort = "technician"
)

// Group is several sites that are looked at together. A site may be in many.
type Group struct {
	Number int64
	Sort   GroupSort
	Code   string
	Name   string
	Sites  int // how many it has
}

// GroupNumber is the number of a group, made of sort and code.
func GroupNumber(sort GroupSort, code string) int64 {
	h := fnv.New64a()
	h.Write([]byte(string(sort) + "/" + code))
	return int64(h.Sum64()>>20) | 1<<43
}

// PutGroup enters a group, in place of an earlier one of its sort and code, and gives its number.
func (l *Ledger) PutGroup(ctx context.Context, g Group) (int64, error) {
	switch {
	case g.Sort != EPCI && g.Sort != Canton && g.Sort != Trade && g.Sort != Technician:
		return 0, &abri.Error{Code: abri.CodeInvalid, What: "a group is an epci, a canton, a trade or a technician's"}
	case g.Code == "" || g.Name == "" || len(g.Code) > 64 || len(g.Name) > 200:
		return 0, &abri.Error{Code: abri.CodeInvalid, What: "a group has a code and a name"}
	}
	n := GroupNumber(g.Sort, g.Code)
	return n, l.act(ctx, "entering a group in", audit.ChangeGroup, string(g.Sort)+" "+g.Code+" "+g.Name, func(tx *sql.Tx) error {
		return l.kind.put(ctx, l, tx, groupsTable, groupsTable.orReplace(), [][]any{{n, string(g.Sort), g.Code, g.Name}})
	})
}

// Join puts sites into a group. Days that they have already are summed again.
func (l *Ledger) Join(ctx context.Context, group int64, sites ...int64) error {
	var rows [][]any
	for _, s := range sites {
		rows = append(rows, []any{s, group})
	}
	on := "group " + strconv.FormatInt(group, 10) + " joined by " + strconv.Itoa(len(sites)) + " sites"
	return l.act(ctx, "joining sites in", audit.ChangeGroup, on, func(tx *sql.Tx) error {
		if err := l.kind.put(ctx, l, tx, membersTable, membersTable.orKeep(), rows); err != nil {
			return err
		}
		return l.markSites(ctx, tx, sites)
	})
}

// Leave takes a site out of a group.
func (l *Ledger) Leave(ctx context.Context, group, site int64) error {
	return l.act(ctx, "taking a site out in", audit.ChangeGroup, "group "+strconv.FormatInt(group, 10)+" left by "+onSite(site), func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM members WHERE site = $1 AND grp = $2`, site, group); err != nil {
			return err
		}
		return l.markSites(ctx, tx, []int64{site})
	})
}

// markSites has every day of these sites summed again.
func (l *Ledger) markSites(ctx context.Context, tx *sql.Tx, sites []int64) error {
	for _, site := range sites {
		if _, err := tx.ExecContext(ctx, `INSERT INTO changes (day, site, at) SELECT DISTINCT day, site, 1 FROM rollups WHERE site = $1
			ON CONFLICT (day, site) DO UPDATE SET at = changes.at + 1`, site); err != nil {
			return err
		}
	}
	return nil
}

// Groups gives all groups by sort and name.
func (l *Ledger) Groups(ctx context.Context) ([]Group, error) {
	out, err := query(ctx, l.read, func(r *sql.Rows) (g Group, err error) {
		return g, r.Scan(&g.Number, &g.Sort, &g.Code, &g.Name, &g.Sites)
	}, `SELECT g.grp, g.sort, g.code, g.name, COUNT(m.site) FROM groups_of_sites g LEFT JOIN members m ON m.grp = g.grp
		GROUP BY g.grp, g.sort, g.code, g.name ORDER BY g.sort, g.name`)
	return out, l.explain("reading", err)
}

// GroupsOf gives the numbers of a site's groups.
func (l *Ledger) GroupsOf(ctx context.Context, site int64) ([]int64, error) {
	out, err := query(ctx, l.read, func(r *sql.Rows) (n int64, err error) { return n, r.Scan(&n) },
		`SELECT grp FROM members WHERE site = $1 ORDER BY grp`, site)
	return out, l.explain("reading", err)
}

// memberships gives each site with each of its groups.
func (l *Ledger) memberships(ctx context.Context) ([][2]int64, error) {
	out, err := query(ctx, l.read, func(r *sql.Rows) (p [2]int64, err error) { return p, r.Scan(&p[0], &p[1]) }, `SELECT site, grp FROM members`)
	return out, l.explain("reading", err)
}

// Members gives the sites of a group.
func (l *Ledger) Members(ctx context.Context, group int64) ([]int64, error) {
	out, err := query(ctx, l.read, func(r *sql.Rows) (n int64, err error) { return n, r.Scan(&n) },
		`SELECT site FROM members WHERE grp = $1 ORDER BY site`, group)
	return out, l.explain("reading", err)
}
