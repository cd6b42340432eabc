-- Metrics by the call that measured them. ?1: JSON array of node ids.
SELECT m.call, m.name, m.value, m.at_us, s.run, s.seq, d.run, d.seq, m.id
FROM json_each(?1) AS wanted
CROSS JOIN metric AS m ON m.call = wanted.value
CROSS JOIN node AS s ON s.id = m.subject
LEFT JOIN node AS d ON d.id = m.dataset
