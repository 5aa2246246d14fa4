-- +goose Up
-- Calls by hour: how many, and how long in all. Prefix is a country code with two digits, or a number of help or a short one;
-- no whole number, and nobody of the site, is kept.
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
-- The servers of the telephone operator, as devices of the site chose them.
CREATE TABLE operators (
    address       BLOB    NOT NULL PRIMARY KEY,
    first         INTEGER NOT NULL,
    last          INTEGER NOT NULL,
    registrations INTEGER NOT NULL,
    calls         INTEGER NOT NULL
) WITHOUT ROWID;
