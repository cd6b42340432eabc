-- Everything some nodes came from.
-- ?1: JSON array of node ids; ?2: how many nodes to find at most.
-- UNION, not UNION ALL, and no depth beside the id: either would visit a node once for every way to it.
WITH RECURSIVE reached (id) AS (
  SELECT e.src FROM json_each(?1) AS start CROSS JOIN edge AS e ON e.dst = start.value
  UNION
  SELECT e.src FROM reached CROSS JOIN edge AS e ON e.dst = reached.id
  LIMIT ?2
)
SELECT id FROM reached
