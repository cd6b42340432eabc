-- The recorded model or file with a digest, best first: taken in the same slot before, the same run, the earliest.
-- ?1: digest; ?2: slot of the input; ?3: node id of the run; ?4: kind.
SELECT n.id, r.uid, n.seq,
  EXISTS (SELECT 1 FROM edge AS u JOIN name AS s ON s.id = u.slot WHERE u.src = n.id AND s.text = ?2) AS same_slot,
  n.run = ?3 AS same_run
FROM content AS t
JOIN node AS n ON n.content = t.id
JOIN run AS r ON r.id = n.run
WHERE t.digest = ?1 AND n.kind = ?4 AND EXISTS (SELECT 1 FROM edge AS e WHERE e.dst = n.id)
ORDER BY same_slot DESC, same_run DESC, r.started_us, r.uid, n.seq
