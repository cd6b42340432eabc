-- Calls by id with the place of the call they ran inside of.
-- ?1: JSON array of node ids.
SELECT c.id, c.op, c.spec, c.status, c.started_us, c.took_us, c.overhead_us, c.error_type, c.error, c.source,
       p.run, p.seq
FROM json_each(?1) AS wanted
CROSS JOIN call AS c ON c.id = wanted.value
LEFT JOIN node AS p ON p.id = c.parent
