-- What calls measured: call, metric, value.
-- ?1: JSON array of node ids.
SELECT m.call, m.name, m.value
FROM json_each(?1) AS wanted
CROSS JOIN metric AS m ON m.call = wanted.value
ORDER BY m.call, m.name, m.id
