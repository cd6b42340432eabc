-- The nodes of a run as the search for leakage needs them, and what its calls are.
-- ?1: node id of the run.
SELECT n.id, n.seq, n.kind, n.type, n.content, c.op, c.parent, c.status, l.what, d.rows
FROM node AS n
LEFT JOIN call AS c ON c.id = n.id
LEFT JOIN dataset AS d ON d.content = n.content
LEFT JOIN learnt AS l ON l.call = n.id
WHERE n.run = ?1 AND n.seq > 0
ORDER BY n.id
