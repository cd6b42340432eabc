-- The models that were fitted on one of some contents as X, under all their nodes.
-- ?1: JSON array of content ids.
WITH RECURSIVE model (id) AS (
  SELECT made.dst
  FROM json_each(?1) AS w
  CROSS JOIN node AS x ON x.content = w.value
  CROSS JOIN edge AS e ON e.src = x.id
  JOIN name AS s ON s.id = e.slot
  JOIN call AS c ON c.id = e.dst
  CROSS JOIN edge AS made ON made.src = c.id AND made.via IS NULL
  JOIN node AS m ON m.id = made.dst
  WHERE s.text = 'X' AND m.kind = 'model'
  UNION
  SELECT e.dst FROM model CROSS JOIN edge AS e ON e.src = model.id JOIN name AS s ON s.id = e.slot WHERE s.text = 'same'
)
SELECT id FROM model
