-- +goose Up
CREATE TABLE decided (
    rule   TEXT    NOT NULL, -- abri.Rule: ban, exempt or trusted
    prefix TEXT    NOT NULL,
    door   TEXT    NOT NULL, -- abri.Door of a ban by source and service, else empty
    until  INTEGER NOT NULL, -- 0 is for ever
    by     TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    why    TEXT    NOT NULL, -- JSON of abri.Why
    PRIMARY KEY (rule, prefix, door)
) WITHOUT ROWID;
INSERT INTO decided (rule, prefix, door, until, by, at, why) SELECT rule, prefix, '', until, by, at, why FROM decisions;
DROP TABLE decisions;
ALTER TABLE decided RENAME TO decisions;

CREATE TABLE offenders (
    prefix TEXT    NOT NULL PRIMARY KEY,
    times  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    until  INTEGER NOT NULL,
    doors  TEXT    NOT NULL -- abri.Door, with spaces between; empty is every door
) WITHOUT ROWID;
CREATE INDEX offenders_last ON offenders (last);

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
) WITHOUT ROWID;

CREATE TABLE isolated (
    device TEXT    NOT NULL PRIMARY KEY, -- an address, or that of a card
    by     TEXT    NOT NULL,
    at     INTEGER NOT NULL
) WITHOUT ROWID;
