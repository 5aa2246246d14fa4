CREATE TRIGGER attacks_are_told AFTER INSERT ON attacks
BEGIN
    INSERT INTO outbox (id, revision) VALUES (new.id, new.revision) ON CONFLICT (id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER revisions_are_told AFTER UPDATE ON attacks
BEGIN
    INSERT INTO outbox (id, revision) VALUES (new.id, new.revision) ON CONFLICT (id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER what_is_swept_is_not_told AFTER DELETE ON attacks
BEGIN
    DELETE FROM outbox WHERE id = old.id;
    DELETE FROM told WHERE id = old.id;
END;

CREATE TABLE attacks (
    id        TEXT    NOT NULL UNIQUE,
    revision  INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    service   TEXT    NOT NULL,
    direction TEXT    NOT NULL,
    outside   BLOB,
    inside    BLOB,
    port      INTEGER NOT NULL,
    proto     TEXT    NOT NULL,
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    day       TEXT    NOT NULL,
    attempts  INTEGER NOT NULL,
    packets   INTEGER NOT NULL,
    bytes     INTEGER NOT NULL,
    sources   INTEGER NOT NULL,
    outcome   TEXT    NOT NULL,
    why       TEXT    NOT NULL, -- JSON of abri.Why
    answered  INTEGER NOT NULL,
    ended     INTEGER NOT NULL,
    rest      INTEGER NOT NULL
, device TEXT NOT NULL DEFAULT '');

CREATE INDEX attacks_day     ON attacks (day);

CREATE INDEX attacks_inside  ON attacks (inside, last);

CREATE INDEX attacks_last    ON attacks (last);

CREATE INDEX attacks_looked ON attacks (last) WHERE substr(why, 1, 21) = '{"rule":"looked-back"';

CREATE INDEX attacks_open    ON attacks (last) WHERE ended = 0;

CREATE INDEX attacks_outside ON attacks (outside, last);

CREATE TRIGGER audit_is_appended BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only appended to');
END;

CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    actor  TEXT    NOT NULL,
    verb   TEXT    NOT NULL,
    object TEXT    NOT NULL
);

CREATE INDEX audit_at ON audit (at);

CREATE TABLE calls (
    hour    INTEGER NOT NULL, -- its first instant
    outward INTEGER NOT NULL,
    country TEXT    NOT NULL, -- ISO 3166, or ZZ, or nothing of an extension
    class   TEXT    NOT NULL,
    prefix  TEXT    NOT NULL,
    outcome TEXT    NOT NULL, -- answered, vain, refused or attempted
    calls   INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    PRIMARY KEY (hour, outward, country, class, prefix, outcome)
) WITHOUT ROWID;

CREATE TABLE contacts (
    day     TEXT    NOT NULL,
    outside BLOB    NOT NULL,
    device  BLOB    NOT NULL,
    flows   INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    first   INTEGER NOT NULL,
    last    INTEGER NOT NULL, called TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (day, outside, device)
) WITHOUT ROWID;

CREATE INDEX contacts_outside ON contacts (outside, day);

CREATE TABLE days (
    day         TEXT    NOT NULL PRIMARY KEY,
    points      INTEGER NOT NULL,
    attacks     INTEGER NOT NULL,
    neutralised INTEGER NOT NULL,
    sky         TEXT    NOT NULL,
    infected    INTEGER NOT NULL
, late INTEGER NOT NULL DEFAULT 0, watched INTEGER NOT NULL DEFAULT 86400000000000) WITHOUT ROWID;

CREATE TABLE "decisions" (
    rule   TEXT    NOT NULL, -- abri.Rule: ban, exempt or trusted
    prefix TEXT    NOT NULL,
    door   TEXT    NOT NULL, -- abri.Door of a ban by source and service, else empty
    until  INTEGER NOT NULL, -- 0 is for ever
    by     TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    why    TEXT    NOT NULL, -- JSON of abri.Why
    PRIMARY KEY (rule, prefix, door)
) WITHOUT ROWID;

CREATE TABLE departures (
    outside  BLOB    NOT NULL,
    device   BLOB    NOT NULL,
    hour     INTEGER NOT NULL, -- its first instant
    called   TEXT    NOT NULL,
    flows    INTEGER NOT NULL,
    sent     INTEGER NOT NULL,
    received INTEGER NOT NULL,
    PRIMARY KEY (outside, device, hour)
) WITHOUT ROWID;

CREATE INDEX departures_hour ON departures (hour);

CREATE TABLE devices (
    mac       BLOB    NOT NULL, -- six bytes; of a device behind a router six zeros
    address   BLOB    NOT NULL, -- of a device without a MAC its address, else nothing
    addresses TEXT    NOT NULL, -- JSON, the latest first
    name      TEXT    NOT NULL,
    named_by  TEXT    NOT NULL,
    side      INTEGER NOT NULL, -- abri.Side
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    PRIMARY KEY (mac, address)
) WITHOUT ROWID;

CREATE TABLE hours (
    hour    INTEGER NOT NULL, -- its first instant
    side    INTEGER NOT NULL, -- abri.Side
    reason  TEXT    NOT NULL,
    packets INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    noise   INTEGER NOT NULL,
    PRIMARY KEY (hour, side, reason)
) WITHOUT ROWID;

CREATE TABLE isolated (
    device TEXT    NOT NULL PRIMARY KEY, -- an address, or that of a card
    by     TEXT    NOT NULL,
    at     INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE offenders (
    prefix TEXT    NOT NULL PRIMARY KEY,
    times  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    until  INTEGER NOT NULL,
    doors  TEXT    NOT NULL -- abri.Door, with spaces between; empty is every door
) WITHOUT ROWID;

CREATE INDEX offenders_last ON offenders (last);

CREATE TABLE operators (
    address       BLOB    NOT NULL PRIMARY KEY,
    first         INTEGER NOT NULL,
    last          INTEGER NOT NULL,
    registrations INTEGER NOT NULL,
    calls         INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE outbox (
    id       TEXT    NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE packed (
    id       TEXT    NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE parcel (
    epoch TEXT    NOT NULL,
    seq   INTEGER NOT NULL,
    body  BLOB    NOT NULL
);

CREATE TABLE questions (
    day    TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    device BLOB    NOT NULL,
    called TEXT    NOT NULL,
    times  INTEGER NOT NULL,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    PRIMARY KEY (day, name, device)
) WITHOUT ROWID;

CREATE INDEX questions_name ON questions (name, day);

CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE told (
    id    TEXT    NOT NULL PRIMARY KEY,
    shift INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE trials (
    kind     TEXT    NOT NULL PRIMARY KEY,
    since    INTEGER NOT NULL,
    promoted INTEGER NOT NULL, -- 0 while the rule observes
    by       TEXT    NOT NULL,
    held     INTEGER NOT NULL,
    would    INTEGER NOT NULL,
    doubts   INTEGER NOT NULL,
    releases INTEGER NOT NULL,
    released INTEGER NOT NULL
, lately TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
