-- The nodes that hold one of some contents, newest first.
-- ?1: JSON array of content ids.
SELECT n.id
FROM node AS n
JOIN run AS r ON r.id = n.run
WHERE n.content IN (SELECT value FROM json_each(?1))
ORDER BY r.started_us DESC, r.uid DESC, n.seq DESC
