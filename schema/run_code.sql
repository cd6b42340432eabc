-- The program behind a run and how it was started. ?1: node id of the run.
SELECT code.script, coalesce(l.vcs, code.vcs), coalesce(l.branch, code.branch), coalesce(l.dirty, code.dirty), c.digest,
       r.host, l.remote, d.digest, l.folder, l.execution_count, l.run IS NOT NULL OR code.content IS NOT NULL
FROM run AS r
LEFT JOIN launch AS l ON l.run = r.id
LEFT JOIN code ON code.content = r.code
LEFT JOIN content AS c ON c.id = code.content
LEFT JOIN content AS d ON d.id = l.diff
WHERE r.id = ?1
