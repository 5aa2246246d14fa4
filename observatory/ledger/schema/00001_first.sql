-- One schema for SQLite and PostgreSQL. Times are nanoseconds since 1970 in UTC, 0 for none; a day is 20260305, and in
-- totals a month is 20260300. Every table of a site has the site in its key, and none refers to another's rows, so that
-- Citus can spread them by site; keys that grow with time begin with the day. "clustered" is WITHOUT ROWID in SQLite.

CREATE TABLE sites (
    site       BIGINT NOT NULL PRIMARY KEY,
    sort       TEXT   NOT NULL, -- commune, firm, association
    code       TEXT   NOT NULL, -- INSEE, SIRET or RNA
    name       TEXT   NOT NULL,
    trade      TEXT   NOT NULL,
    place      TEXT   NOT NULL, -- before or behind the translation of the router
    person     TEXT   NOT NULL,
    mail       TEXT   NOT NULL,
    telephone  TEXT   NOT NULL,
    named      BIGINT NOT NULL, -- 1: it agreed to be named in public
    shipped    BIGINT NOT NULL, -- when its box was sent
    created    BIGINT NOT NULL
);

CREATE TABLE groups_of_sites (
    grp  BIGINT NOT NULL PRIMARY KEY,
    sort TEXT   NOT NULL, -- epci, canton, trade, technician
    code TEXT   NOT NULL,
    name TEXT   NOT NULL
);

CREATE TABLE members (
    site BIGINT NOT NULL,
    grp  BIGINT NOT NULL,
    PRIMARY KEY (site, grp)
) /* clustered */;
CREATE INDEX members_grp ON members (grp, site);

CREATE TABLE invitations (
    site    BIGINT NOT NULL,
    digest  BYTEA  NOT NULL, -- SHA-256 of the secret
    made    BIGINT NOT NULL,
    until   BIGINT NOT NULL,
    maker   TEXT   NOT NULL,
    used    BIGINT NOT NULL,
    PRIMARY KEY (site, digest)
);

CREATE TABLE boxes (
    site        BIGINT NOT NULL,
    box         TEXT   NOT NULL,
    state       TEXT   NOT NULL, -- candidate, confirmed, revoked
    fingerprint BYTEA  NOT NULL, -- SHA-256 of its public key
    request     BYTEA  NOT NULL, -- its certificate signing request
    words       TEXT   NOT NULL,
    software    TEXT   NOT NULL,
    asked       BIGINT NOT NULL,
    confirmed   BIGINT NOT NULL,
    confirmer   TEXT   NOT NULL,
    expires     BIGINT NOT NULL,
    suspicion   TEXT   NOT NULL, -- a reason that a person should look at, such as cloned
    PRIMARY KEY (site, box)
);

-- The last report of each box: its number, what it was, and where the box stood.
CREATE TABLE receipts (
    site        BIGINT NOT NULL,
    box         TEXT   NOT NULL,
    epoch       TEXT   NOT NULL,
    seq         BIGINT NOT NULL,
    digest      BYTEA  NOT NULL,
    at          BIGINT NOT NULL,
    software    TEXT   NOT NULL,
    done        BIGINT NOT NULL,
    mode        TEXT   NOT NULL,
    sky         TEXT   NOT NULL,
    points      BIGINT NOT NULL,
    attacks     BIGINT NOT NULL,
    neutralised BIGINT NOT NULL,
    wanted      BIGINT NOT NULL,
    enforced    BIGINT NOT NULL,
    troubles    TEXT   NOT NULL,
    PRIMARY KEY (site, box)
);

-- Epochs that a box has left. One that comes back is a second box with the same certificate.
CREATE TABLE epochs (
    site  BIGINT NOT NULL,
    box   TEXT   NOT NULL,
    epoch TEXT   NOT NULL,
    ended BIGINT NOT NULL,
    PRIMARY KEY (site, box, epoch)
);

CREATE TABLE attacks (
    day      INTEGER NOT NULL,
    site     BIGINT  NOT NULL,
    id       BYTEA   NOT NULL,
    revision BIGINT  NOT NULL,
    kind     TEXT    NOT NULL,
    service  TEXT    NOT NULL,
    country  TEXT    NOT NULL,
    outcome  TEXT    NOT NULL,
    counted  BIGINT  NOT NULL, -- for how many attacks the row stands
    last     BIGINT  NOT NULL,
    detail   TEXT    NOT NULL, -- fleet.Attack in JSON
    PRIMARY KEY (day, site, id)
) /* clustered */;

CREATE TABLE rollups (
    day         INTEGER NOT NULL,
    site        BIGINT  NOT NULL,
    kind        TEXT    NOT NULL,
    service     TEXT    NOT NULL,
    country     TEXT    NOT NULL,
    attacks     BIGINT  NOT NULL,
    neutralised BIGINT  NOT NULL,
    would_block BIGINT  NOT NULL,
    PRIMARY KEY (day, site, kind, service, country)
) /* clustered */;

CREATE TABLE days (
    day         INTEGER NOT NULL,
    site        BIGINT  NOT NULL,
    sky         TEXT    NOT NULL,
    points      BIGINT  NOT NULL,
    attacks     BIGINT  NOT NULL,
    neutralised BIGINT  NOT NULL,
    noise       BIGINT  NOT NULL,
    watched     BIGINT  NOT NULL, -- seconds
    PRIMARY KEY (day, site)
) /* clustered */;

-- Days of a site that changed since the totals were made.
CREATE TABLE changes (
    day  INTEGER NOT NULL,
    site BIGINT  NOT NULL,
    at   BIGINT  NOT NULL,
    PRIMARY KEY (day, site)
) /* clustered */;

-- Sums over a group (0: everybody), by nothing, kind, service or country. They are made from the rollups, once a minute.
CREATE TABLE totals (
    day         INTEGER NOT NULL,
    grp         BIGINT  NOT NULL,
    sort        TEXT    NOT NULL, -- all, kind, service, country
    word        TEXT    NOT NULL,
    attacks     BIGINT  NOT NULL,
    neutralised BIGINT  NOT NULL,
    would_block BIGINT  NOT NULL,
    PRIMARY KEY (day, grp, sort, word)
) /* clustered */;

CREATE TABLE orders (
    site   BIGINT NOT NULL,
    number BIGINT NOT NULL,
    verb   TEXT   NOT NULL,
    prefix TEXT   NOT NULL,
    until  BIGINT NOT NULL,
    maker  TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (site, number)
);
CREATE INDEX orders_at ON orders (at);

-- What a site's contact is told: once each.
CREATE TABLE notices (
    site  BIGINT NOT NULL,
    sort  TEXT   NOT NULL, -- silent, invited
    since BIGINT NOT NULL,
    told  BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    PRIMARY KEY (site, sort, since)
);

-- Beside the sites: the same on every server.
CREATE TABLE communes (
    code       TEXT             NOT NULL PRIMARY KEY,
    name       TEXT             NOT NULL,
    department TEXT             NOT NULL,
    population BIGINT           NOT NULL,
    longitude  DOUBLE PRECISION NOT NULL,
    latitude   DOUBLE PRECISION NOT NULL,
    contour    TEXT             NOT NULL -- GeoJSON geometry, "" for none
);

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
