-- Version 4: questions are answered in the order of an index, so that a page of a large catalogue is
-- read and not sorted. The name of the server stands in current_tools too, since every order ends in
-- server and tool.

ALTER TABLE current_tools ADD COLUMN server TEXT NOT NULL DEFAULT '';
UPDATE current_tools SET server = (SELECT name FROM servers WHERE id = server_id);

DROP INDEX current_tools_by_risk;
DROP INDEX current_tools_by_name;
CREATE INDEX current_tools_by_risk ON current_tools (risk DESC, server, name, tool_id);
-- The confidence lets a question for uncertain tools of one category be answered here alone.
CREATE INDEX current_tools_by_category
  ON current_tools (category, risk DESC, server, name, tool_id, confidence);
CREATE INDEX current_tools_by_name ON current_tools (name, server, tool_id);
CREATE INDEX current_tools_by_change ON current_tools (changed_at DESC, server, name, tool_id);
