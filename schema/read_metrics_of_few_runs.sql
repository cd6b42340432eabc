-- Metrics of anything in a run, by way of the nodes of the runs. ?1: JSON array of run ids.
SELECT s.run, m.name, m.value, m.at_us, s.run, s.seq, d.run, d.seq, m.id
FROM json_each(?1) AS wanted
CROSS JOIN node AS s ON s.run = wanted.value
CROSS JOIN metric AS m ON m.subject = s.id
LEFT JOIN node AS d ON d.id = m.dataset
