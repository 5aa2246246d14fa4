-- +goose Up
-- What left the devices of this site, and what came back: a row for each hour, outside address and device. It never leaves
-- the box.
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
