-- Version 7: attention, the worse of a tool's level and its findings that ask for it
-- (model/finding_kinds.h), is what questions are ordered and counted by. Here it is worked out for
-- what was judged before; whoever writes a verdict writes it too.

ALTER TABLE verdicts ADD COLUMN attention INTEGER NOT NULL DEFAULT 0;
UPDATE verdicts SET attention = risk;
UPDATE verdicts SET attention = max(risk, coalesce(
  (SELECT max(CASE json_extract(f.value, '$.severity') WHEN 'Critical' THEN 3 WHEN 'High' THEN 2
              ELSE 0 END)
   FROM json_each(document, '$.findings') AS f
   WHERE json_extract(f.value, '$.id') IN (
     'annotation-contradiction', 'ansi-escape', 'concealment', 'cross-tool-directive',
     'definition-changed', 'invisible-unicode', 'name-collision', 'parameter-exfiltration',
     'preference-manipulation', 'secret-in-definition', 'too-large-to-read', 'tool-poisoning')), 0))
WHERE id IN (SELECT verdict_id FROM verdict_findings
             WHERE finding IN (
     'annotation-contradiction', 'ansi-escape', 'concealment', 'cross-tool-directive',
     'definition-changed', 'invisible-unicode', 'name-collision', 'parameter-exfiltration',
     'preference-manipulation', 'secret-in-definition', 'too-large-to-read', 'tool-poisoning'));

ALTER TABLE current_tools ADD COLUMN attention INTEGER;
UPDATE current_tools SET attention = (SELECT attention FROM verdicts WHERE id = verdict_id);

DROP INDEX current_tools_by_risk;
DROP INDEX current_tools_by_category;
CREATE INDEX current_tools_by_risk
  ON current_tools (attention DESC, risk DESC, server, name, tool_id);
CREATE INDEX current_tools_by_category
  ON current_tools (category, attention DESC, risk DESC, server, name, tool_id, confidence);
