-- Schema version 3: views for people and for programs that know nothing of mltrack. What they are called stays.
-- A ref is `uid:seq`, which mltrack takes as it is. Conditions on columns that are computed (refs, uids, times as text)
-- read every row; those on ids, names, types, values and microseconds use indexes.

-- Programs ask for a run by its name.
CREATE INDEX run_name ON run (name);

-- Filters find who has a value without reading the rows themselves.
DROP INDEX metric_name_value;
CREATE INDEX metric_name_value ON metric (name, value, subject);
DROP INDEX run_param_name_value;
CREATE INDEX run_param_name_value ON run_param (name, value, type);
DROP INDEX param_name_value;
CREATE INDEX param_name_value ON param (name, value, type);

-- The runs.
CREATE VIEW v_runs (
  id,                                                       -- its node, inside this file only
  ref,                                                      -- uid:0, as mltrack writes the run as a node
  uid,                                                      -- its name outside this file
  project,                                                  -- project it belongs to
  experiment,                                               -- experiment it belongs to
  name,                                                     -- the user's name for it, or one made from the uid
  status,                                                   -- as stored; running may be one whose process is gone
  started,                                                  -- start, ISO 8601 in UTC
  started_us,                                               -- the same in microseconds since 1970
  ended,                                                    -- end; NULL while it runs
  ended_us,                                                 -- the same in microseconds since 1970
  took_us,                                                  -- from start to end in microseconds
  script,                                                   -- program, relative to its repository
  revision,                                                 -- revision of that
  branch,                                                   -- branch of that
  dirty,                                                    -- 1 when files differed from the revision
  host,                                                     -- host name of the writer
  part_of                                                   -- uid of the run this is a part of; NULL for most
) AS
SELECT r.id,
       lower(hex(r.uid)) || ':0',
       lower(hex(r.uid)), p.name, e.name, r.name, r.status,
       strftime('%Y-%m-%dT%H:%M:%S', r.started_us / 1000000, 'unixepoch') || printf('.%06dZ', r.started_us % 1000000),
       r.started_us,
       strftime('%Y-%m-%dT%H:%M:%S', r.ended_us / 1000000, 'unixepoch') || printf('.%06dZ', r.ended_us % 1000000),
       r.ended_us, r.ended_us - r.started_us, code.script, coalesce(l.vcs, code.vcs), coalesce(l.branch, code.branch),
       coalesce(l.dirty, code.dirty), r.host,
       nullif(lower(hex(r.part_of)), '')
FROM run AS r
JOIN experiment AS e ON e.id = r.experiment
JOIN project AS p ON p.id = e.project
LEFT JOIN launch AS l ON l.run = r.id
LEFT JOIN code ON code.content = r.code;

-- Every node of a run: the run itself, calls, datasets, models, artifacts.
CREATE VIEW v_nodes (
  id,                                                       -- inside this file only; the ids of edges
  ref,                                                      -- uid:seq, its name outside this file
  run,                                                      -- uid of its run
  seq,                                                      -- its number in the run
  kind,                                                     -- run, call, dataset, model, artifact
  op,                                                       -- operation of a call: fit, transform, split, ...
  type,                                                     -- class path, function, dtype family or media type
  name,                                                     -- the user's name for it
  digest,                                                   -- of its values, hexadecimal
  rows,                                                     -- number of rows of a dataset
  columns                                                   -- number of columns of a dataset
) AS
SELECT n.id,
       lower(hex(r.uid)) || ':' || n.seq,
       lower(hex(r.uid)), n.seq, n.kind, op.text, type.text, CASE n.kind WHEN 'run' THEN r.name ELSE name.text END,
       nullif(lower(hex(c.digest)), ''), d.rows, d.columns
FROM node AS n
JOIN run AS r ON r.id = n.run
LEFT JOIN call ON call.id = n.id
LEFT JOIN name AS op ON op.id = call.op
LEFT JOIN name AS type ON type.id = n.type
LEFT JOIN name AS name ON name.id = n.name
LEFT JOIN content AS c ON c.id = n.content
LEFT JOIN dataset AS d ON d.content = n.content;

