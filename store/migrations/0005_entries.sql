-- Version 5: an id tells entries apart that start one package in different ways, as
-- "npm:NAME#3f2a" (docs/cli.md, Identity).

-- How the configuration that named the server last calls it; empty if none did.
ALTER TABLE servers ADD COLUMN config_name TEXT NOT NULL DEFAULT '';
-- 1: recorded since ids do so. 0: of an older catalogue, where one id stood for all entries of a
-- package; the first entry that is started just as this one was takes it over.
ALTER TABLE servers ADD COLUMN entry_known INTEGER NOT NULL DEFAULT 0;
