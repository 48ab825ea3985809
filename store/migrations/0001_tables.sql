-- Version 1: what servers said, what was made of it, and when.
--
-- Times are seconds since 1970 (UTC) and come from the caller. Hashes are 32 bytes of SHA-256.
-- Codes: category 0 Read, 1 Write, 2 Execute, 3 Destructive, 4 Financial;
-- risk 0 Low, 1 Medium, 2 High, 3 Critical.

PRAGMA application_id = 1835233394;  -- "mcpr" as four bytes, so that a stranger's file is told apart

CREATE TABLE servers (
  id                INTEGER PRIMARY KEY,
  name              TEXT NOT NULL UNIQUE,    -- the server id that people use
  title             TEXT NOT NULL,           -- these six: the newest that is known, listed or not
  description       TEXT NOT NULL,
  source            TEXT NOT NULL,
  version           TEXT NOT NULL,
  transport         TEXT NOT NULL,
  origin            TEXT NOT NULL,           -- never with user info or credentials
  first_seen        INTEGER NOT NULL,
  last_observation  INTEGER REFERENCES observations(id),
  last_listed       INTEGER REFERENCES observations(id),  -- the newest that gave tools
  current_listing   INTEGER REFERENCES listings(id),      -- these two: what current_tools shows
  current_judgement INTEGER REFERENCES judgements(id)
) STRICT;

-- What a server said, once per distinct content: a server that says the same again gets no new row.
CREATE TABLE listings (
  id                    INTEGER PRIMARY KEY,
  server_id             INTEGER NOT NULL REFERENCES servers(id),
  hash                  BLOB NOT NULL CHECK (length(hash) = 32),
  first_seen            INTEGER NOT NULL,
  title                 TEXT NOT NULL,
  description           TEXT NOT NULL,
  version               TEXT NOT NULL,
  instructions          TEXT NOT NULL,
  protocol_version      TEXT NOT NULL,
  server_info_name      TEXT NOT NULL,
  server_info_version   TEXT NOT NULL,
  server_capabilities   TEXT NOT NULL,       -- canonical JSON
  declared_capabilities TEXT NOT NULL,       -- canonical JSON
  transport             TEXT NOT NULL,
  UNIQUE (server_id, hash)
) STRICT;

-- One row for each attempt, whatever came of it.
CREATE TABLE observations (
  id               INTEGER PRIMARY KEY,
  server_id        INTEGER NOT NULL REFERENCES servers(id),
  at               INTEGER NOT NULL,
  outcome          TEXT NOT NULL,
  listing_id       INTEGER REFERENCES listings(id),  -- null unless outcome is 'listed'
  failure          TEXT NOT NULL,
  origin           TEXT NOT NULL,
  flags            TEXT NOT NULL,            -- JSON array of words
  credential_class TEXT NOT NULL,
  challenge        TEXT NOT NULL,
  last_words       TEXT NOT NULL,
  cache_scope      TEXT NOT NULL,
  ttl_ms           INTEGER,
  elapsed_ms       INTEGER NOT NULL,
  bytes_received   INTEGER NOT NULL,
  pages            INTEGER NOT NULL,
  CHECK ((outcome = 'listed') = (listing_id IS NOT NULL))
) STRICT;
CREATE INDEX observations_by_server ON observations (server_id, at);

-- A definition, once for all servers and times that gave it.
CREATE TABLE tool_versions (
  id          INTEGER PRIMARY KEY,
  hash        BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),  -- of definition
  name        TEXT NOT NULL,
  words       TEXT NOT NULL,                 -- the name, and its words in lower case
  title       TEXT NOT NULL,
  description TEXT NOT NULL,
  definition  TEXT NOT NULL                  -- the whole object, canonical JSON
) STRICT;

CREATE TABLE listing_tools (
  listing_id INTEGER NOT NULL REFERENCES listings(id),
  tool_id    INTEGER NOT NULL REFERENCES tool_versions(id),
  PRIMARY KEY (listing_id, tool_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_tools_by_tool ON listing_tools (tool_id, listing_id);

-- A verdict without the names of server, tool and rules, once for all tools it was given to.
CREATE TABLE verdicts (
  id         INTEGER PRIMARY KEY,
  hash       BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),  -- of document
  category   INTEGER NOT NULL CHECK (category BETWEEN 0 AND 4),
  risk       INTEGER NOT NULL CHECK (risk BETWEEN 0 AND 3),
  confidence REAL NOT NULL,
  document   TEXT NOT NULL                   -- canonical JSON
) STRICT;

CREATE TABLE verdict_capabilities (
  capability TEXT NOT NULL,
  verdict_id INTEGER NOT NULL REFERENCES verdicts(id),
  PRIMARY KEY (capability, verdict_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE verdict_attacks (
  attack     TEXT NOT NULL,
  verdict_id INTEGER NOT NULL REFERENCES verdicts(id),
  PRIMARY KEY (attack, verdict_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE verdict_findings (
  finding    TEXT NOT NULL,
  verdict_id INTEGER NOT NULL REFERENCES verdicts(id),
  PRIMARY KEY (finding, verdict_id)
) STRICT, WITHOUT ROWID;

-- One pass of one version of the rules over one listing. A verdict depends on siblings and server
-- text, so the listing is part of the key.
CREATE TABLE judgements (
  id            INTEGER PRIMARY KEY,
  listing_id    INTEGER NOT NULL REFERENCES listings(id),
  rules_version TEXT NOT NULL,
  judged_at     INTEGER NOT NULL,            -- the last time these rules were applied
  UNIQUE (listing_id, rules_version)
) STRICT;

CREATE TABLE judgement_verdicts (
  judgement_id INTEGER NOT NULL REFERENCES judgements(id),
  tool_id      INTEGER NOT NULL REFERENCES tool_versions(id),
  verdict_id   INTEGER NOT NULL REFERENCES verdicts(id),
  PRIMARY KEY (judgement_id, tool_id)
) STRICT, WITHOUT ROWID;

-- The newest listing of every server with its newest verdicts: what all questions are asked of.
-- Follows from the tables above and is brought up to date in the same transaction.
CREATE TABLE current_tools (
  server_id  INTEGER NOT NULL REFERENCES servers(id),
  name       TEXT NOT NULL,
  tool_id    INTEGER NOT NULL REFERENCES tool_versions(id),
  verdict_id INTEGER REFERENCES verdicts(id),  -- null: not judged yet, as the three below
  category   INTEGER,
  risk       INTEGER,
  confidence REAL,
  first_seen INTEGER NOT NULL,               -- of this definition on this server
  changed_at INTEGER NOT NULL,               -- since when it is in force without a break
  PRIMARY KEY (server_id, name, tool_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX current_tools_by_risk ON current_tools (risk, category, server_id);
CREATE INDEX current_tools_by_name ON current_tools (name);
CREATE INDEX current_tools_by_tool ON current_tools (tool_id);
CREATE INDEX current_tools_by_verdict ON current_tools (verdict_id);
