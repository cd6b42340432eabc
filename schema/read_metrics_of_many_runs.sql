-- Metrics of anything in a run, by way of all metrics of the store. ?1: JSON array of run ids.
SELECT s.run, m.name, m.value, m.at_us, s.run, s.seq, d.run, d.seq, m.id
FROM metric AS m
CROSS JOIN node AS s ON s.id = m.subject
LEFT JOIN node AS d ON d.id = m.dataset
WHERE s.run IN (SELECT value FROM json_each(?1))
