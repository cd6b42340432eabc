-- Nodes by id with the shape and digest of their content.
-- ?1: JSON array of node ids; the first column is the place in it.
SELECT wanted.key, n.run, n.seq, n.kind, n.type, n.name, c.digest, d.rows, d.columns
FROM json_each(?1) AS wanted
CROSS JOIN node AS n ON n.id = wanted.value
LEFT JOIN content AS c ON c.id = n.content
LEFT JOIN dataset AS d ON d.content = n.content
