-- Version 2: full-text search over names, titles and descriptions. The text stays in tool_versions
-- and the index refers to it. There is no trigger: rows of tool_versions are never changed or removed,
-- and the program adds all new ones of a listing to the index in one statement, since an index that is
-- fed row by row writes a segment for each.

CREATE VIRTUAL TABLE tool_search USING fts5 (
  words, title, description,
  content = 'tool_versions', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2'
);

INSERT INTO tool_search (tool_search) VALUES ('rebuild');
