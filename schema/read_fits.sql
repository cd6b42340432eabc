-- The calls that fitted models, and what flowed into them. A model that was named later leads to the one it is the same
-- as.
-- ?1: JSON array of node ids of models.
WITH RECURSIVE origin (model, node) AS (
  SELECT value, value FROM json_each(?1)
  UNION
  SELECT origin.model, e.src FROM origin JOIN edge AS e ON e.dst = origin.node JOIN name AS slot ON slot.id = e.slot
  WHERE slot.text = 'same'
)
SELECT origin.model, call.id, op.text, slot.text, n.id, n.kind
FROM origin
CROSS JOIN edge AS made ON made.dst = origin.node AND made.via IS NULL
CROSS JOIN call ON call.id = made.src
CROSS JOIN name AS op ON op.id = call.op
LEFT JOIN edge AS given ON given.dst = call.id
LEFT JOIN name AS slot ON slot.id = given.slot
LEFT JOIN node AS n ON n.id = given.src
ORDER BY origin.model, call.id, n.id
