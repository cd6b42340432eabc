-- Everything some nodes flowed into.
-- ?1: JSON array of node ids; ?2: how many nodes to find at most.
WITH RECURSIVE reached (id) AS (
  SELECT e.dst FROM json_each(?1) AS start CROSS JOIN edge AS e ON e.src = start.value
  UNION
  SELECT e.dst FROM reached CROSS JOIN edge AS e ON e.src = reached.id
  LIMIT ?2
)
SELECT id FROM reached
