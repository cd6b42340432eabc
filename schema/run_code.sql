-- The program behind a run and where it ran. ?1: node id of the run.
SELECT code.script, code.vcs, code.branch, code.dirty, c.digest, r.host
FROM run AS r
LEFT JOIN code ON code.content = r.code
LEFT JOIN content AS c ON c.id = code.content
WHERE r.id = ?1
