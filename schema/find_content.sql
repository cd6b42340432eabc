-- Contents with occurrences whose digest, or digest of values alone, lies in a range.
-- ?1, ?2: first and last digest.
SELECT c.digest, c.id, c.kind
FROM content AS c
WHERE c.digest BETWEEN ?1 AND ?2 AND EXISTS (SELECT 1 FROM node WHERE node.content = c.id)
UNION ALL
SELECT d.values_digest, d.content, 'values'
FROM dataset AS d
WHERE d.values_digest BETWEEN ?1 AND ?2 AND EXISTS (SELECT 1 FROM node WHERE node.content = d.content)
LIMIT 100
