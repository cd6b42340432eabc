-- Nodes as the search for the first difference needs them, and what their calls are.
-- ?1: JSON array of node ids.
SELECT n.id, n.kind, n.type, n.name, n.content, c.op, c.spec, c.parent, c.status
FROM json_each(?1) AS wanted
CROSS JOIN node AS n ON n.id = wanted.value
LEFT JOIN call AS c ON c.id = n.id
ORDER BY n.id
