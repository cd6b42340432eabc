-- The nodes of a run, of its parts, or of all runs of an experiment or a project.
-- ?1: node id of the run, experiment or project.
WITH chosen (id, uid) AS (
  SELECT id, uid FROM run WHERE id = ?1
  UNION
  SELECT id, uid FROM run WHERE experiment = ?1
  UNION
  SELECT r.id, r.uid FROM experiment AS e JOIN run AS r ON r.experiment = e.id WHERE e.project = ?1
),
whole (id) AS (
  SELECT id FROM chosen
  UNION
  SELECT part.id FROM chosen JOIN run AS part ON part.part_of = chosen.uid
)
SELECT n.id
FROM whole
CROSS JOIN node AS n ON n.run = whole.id
WHERE n.seq > 0
ORDER BY n.id
