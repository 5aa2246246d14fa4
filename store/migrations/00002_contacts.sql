-- +goose Up
-- With whom the devices of this site speak, a row for each day, outside address and device. It never leaves the box.
CREATE TABLE contacts (
    day     TEXT    NOT NULL,
    outside BLOB    NOT NULL,
    device  BLOB    NOT NULL,
    flows   INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    first   INTEGER NOT NULL,
    last    INTEGER NOT NULL,
    PRIMARY KEY (day, outside, device)
) WITHOUT ROWID;
CREATE INDEX contacts_outside ON contacts (outside, day);
