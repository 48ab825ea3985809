-- Version 2: full-text search over names, titles and descriptions. The text stays in tool_versions;
-- the index refers to it, and triggers keep the two together.

CREATE VIRTUAL TABLE tool_search USING fts5 (
  words, title, description,
  content = 'tool_versions', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER tool_search_insert AFTER INSERT ON tool_versions BEGIN
  INSERT INTO tool_search (rowid, words, title, description)
  VALUES (new.id, new.words, new.title, new.description);
END;

CREATE TRIGGER tool_search_delete AFTER DELETE ON tool_versions BEGIN
  INSERT INTO tool_search (tool_search, rowid, words, title, description)
  VALUES ('delete', old.id, old.words, old.title, old.description);
END;

CREATE TRIGGER tool_search_update AFTER UPDATE OF words, title, description ON tool_versions BEGIN
  INSERT INTO tool_search (tool_search, rowid, words, title, description)
  VALUES ('delete', old.id, old.words, old.title, old.description);
  INSERT INTO tool_search (rowid, words, title, description)
  VALUES (new.id, new.words, new.title, new.description);
END;

INSERT INTO tool_search (tool_search) VALUES ('rebuild');
