-- What flowed into the call that made a model: slot, digest, and what stands for it where there is no digest.
-- ?1: node id of the model.
SELECT slot.text, c.digest, coalesce(name.text, type.text, n.kind)
FROM edge AS made
JOIN call ON call.id = made.src
JOIN edge AS e ON e.dst = call.id
JOIN name AS slot ON slot.id = e.slot
JOIN node AS n ON n.id = e.src
LEFT JOIN content AS c ON c.id = n.content
LEFT JOIN name AS type ON type.id = n.type
LEFT JOIN name AS name ON name.id = n.name
WHERE made.dst = ?1
ORDER BY slot.text, e.src
