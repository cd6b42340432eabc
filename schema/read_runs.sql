-- Runs by id, with what tells whether their process lives and the run they are a part of.
-- ?1: JSON array of run ids.
SELECT r.id, r.uid, r.name, r.status, r.started_us, r.ended_us, r.experiment,
       r.host, r.boot_id, r.pid, r.pid_started, owner.uid
FROM json_each(?1) AS wanted
CROSS JOIN run AS r ON r.id = wanted.value
LEFT JOIN run AS owner ON owner.uid = r.part_of
