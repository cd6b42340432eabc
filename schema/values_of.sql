-- The contents of all datasets with the same values as some nodes stand for: a dataset for itself, a call for what it
-- took as X, a model for what it was fitted on, a file for what was read from it.
-- ?1: JSON array of node ids.
WITH RECURSIVE named (id, kind) AS (
  SELECT n.id, n.kind FROM json_each(?1) AS w CROSS JOIN node AS n ON n.id = w.value
),
model (id) AS (
  SELECT id FROM named WHERE kind = 'model'
  UNION
  SELECT e.src FROM model CROSS JOIN edge AS e ON e.dst = model.id JOIN name AS s ON s.id = e.slot WHERE s.text = 'same'
),
taker (id) AS (
  SELECT id FROM named WHERE kind = 'call'
  UNION
  SELECT c.id FROM model CROSS JOIN edge AS e ON e.dst = model.id AND e.via IS NULL JOIN call AS c ON c.id = e.src
),
held (id) AS (
  SELECT id FROM named WHERE kind = 'dataset'
  UNION
  SELECT e.src FROM taker CROSS JOIN edge AS e ON e.dst = taker.id JOIN name AS s ON s.id = e.slot WHERE s.text = 'X'
  UNION
  SELECT o.dst FROM named CROSS JOIN edge AS i ON i.src = named.id JOIN call AS c ON c.id = i.dst
    JOIN name AS t ON t.id = c.op CROSS JOIN edge AS o ON o.src = c.id
  WHERE named.kind = 'artifact' AND t.text = 'read'
)
SELECT DISTINCT same.content
FROM held
CROSS JOIN node AS n ON n.id = held.id
CROSS JOIN dataset AS d ON d.content = n.content
CROSS JOIN dataset AS same ON same.values_digest = d.values_digest
