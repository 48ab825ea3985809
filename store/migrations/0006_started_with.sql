-- Version 6: how a server was started that did not list when it was started plainly.

ALTER TABLE observations ADD COLUMN started_with TEXT NOT NULL DEFAULT '';
