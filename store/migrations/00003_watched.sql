-- +goose Up
-- How much of a day was watched, and how long after midnight that began, in nanoseconds. Days of earlier versions count as
-- whole ones.
ALTER TABLE days ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
ALTER TABLE days ADD COLUMN watched INTEGER NOT NULL DEFAULT 86400000000000;
