-- Where an input may come from: nodes whose values, or one of whose columns, have its digest, best first.
-- ?1: digest of the values or of a column; ?2: slot of the input; ?3: node id of the run; ?4: 1 when predictions are no
-- origin; ?5: 1 when what the run took without an origin counts too. The earliest 100 of the run and of the file are
-- looked at, so that content that occurs a million times costs no more.
WITH same (content) AS (
  SELECT content FROM dataset WHERE values_digest = ?1
  UNION
  SELECT content FROM column WHERE digest = ?1
),
found (id) AS (
  SELECT id FROM (
    SELECT n.id FROM same AS s CROSS JOIN node AS n ON n.content = s.content WHERE n.made = 1 AND n.run = ?3 LIMIT 100)
  UNION
  SELECT id FROM (
    SELECT n.id FROM same AS s CROSS JOIN node AS n ON n.content = s.content WHERE n.made = 1 LIMIT 100)
  UNION
  SELECT id FROM (
    SELECT n.id FROM same AS s CROSS JOIN node AS n ON n.content = s.content
    WHERE ?5 AND n.run = ?3 AND n.made = 0 AND NOT EXISTS (SELECT 1 FROM edge AS e WHERE e.dst = n.id) LIMIT 100)
)
SELECT n.id, r.uid, n.seq,
  EXISTS (SELECT 1 FROM edge AS u JOIN name AS s ON s.id = u.slot WHERE u.src = n.id AND s.text = ?2) AS same_slot,
  n.run = ?3 AS same_run
FROM found AS f
JOIN node AS n ON n.id = f.id
JOIN run AS r ON r.id = n.run
WHERE NOT (?4 AND EXISTS (
  SELECT 1 FROM edge AS e JOIN call AS c ON c.id = e.src JOIN name AS o ON o.id = c.op
  WHERE e.dst = n.id AND e.via IS NULL
    AND o.text IN ('predict', 'predict_proba', 'predict_log_proba', 'fit_predict', 'decision_function')))
ORDER BY same_run DESC, same_slot DESC, r.started_us, r.uid, n.seq