-- The fitted models, steps of composed models among them.
CREATE VIEW v_models (
  id,                                                       -- its node, inside this file only
  ref,                                                      -- uid:seq, its name outside this file
  run,                                                      -- uid of its run
  run_name,                                                 -- name of its run
  project,                                                  -- project of its run
  experiment,                                               -- experiment of its run
  type,                                                     -- its class
  name,                                                     -- the user's name for it
  digest,                                                   -- of its state, hexadecimal; NULL: it has none
  call,                                                     -- node of the call that made it; NULL: nobody saw that
  call_ref,                                                 -- uid:seq of that call
  parent_ref,                                               -- uid:seq of the call that this ran inside of
  rows,                                                     -- rows that it was fitted on
  columns,                                                  -- columns that it was fitted on
  fitted,                                                   -- when that call began, ISO 8601 in UTC
  fitted_us,                                                -- the same in microseconds since 1970
  took_us                                                   -- how long that call took, in microseconds
) AS
SELECT n.id,
       lower(hex(r.uid)) || ':' || n.seq,
       lower(hex(r.uid)), r.name, p.name, e.name, type.text, name.text, nullif(lower(hex(content.digest)), ''), c.id,
       lower(hex(r.uid)) || ':' || m.seq,
       lower(hex(up.uid)) || ':' || u.seq, x.rows, x.columns,
       strftime('%Y-%m-%dT%H:%M:%S', c.started_us / 1000000, 'unixepoch') || printf('.%06dZ', c.started_us % 1000000),
       c.started_us, c.took_us
FROM node AS n
JOIN run AS r ON r.id = n.run
JOIN experiment AS e ON e.id = r.experiment
JOIN project AS p ON p.id = e.project
LEFT JOIN name AS type ON type.id = n.type
LEFT JOIN name AS name ON name.id = n.name
LEFT JOIN content ON content.id = n.content
LEFT JOIN call AS c
  ON c.id = (SELECT o.src FROM edge AS o JOIN call ON call.id = o.src WHERE o.dst = n.id AND o.via IS NULL LIMIT 1)
LEFT JOIN node AS m ON m.id = c.id
LEFT JOIN node AS u ON u.id = c.parent
LEFT JOIN run AS up ON up.id = u.run
LEFT JOIN dataset AS x
  ON x.content = (SELECT i.content FROM edge AS o JOIN name AS slot ON slot.id = o.slot JOIN node AS i ON i.id = o.src
                  WHERE o.dst = c.id AND slot.text = 'X' LIMIT 1)
WHERE n.kind = 'model' AND n.kind IN ('project', 'experiment', 'run', 'model', 'artifact');  -- as of node_kind

-- The operations inside runs.
CREATE VIEW v_calls (
  id,                                                       -- its node, inside this file only
  ref,                                                      -- uid:seq, its name outside this file
  run,                                                      -- uid of its run
  run_name,                                                 -- name of its run
  op,                                                       -- fit, transform, predict, score, split, read, metric, ...
  type,                                                     -- the estimator's class, or the function
  status,                                                   -- as stored: running, finished, failed, lost
  started,                                                  -- begin, ISO 8601 in UTC
  started_us,                                               -- the same in microseconds since 1970
  took_us,                                                  -- duration of the user's own work in microseconds
  overhead_us,                                              -- time that mltrack added to it
  parent,                                                   -- node of the call it ran inside of
  parent_ref,                                               -- uid:seq of that call
  error_type,                                               -- class of the exception when it failed
  error,                                                    -- its message
  source                                                    -- file:line that made the call
) AS
SELECT c.id,
       lower(hex(r.uid)) || ':' || n.seq,
       lower(hex(r.uid)), r.name, op.text, type.text, c.status,
       strftime('%Y-%m-%dT%H:%M:%S', c.started_us / 1000000, 'unixepoch') || printf('.%06dZ', c.started_us % 1000000),
       c.started_us, c.took_us, c.overhead_us, c.parent,
       lower(hex(up.uid)) || ':' || u.seq,
       c.error_type, c.error, c.source
FROM call AS c
JOIN node AS n ON n.id = c.id
JOIN run AS r ON r.id = n.run
JOIN name AS op ON op.id = c.op
LEFT JOIN name AS type ON type.id = n.type
LEFT JOIN node AS u ON u.id = c.parent
LEFT JOIN run AS up ON up.id = u.run;

-- What flowed where, with both ends readable. A call's inputs have it as their dst, its outputs have it as their src.
CREATE VIEW v_edges (
  dst,                                                      -- node it went to, inside this file only
  src,                                                      -- node it came from, inside this file only
  dst_ref,                                                  -- uid:seq of dst
  src_ref,                                                  -- uid:seq of src
  slot,                                                     -- X, y, model, output, train[0], step:scaler, ...
  via,                                                      -- how the input was resolved; NULL for outputs of calls
  dst_kind,                                                 -- call, dataset, model, artifact
  dst_op,                                                   -- operation of a call
  dst_type,                                                 -- class, function, ... of dst
  src_kind,                                                 -- call, dataset, model, artifact
  src_op,                                                   -- operation of a call
  src_type                                                  -- class, function, ... of src
) AS
SELECT e.dst, e.src,
       lower(hex(dst_run.uid)) || ':' || dst.seq,
       lower(hex(src_run.uid)) || ':' || src.seq,
       slot.text, via.text, dst.kind, dst_op.text, dst_type.text, src.kind, src_op.text, src_type.text
