-- +goose Up
-- Whom a rule on trial would have stopped last: prefixes, the latest first, with spaces between.
ALTER TABLE trials ADD COLUMN lately TEXT NOT NULL DEFAULT '';
