-- Who may sign in, and what was done. These tables belong to no site: with Citus they stay on the coordinator. Of every
-- secret only a hash is kept.

CREATE TABLE people (
    person   TEXT   NOT NULL PRIMARY KEY, -- random
    name     TEXT   NOT NULL,
    mail     TEXT   NOT NULL,
    subject  TEXT   NOT NULL, -- who he is at the OpenID provider, once he came from there
    role     TEXT   NOT NULL,
    invited  BIGINT NOT NULL,
    maker    TEXT   NOT NULL,
    joined   BIGINT NOT NULL, -- when he first signed in
    revoked  BIGINT NOT NULL,
    selector TEXT   NOT NULL, -- of the recovery code: by which it is found
    recovery TEXT   NOT NULL  -- of the rest of it: a slow hash
);

CREATE TABLE scopes (
    person TEXT   NOT NULL,
    sort   TEXT   NOT NULL, -- group, site
    number BIGINT NOT NULL,
    PRIMARY KEY (person, sort, number)
) /* clustered */;

-- Links by which somebody signs in once.
CREATE TABLE links (
    digest BYTEA  NOT NULL PRIMARY KEY, -- SHA-256 of the secret
    person TEXT   NOT NULL,
    made   BIGINT NOT NULL,
    until  BIGINT NOT NULL
);

CREATE TABLE passkeys (
    id         BYTEA  NOT NULL PRIMARY KEY, -- of the credential
    person     TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    credential TEXT   NOT NULL, -- public key and counters, in JSON
    made       BIGINT NOT NULL,
    used       BIGINT NOT NULL
);
CREATE INDEX passkeys_person ON passkeys (person);

CREATE TABLE sessions (
    digest BYTEA  NOT NULL PRIMARY KEY, -- SHA-256 of the cookie's word
    person TEXT   NOT NULL,
    since  BIGINT NOT NULL,
    seen   BIGINT NOT NULL,
    origin TEXT   NOT NULL, -- from where
    means  TEXT   NOT NULL  -- passkey, openid, recovery, link
);
CREATE INDEX sessions_person ON sessions (person);

-- What was asked of a browser and waits for its answer: each is answered once, at whichever process.
CREATE TABLE challenges (
    digest BYTEA  NOT NULL PRIMARY KEY,
    sort   TEXT   NOT NULL,
    detail TEXT   NOT NULL,
    until  BIGINT NOT NULL
);

-- Append-only: the database itself refuses a change, and each entry holds the hash of the one before.
CREATE TABLE audit (
    number BIGINT NOT NULL PRIMARY KEY,
    at     BIGINT NOT NULL,
    who    TEXT   NOT NULL,
    origin TEXT   NOT NULL,
    act    TEXT   NOT NULL,
    target TEXT   NOT NULL,
    result TEXT   NOT NULL,
    before BYTEA  NOT NULL,
    hash   BYTEA  NOT NULL
);
