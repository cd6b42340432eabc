-- Alarms by id.
-- ?1: JSON array of alarm ids; the first column is the place in it.
SELECT w.key, a.kind, a.grade, a.run, r.uid, a.subject, a.counted, a.total, a.advice, a.at_us
FROM json_each(?1) AS w
CROSS JOIN alarm AS a ON a.id = w.value
JOIN run AS r ON r.id = a.run
