-- What flowed into the nodes of a run: destination, source, slot, how it was resolved.
-- ?1: node id of the run.
SELECT e.dst, e.src, e.slot, e.via
FROM node AS n
CROSS JOIN edge AS e ON e.dst = n.id
WHERE n.run = ?1
ORDER BY e.dst, e.src
