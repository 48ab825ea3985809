-- Version 3: the names that a server goes by, and who says so. Two entries of indexes that share one
-- are the same server.

CREATE TABLE aliases (
  kind       TEXT NOT NULL,                  -- npm, pypi, oci, endpoint, repository, registry …
  value      TEXT NOT NULL,
  server_id  INTEGER NOT NULL REFERENCES servers(id),
  evidence   TEXT NOT NULL,                  -- what states it, as an index and the name in it
  first_seen INTEGER NOT NULL,
  PRIMARY KEY (kind, value, server_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_by_server ON aliases (server_id);
