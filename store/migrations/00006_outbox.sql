-- +goose Up
-- What the observatory is still to be told: each attack that is written is noted here by the database itself, so that
-- none can be forgotten. A parcel is the one report that waits for its answer; packed says what it holds. told remembers
-- by how much the times of an attack were moved when it was first told (a wrong clock), so that its day never changes.
CREATE TABLE outbox (
    id       TEXT    NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE parcel (
    epoch TEXT    NOT NULL,
    seq   INTEGER NOT NULL,
    body  BLOB    NOT NULL
);
CREATE TABLE packed (
    id       TEXT    NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE told (
    id    TEXT    NOT NULL PRIMARY KEY,
    shift INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO outbox (id, revision) SELECT id, revision FROM attacks;

-- +goose StatementBegin
CREATE TRIGGER attacks_are_told AFTER INSERT ON attacks
BEGIN
    INSERT INTO outbox (id, revision) VALUES (new.id, new.revision) ON CONFLICT (id) DO UPDATE SET revision = excluded.revision;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER revisions_are_told AFTER UPDATE ON attacks
BEGIN
    INSERT INTO outbox (id, revision) VALUES (new.id, new.revision) ON CONFLICT (id) DO UPDATE SET revision = excluded.revision;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER what_is_swept_is_not_told AFTER DELETE ON attacks
BEGIN
    DELETE FROM outbox WHERE id = old.id;
    DELETE FROM told WHERE id = old.id;
END;
-- +goose StatementEnd
