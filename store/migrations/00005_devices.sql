-- +goose Up
-- Who is who on the inside, and by what names people know it. None of this ever leaves the box.
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
ALTER TABLE attacks ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN called TEXT NOT NULL DEFAULT '';

-- What was found by looking back is few, and asked for by itself.
CREATE INDEX attacks_looked ON attacks (last) WHERE substr(why, 1, 21) = '{"rule":"looked-back"';

-- Which names the devices of this site ask for, a row for each day, name and device.
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
