-- Nodes of runs in the order of (start of the run, uid of the run, number in the run), newest first.
-- ?1: JSON array of node ids.
SELECT n.id
FROM json_each(?1) AS wanted
CROSS JOIN node AS n ON n.id = wanted.value
JOIN run AS r ON r.id = n.run
ORDER BY r.started_us DESC, r.uid DESC, n.seq DESC
