package ledger

import "strings"

// column is a column of a table: its name and its type in PostgreSQL.
type column struct{ name, sort string }

// table is a table of the schema: its columns, those of the key first, and how it is spread over several servers.
type table struct {
	name    string
	columns []column
	key     int    // how many of the first columns are the key
	spread  string // the column by which Citus spreads it; "" for a table that every server has, central for one that stays
}

// central is the spread of what belongs to no site and is joined with nothing: it stays on the coordinator.
const central = "-"

// tables are all of them, in the order in which a copy is made. A test holds this list against the schema.
var tables = []*table{
	sitesTable, groupsTable, membersTable, invitationsTable, boxesTable, receiptsTable, epochsTable, journalTable, attacksTable,
	rollupsTable, daysTable, changesTable, totalsTable, ordersTable, noticesTable, communesTable, settingsTable,
	peopleTable, scopesTable, linksTable, passkeysTable, sessionsTable, challengesTable, auditTable,
	keysTable, webhooksTable, callsTable,
}

var (
	sitesTable       = describe("sites", 1, "site", "site bigint, sort text, code text, name text, trade text, place text, person text, mail text, telephone text, named bigint, shipped bigint, created bigint")
	groupsTable      = describe("groups_of_sites", 1, "", "grp bigint, sort text, code text, name text")
	membersTable     = describe("members", 2, "site", "site bigint, grp bigint")
	invitationsTable = describe("invitations", 2, "site", "site bigint, digest bytea, made bigint, until bigint, maker text, used bigint")
	boxesTable       = describe("boxes", 2, "site", "site bigint, box text, state text, fingerprint bytea, request bytea, words text, software text, asked bigint, confirmed bigint, confirmer text, expires bigint, suspicion text")
	receiptsTable    = describe("receipts", 2, "site", "site bigint, box text, epoch text, seq bigint, digest bytea, at bigint, software text, done bigint, mode text, sky text, points bigint, attacks bigint, neutralised bigint, wanted bigint, enforced bigint, troubles text")
	epochsTable      = describe("epochs", 3, "site", "site bigint, box text, epoch text, ended bigint")
	journalTable     = describe("journal", 3, "site", "site bigint, at bigint, digest bytea, entries bytea")
	attacksTable     = describe("attacks", 3, "site", "day integer, site bigint, id bytea, revision bigint, kind text, service text, country text, outcome text, counted bigint, last bigint, told bytea")
	rollupsTable     = describe("rollups", 5, "site", "day integer, site bigint, kind text, service text, country text, attacks bigint, neutralised bigint, would_block bigint")
	daysTable        = describe("days", 2, "site", "day integer, site bigint, sky text, points bigint, attacks bigint, neutralised bigint, noise bigint, watched bigint")
	changesTable     = describe("changes", 2, "site", "day integer, site bigint, at bigint")
	totalsTable      = describe("totals", 4, "grp", "day integer, grp bigint, sort text, word text, attacks bigint, neutralised bigint, would_block bigint")
	ordersTable      = describe("orders", 2, "site", "site bigint, number bigint, verb text, prefix text, until bigint, maker text, at bigint")
	noticesTable     = describe("notices", 3, "site", "site bigint, sort text, since bigint, told bigint, ended bigint")
	communesTable    = describe("communes", 1, "", "code text, name text, department text, population bigint, longitude double precision, latitude double precision, contour text")
	settingsTable    = describe("settings", 1, "", "name text, value text")
	peopleTable      = describe("people", 1, central, "person text, name text, mail text, subject text, role text, invited bigint, maker text, joined bigint, revoked bigint, selector text, recovery text")
	scopesTable      = describe("scopes", 3, central, "person text, sort text, number bigint")
	linksTable       = describe("links", 1, central, "digest bytea, person text, made bigint, until bigint")
	passkeysTable    = describe("passkeys", 1, central, "id bytea, person text, name text, credential text, made bigint, used bigint")
	sessionsTable    = describe("sessions", 1, central, "digest bytea, person text, since bigint, seen bigint, origin text, means text")
	challengesTable  = describe("challenges", 1, central, "digest bytea, sort text, detail text, until bigint")
	keysTable        = describe("keys", 1, central, "id text, digest bytea, person text, name text, role text, of_groups text, of_sites text, made bigint, until bigint, used bigint")
	webhooksTable    = describe("webhooks", 1, central, "webhook text, person text, name text, url text, secret bytea, topics text, severity text, near bigint, made bigint, failing bigint, stopped bigint, dropped bigint")
	callsTable       = describe("calls", 2, central, "webhook text, id text, topic text, site bigint, at bigint, body text, due bigint, tries bigint, ended bigint, answer text")
	auditTable       = describe("audit", 1, central, "number bigint, at bigint, who text, origin text, act text, target text, result text, before bytea, hash bytea")
)

func describe(name string, key int, spread, columns string) *table {
	t := &table{name: name, key: key, spread: spread}
	for c := range strings.SplitSeq(columns, ", ") {
		n, sort, _ := strings.Cut(c, " ")
		t.columns = append(t.columns, column{n, sort})
	}
	return t
}

// names are the names of the first n columns, with commas; of all with a negative n.
func (t *table) names(n int) string {
	if n < 0 {
		n = len(t.columns)
	}
	var out []string
	for _, c := range t.columns[:n] {
		out = append(out, c.name)
	}
	return strings.Join(out, ", ")
}

// orReplace is what an insertion does when the row is there: every other column takes the new value.
func (t *table) orReplace() string {
	var set []string
	for _, c := range t.columns[t.key:] {
		set = append(set, c.name+" = excluded."+c.name)
	}
	return " ON CONFLICT (" + t.names(t.key) + ") DO UPDATE SET " + strings.Join(set, ", ")
}

// orAdd is the same for counters: the new value is added.
func (t *table) orAdd() string {
	var set []string
	for _, c := range t.columns[t.key:] {
		set = append(set, c.name+" = "+t.name+"."+c.name+" + excluded."+c.name)
	}
	return " ON CONFLICT (" + t.names(t.key) + ") DO UPDATE SET " + strings.Join(set, ", ")
}

// orKeep leaves a row that is there.
func (t *table) orKeep() string { return " ON CONFLICT (" + t.names(t.key) + ") DO NOTHING" }
