-- The calls that took one of some contents as X.
-- ?1: JSON array of content ids.
SELECT DISTINCT e.dst
FROM json_each(?1) AS w
CROSS JOIN node AS x ON x.content = w.value
CROSS JOIN edge AS e ON e.src = x.id
JOIN name AS s ON s.id = e.slot
JOIN call AS c ON c.id = e.dst
WHERE s.text = 'X'
