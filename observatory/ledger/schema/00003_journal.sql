-- A report's attacks stand here from its commit until they are entered into attacks and rollups, those of many reports
-- of a site at once. Who reads a site has its entries made first, so that nothing is missed.
CREATE TABLE journal (
    site    BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    digest  BYTEA  NOT NULL, -- of the report
    entries BYTEA  NOT NULL, -- its attacks, in the form of form.go
    PRIMARY KEY (site, at, digest)
);

-- What an attack was told with stands in a form of our own (form.go), a quarter of its JSON, which is read still.
ALTER TABLE attacks ADD COLUMN told BYTEA NOT NULL DEFAULT '';
UPDATE attacks SET told = octets(detail);
ALTER TABLE attacks DROP COLUMN detail;
