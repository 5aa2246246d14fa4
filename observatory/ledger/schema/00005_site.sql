-- A site's year in one place: by its key the rows of a site lie a day apart. All that is counted stands in the index, so that
-- nothing else is read.
CREATE INDEX rollups_site ON rollups (site, day, kind, service, country, attacks, neutralised, would_block);