FROM edge AS e
CROSS JOIN node AS dst ON dst.id = e.dst
CROSS JOIN run AS dst_run ON dst_run.id = dst.run
CROSS JOIN node AS src ON src.id = e.src
CROSS JOIN run AS src_run ON src_run.id = src.run
CROSS JOIN name AS slot ON slot.id = e.slot
LEFT JOIN name AS via ON via.id = e.via
LEFT JOIN call AS dst_call ON dst_call.id = e.dst
LEFT JOIN name AS dst_op ON dst_op.id = dst_call.op
LEFT JOIN name AS dst_type ON dst_type.id = dst.type
LEFT JOIN call AS src_call ON src_call.id = e.src
LEFT JOIN name AS src_op ON src_op.id = src_call.op
LEFT JOIN name AS src_type ON src_type.id = src.type;

-- Parameters of runs, and hyper-parameters of the calls that had some.
CREATE VIEW v_params (
  node,                                                     -- the run or the call, inside this file only
  ref,                                                      -- uid:seq of it
  run,                                                      -- uid of its run
  run_name,                                                 -- name of its run
  kind,                                                     -- run or call
  op,                                                       -- operation of a call
  estimator,                                                -- class of a call's estimator
  name,                                                     -- parameter; of nested estimators as clf__C
  type,                                                     -- none, bool, int, float, str, json, class, opaque
  value,                                                    -- to sort and compare; NULL for None and NaN
  shown                                                     -- as a text: None, True, nan, all digits of integers
) AS
SELECT r.id,
       lower(hex(r.uid)) || ':0',
       lower(hex(r.uid)), r.name, 'run', CAST(NULL AS TEXT), CAST(NULL AS TEXT), name.text, p.type, p.value,
       CASE p.type WHEN 'none' THEN 'None' WHEN 'bool' THEN iif(p.value, 'True', 'False')
         ELSE iif(typeof(p.exact) = 'text', p.exact, CAST(p.value AS TEXT)) END
FROM run_param AS p
JOIN run AS r ON r.id = p.run
JOIN name ON name.id = p.name
UNION ALL
SELECT c.id,
       lower(hex(r.uid)) || ':' || n.seq,
       lower(hex(r.uid)), r.name, 'call', op.text, type.text, name.text, p.type, p.value,
       CASE p.type WHEN 'none' THEN 'None' WHEN 'bool' THEN iif(p.value, 'True', 'False')
         ELSE iif(typeof(p.exact) = 'text', p.exact, CAST(p.value AS TEXT)) END
FROM call AS c
JOIN param AS p ON p.spec = c.spec
JOIN node AS n ON n.id = c.id
JOIN run AS r ON r.id = n.run
JOIN name AS op ON op.id = c.op
JOIN name ON name.id = p.name
LEFT JOIN name AS type ON type.id = n.type;

-- The last value of each metric.
CREATE VIEW v_metrics (
  id,                                                       -- its series in point, inside this file only
  subject,                                                  -- run, model or dataset it is about, inside this file only
  subject_ref,                                              -- uid:seq of that
  subject_kind,                                             -- run, model, call, dataset
  run,                                                      -- uid of the run
  run_name,                                                 -- name of the run
  name,                                                     -- accuracy, loss, ...
  value,                                                    -- last value; NULL for NaN
  shown,                                                    -- the same, and nan where it is NaN
  points,                                                   -- how many values the series has
  at,                                                       -- when the last was logged, ISO 8601 in UTC
  at_us,                                                    -- the same in microseconds since 1970
  dataset,                                                  -- data it was measured on; NULL where that is not known
  dataset_ref,                                              -- uid:seq of that
  call,                                                     -- call that measured it; NULL for one that was logged
  call_ref                                                  -- uid:seq of that
) AS
SELECT m.id, m.subject,
       lower(hex(r.uid)) || ':' || n.seq,
       n.kind,
       lower(hex(r.uid)), r.name, name.text, m.value, coalesce(m.value, 'nan'), m.points,
       strftime('%Y-%m-%dT%H:%M:%S', m.at_us / 1000000, 'unixepoch') || printf('.%06dZ', m.at_us % 1000000),
       m.at_us, m.dataset,
       lower(hex(data_run.uid)) || ':' || data.seq,
       m.call,
       lower(hex(call_run.uid)) || ':' || call_node.seq
FROM metric AS m
JOIN name ON name.id = m.name
JOIN node AS n ON n.id = m.subject
JOIN run AS r ON r.id = n.run
LEFT JOIN node AS data ON data.id = m.dataset
LEFT JOIN run AS data_run ON data_run.id = data.run
LEFT JOIN node AS call_node ON call_node.id = m.call
LEFT JOIN run AS call_run ON call_run.id = call_node.run;
