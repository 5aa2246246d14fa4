-- What programs may ask, and what they are told. These tables belong to no site: with Citus they stay on the coordinator.

-- Keys by which a program reads and acts for a person, never beyond what that person may do.
CREATE TABLE keys (
    id        TEXT   NOT NULL PRIMARY KEY,
    digest    BYTEA  NOT NULL, -- SHA-256 of the secret
    person    TEXT   NOT NULL,
    name      TEXT   NOT NULL,
    role      TEXT   NOT NULL,
    of_groups TEXT   NOT NULL, -- numbers; with of_sites empty: the person's own scope
    of_sites  TEXT   NOT NULL,
    made      BIGINT NOT NULL,
    until     BIGINT NOT NULL,
    used      BIGINT NOT NULL
);

CREATE TABLE webhooks (
    webhook  TEXT   NOT NULL PRIMARY KEY,
    person   TEXT   NOT NULL, -- whose scope it has
    name     TEXT   NOT NULL,
    url      TEXT   NOT NULL,
    secret   BYTEA  NOT NULL, -- which signs: it can't be a hash
    topics   TEXT   NOT NULL,
    severity TEXT   NOT NULL, -- of attacks
    near     BIGINT NOT NULL, -- 1: it may lie in the observatory's own network
    made     BIGINT NOT NULL,
    failing  BIGINT NOT NULL, -- since when nobody takes what it is told
    stopped  BIGINT NOT NULL, -- when it was given up
    dropped  BIGINT NOT NULL  -- how many were left out because too many waited
);

-- What webhooks are told: each once, in the transaction in which it happened, and kept until it is old.
CREATE TABLE calls (
    webhook TEXT   NOT NULL,
    id      TEXT   NOT NULL, -- of what happened: the same for every webhook
    topic   TEXT   NOT NULL,
    site    BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    due     BIGINT NOT NULL,
    tries   BIGINT NOT NULL,
    ended   BIGINT NOT NULL, -- when it was taken or given up
    answer  TEXT   NOT NULL, -- the last
    PRIMARY KEY (webhook, id)
);
CREATE INDEX calls_due ON calls (ended, due);
