-- The nodes that show alarms, in the order in which they were recorded.
-- ?1: JSON array of alarm ids; the first column is the place in it.
SELECT w.key, m.role, n.run, n.seq, o.text, t.text, c.source
FROM json_each(?1) AS w
CROSS JOIN alarm_node AS m ON m.alarm = w.value
JOIN node AS n ON n.id = m.node
LEFT JOIN name AS t ON t.id = n.type
LEFT JOIN call AS c ON c.id = n.id
LEFT JOIN name AS o ON o.id = c.op
ORDER BY w.key, n.id
