-- What flowed into a call: slot, digest, and what stands for it where there is no digest.
-- ?1: node id of the call.
SELECT slot.text, c.digest, coalesce(name.text, type.text, n.kind)
FROM edge AS e
JOIN name AS slot ON slot.id = e.slot
JOIN node AS n ON n.id = e.src
LEFT JOIN content AS c ON c.id = n.content
LEFT JOIN name AS type ON type.id = n.type
LEFT JOIN name AS name ON name.id = n.name
WHERE e.dst = ?1
ORDER BY slot.text, e.src
