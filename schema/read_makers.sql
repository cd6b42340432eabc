-- The call that put out each node.
-- ?1: JSON array of node ids.
SELECT e.dst, c.spec, c.started_us
FROM json_each(?1) AS wanted
CROSS JOIN edge AS e ON e.dst = wanted.value
CROSS JOIN call AS c ON c.id = e.src
