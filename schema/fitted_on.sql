-- The content of the data that a model was fitted on. A model that was named later leads to the one it is the same as.
-- ?1: node id of the model.
WITH RECURSIVE model (id) AS (
  SELECT ?1
  UNION
  SELECT e.src FROM model JOIN edge AS e ON e.dst = model.id JOIN name AS slot ON slot.id = e.slot
  WHERE slot.text = 'same'
)
SELECT x.content
FROM model
JOIN edge AS made ON made.dst = model.id AND made.via IS NULL
JOIN call ON call.id = made.src
JOIN edge AS given ON given.dst = call.id
JOIN name AS slot ON slot.id = given.slot AND slot.text = 'X'
JOIN node AS x ON x.id = given.src
JOIN dataset AS d ON d.content = x.content
LIMIT 1
