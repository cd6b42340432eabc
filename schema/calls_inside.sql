-- The calls inside a call, at any depth.
-- ?1: JSON array of the call's node id.
WITH RECURSIVE inside (id) AS (
  SELECT c.id FROM json_each(?1) AS w CROSS JOIN call AS c ON c.parent = w.value
  UNION
  SELECT c.id FROM inside CROSS JOIN call AS c ON c.parent = inside.id
)
SELECT id FROM inside
