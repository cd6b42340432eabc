-- What flowed into nodes: destination, source, slot, how it was resolved.
-- ?1: JSON array of node ids.
SELECT e.dst, e.src, e.slot, e.via
FROM json_each(?1) AS wanted
CROSS JOIN edge AS e ON e.dst = wanted.value
ORDER BY e.dst, e.src, e.slot
