-- The alarms of runs and of their parts, in the order of the runs, the gravest first in each.
-- ?1: JSON array of run ids; ?2: kind, or nothing for all; ?3: least grade (0 note, 1 mild, 2 alarm).
WITH graded (id, run, kind, subject, rank) AS (
  SELECT id, run, kind, subject, CASE grade WHEN 'alarm' THEN 2 WHEN 'mild' THEN 1 ELSE 0 END FROM alarm
)
SELECT a.id
FROM json_each(?1) AS w
JOIN run AS r ON r.id = w.value
JOIN run AS part ON part.id = r.id OR part.part_of = r.uid
JOIN graded AS a ON a.run = part.id
WHERE (?2 = '' OR a.kind = ?2) AND a.rank >= ?3
ORDER BY w.key, a.rank DESC, a.kind, a.subject
