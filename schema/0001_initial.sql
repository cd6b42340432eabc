-- The mltrack store, schema version 1.
-- A comment line directly above a table describes it; the comment behind a column describes that column.
-- docs/schema.md is generated from this file. Times are UTC microseconds since 1970, durations are microseconds.

-- Interned vocabulary: each distinct column, parameter, metric, slot, type and dataset name once.
CREATE TABLE name (
  id    INTEGER PRIMARY KEY,                              -- meaning of the number inside this file only
  text  TEXT NOT NULL UNIQUE                              -- the name, UTF-8
) STRICT;

-- The identity of bytes or values: one row per digest, however often they occur.
CREATE TABLE content (
  id       INTEGER PRIMARY KEY,                           -- inside this file only
  digest   BLOB NOT NULL UNIQUE                           -- XXH3-128 (16 bytes) of values, SHA-256 (32 bytes) of files
           CHECK (length(digest) IN (16, 32)),
  kind     TEXT NOT NULL                                  -- what was digested; hashed into 16-byte digests
           CHECK (kind IN ('dataset', 'model', 'spec', 'file', 'code', 'environment')),
  bytes    INTEGER CHECK (bytes >= 0),                    -- size where it is known
  seen_us  INTEGER NOT NULL                               -- first time this store saw it
) STRICT;

-- One occurrence in the graph. Ids are topological: a node is created after everything it depends on.
CREATE TABLE node (
  id       INTEGER PRIMARY KEY,                           -- inside this file only; every source of an edge is smaller
  run      INTEGER REFERENCES run (id)                    -- run it belongs to; NULL for projects and experiments
           DEFERRABLE INITIALLY DEFERRED,
  seq      INTEGER CHECK (seq >= 0),                      -- its number inside the run; the run itself is 0
  kind     TEXT NOT NULL                                  -- what it is
           CHECK (kind IN ('project', 'experiment', 'run', 'call', 'dataset', 'model', 'artifact')),
  type     INTEGER REFERENCES name (id),                  -- class path, function, dtype family or media type
  name     INTEGER REFERENCES name (id),                  -- the user's name for it
  content  INTEGER REFERENCES content (id),               -- its values; NULL when they cannot be digested
  made     INTEGER NOT NULL DEFAULT 0                     -- 1: it came out of a call, as an edge without via says too
           CHECK (made IN (0, 1)),
  UNIQUE (run, seq),
  CHECK ((run IS NULL) = (kind IN ('project', 'experiment'))),
  CHECK ((run IS NULL) = (seq IS NULL)),
  CHECK ((kind = 'run') = (run IS NOT NULL AND run = id)),
  CHECK ((kind = 'run') = (seq IS NOT NULL AND seq = 0))
) STRICT;
CREATE INDEX node_content ON node (content, made, run) WHERE content IS NOT NULL;
CREATE INDEX node_kind ON node (kind, type) WHERE kind IN ('project', 'experiment', 'run', 'model', 'artifact');

-- src flowed into dst. All in-edges of a node are written in the transaction that creates it.
CREATE TABLE edge (
  dst   INTEGER NOT NULL REFERENCES node (id),            -- where it went
  src   INTEGER NOT NULL REFERENCES node (id),            -- where it came from
  slot  INTEGER NOT NULL REFERENCES name (id),            -- X, y, model, output, train[0], step:scaler, ...
  via   INTEGER REFERENCES name (id),                     -- how the input was resolved; NULL for outputs of calls
  PRIMARY KEY (dst, src, slot),
  CHECK (src < dst)
) STRICT, WITHOUT ROWID;
CREATE INDEX edge_src ON edge (src);

-- A project: the outermost grouping.
CREATE TABLE project (
  id    INTEGER PRIMARY KEY REFERENCES node (id),         -- its node
  uid   BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),    -- UUIDv5 of its path
  name  TEXT NOT NULL UNIQUE CHECK (name <> '')           -- the user's name for it
) STRICT;

-- An experiment inside a project.
CREATE TABLE experiment (
  id       INTEGER PRIMARY KEY REFERENCES node (id),      -- its node
  uid      BLOB NOT NULL UNIQUE CHECK (length(uid) = 16), -- UUIDv5 of its path, project/experiment
  project  INTEGER NOT NULL REFERENCES project (id),      -- project it belongs to
  name     TEXT NOT NULL CHECK (name <> ''),              -- the user's name for it
  UNIQUE (project, name)
) STRICT;

-- One execution of a program or notebook, seen from the user.
CREATE TABLE run (
  id           INTEGER PRIMARY KEY REFERENCES node (id)   -- its node, number 0 of the run
               DEFERRABLE INITIALLY DEFERRED,
  uid          BLOB NOT NULL UNIQUE                       -- UUIDv4: the run's name outside this file
               CHECK (length(uid) = 16),
  experiment   INTEGER NOT NULL REFERENCES experiment (id), -- experiment it belongs to
  name         TEXT NOT NULL,                             -- the user's name for it, or one made from the uid
  status       TEXT NOT NULL                              -- lost is computed on reading, or stored by a merge
               CHECK (status IN ('running', 'finished', 'failed', 'interrupted', 'lost')),
  started_us   INTEGER NOT NULL,                          -- start
  ended_us     INTEGER,                                   -- end; NULL while it runs
  code         INTEGER REFERENCES code (content),         -- the program it ran
  env          INTEGER REFERENCES content (id),           -- the environment it ran in; see package
  host         TEXT,                                      -- host name of the writer
  boot_id      TEXT,                                      -- boot of that host: a pid means nothing after a reboot
  pid          INTEGER,                                   -- process that writes it
  pid_started  INTEGER,                                   -- start time of that process, in clock ticks since boot
  part_of      BLOB CHECK (length(part_of) = 16),         -- uid of the run this is a part of
  part_call    INTEGER,                                   -- number of the call in that run it belongs below
  CHECK (part_call IS NULL OR part_of IS NOT NULL)
) STRICT;
CREATE INDEX run_experiment ON run (experiment);
CREATE INDEX run_started ON run (started_us, uid);
CREATE INDEX run_part_of ON run (part_of) WHERE part_of IS NOT NULL;

-- One operation inside a run.
CREATE TABLE call (
  id           INTEGER PRIMARY KEY REFERENCES node (id),  -- its node; node.type is the estimator's class or the function
  op           INTEGER NOT NULL REFERENCES name (id),     -- fit, transform, predict, score, split, read, metric, ...
  spec         INTEGER REFERENCES content (id),           -- class + hyper-parameters; see param
  parent       INTEGER REFERENCES call (id)               -- call it ran inside of
               CHECK (parent < id),
  status       TEXT NOT NULL                              -- lost: it was running when its parent ended
               CHECK (status IN ('running', 'finished', 'failed', 'lost')),
  started_us   INTEGER NOT NULL,                          -- begin
  took_us      INTEGER CHECK (took_us >= 0),              -- duration of the user's own work
  overhead_us  INTEGER CHECK (overhead_us >= 0),          -- time mltrack added to it
  error_type   TEXT,                                      -- class of the exception when it failed
  error        TEXT,                                      -- its message
  source       TEXT                                       -- file:line that made the call
) STRICT;
CREATE INDEX call_spec ON call (spec) WHERE spec IS NOT NULL;
CREATE INDEX call_parent ON call (parent) WHERE parent IS NOT NULL;

-- The shape of a dataset's content.
CREATE TABLE dataset (
  content         INTEGER PRIMARY KEY REFERENCES content (id), -- what it describes
  rows            INTEGER NOT NULL CHECK (rows >= 0),     -- number of rows
  columns         INTEGER NOT NULL CHECK (columns >= 0),  -- number of columns
  values_digest   BLOB NOT NULL                           -- of the values alone: names, types and containers left out
                  CHECK (length(values_digest) = 16),
  column_digests  BLOB                                    -- 16 bytes a column, in order, where there are too many for column rows
                  CHECK (length(column_digests) = 16 * columns)
) STRICT;
CREATE INDEX dataset_values ON dataset (values_digest);

-- The columns of a dataset's content, up to 4,096 named or 256 unnamed ones.
CREATE TABLE column (
  content  INTEGER NOT NULL REFERENCES dataset (content), -- dataset it belongs to
  pos      INTEGER NOT NULL CHECK (pos >= 0),             -- position, from 0
  name     INTEGER REFERENCES name (id),                  -- NULL when unnamed
  type     INTEGER NOT NULL REFERENCES name (id),         -- bool, int, float, string, datetime, duration, category, ...
  digest   BLOB NOT NULL CHECK (length(digest) = 16),     -- of the column's values
  PRIMARY KEY (content, pos)
) STRICT, WITHOUT ROWID;
CREATE INDEX column_name ON column (name) WHERE name IS NOT NULL;
CREATE INDEX column_digest ON column (digest);

-- Hyper-parameters of a spec, nested estimators flattened (clf__C).
CREATE TABLE param (
  spec   INTEGER NOT NULL REFERENCES content (id),        -- spec it belongs to
  name   INTEGER NOT NULL REFERENCES name (id),           -- parameter name
  type   TEXT NOT NULL                                    -- what it was
         CHECK (type IN ('none', 'bool', 'int', 'float', 'str', 'json', 'class', 'opaque')),
  value  ANY,                                             -- what sorts and compares; NULL for none and NaN
  exact  ANY,                                             -- what value cannot hold: 2^70, -0.0, NaN, unusual text
  PRIMARY KEY (spec, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX param_name_value ON param (name, value);

-- Parameters of a run, as given to log_param.
CREATE TABLE run_param (
  run    INTEGER NOT NULL REFERENCES run (id),            -- run it belongs to
  name   INTEGER NOT NULL REFERENCES name (id),           -- parameter name
  type   TEXT NOT NULL                                    -- as in param
         CHECK (type IN ('none', 'bool', 'int', 'float', 'str', 'json', 'class', 'opaque')),
  value  ANY,                                             -- as in param
  exact  ANY,                                             -- as in param
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_param_name_value ON run_param (name, value);

-- A scalar about a subject: its last value here, its series in point.
CREATE TABLE metric (
  id       INTEGER PRIMARY KEY,                           -- inside this file only
  subject  INTEGER NOT NULL REFERENCES node (id),         -- what it is about: a run, a model, a dataset
  name     INTEGER NOT NULL REFERENCES name (id),         -- accuracy, loss, ...
  dataset  INTEGER REFERENCES node (id),                  -- data it was measured on
  call     INTEGER REFERENCES call (id),                  -- call that measured it
  value    ANY CHECK (typeof(value) IN ('real', 'null')), -- last value; NULL is NaN
  points   INTEGER NOT NULL CHECK (points > 0),           -- length of the series in point
  at_us    INTEGER NOT NULL                               -- when the last value was logged
) STRICT;
CREATE INDEX metric_name_value ON metric (name, value);
CREATE INDEX metric_subject_name ON metric (subject, name);
CREATE INDEX metric_call ON metric (call) WHERE call IS NOT NULL;

-- One value of a metric's series.
CREATE TABLE point (
  metric  INTEGER NOT NULL REFERENCES metric (id),        -- series it belongs to
  step    INTEGER NOT NULL,                               -- the user's step, or the count so far
  nth     INTEGER NOT NULL CHECK (nth >= 0),              -- 0, then 1, 2, ... for a repeated step
  value   ANY CHECK (typeof(value) IN ('real', 'null')),  -- NULL is NaN
  at_us   INTEGER NOT NULL,                               -- when it was logged
  PRIMARY KEY (metric, step, nth)
) STRICT, WITHOUT ROWID;

-- A key-value label on any node; the last one by at_us, then by value, counts.
CREATE TABLE tag (
  node   INTEGER NOT NULL REFERENCES node (id),           -- what it labels
  key    TEXT NOT NULL CHECK (key <> ''),                 -- label
  value  TEXT NOT NULL,                                   -- its value
  at_us  INTEGER NOT NULL,                                -- when it was set
  PRIMARY KEY (node, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_key_value ON tag (key, value);

-- Free text on any node.
CREATE TABLE note (
  id      INTEGER PRIMARY KEY,                            -- inside this file only
  node    INTEGER NOT NULL REFERENCES node (id),          -- what it is about
  at_us   INTEGER NOT NULL,                               -- when it was written
  author  TEXT NOT NULL,                                  -- who wrote it
  text    TEXT NOT NULL                                   -- what it says
) STRICT;
CREATE INDEX note_node ON note (node);

-- Where content was seen: a hint for people and for finding it again, never its identity.
CREATE TABLE location (
  content  INTEGER NOT NULL REFERENCES content (id),      -- what was there
  uri      TEXT NOT NULL,                                 -- path or address, as it was given
  seen_us  INTEGER NOT NULL,                              -- first time it was seen there
  PRIMARY KEY (content, uri)
) STRICT, WITHOUT ROWID;
CREATE INDEX location_uri ON location (uri);

-- The program behind a run.
CREATE TABLE code (
  content  INTEGER PRIMARY KEY REFERENCES content (id),   -- digest of the program's text
  script   TEXT,                                          -- path relative to its repository
  vcs      TEXT,                                          -- revision
  branch   TEXT,                                          -- branch
  dirty    INTEGER CHECK (dirty IN (0, 1))                -- 1 when files differed from the revision
) STRICT;

-- The packages of an environment.
CREATE TABLE package (
  env      INTEGER NOT NULL REFERENCES content (id),      -- environment it belongs to
  name     INTEGER NOT NULL REFERENCES name (id),         -- package name
  version  TEXT NOT NULL,                                 -- its version
  PRIMARY KEY (env, name)
) STRICT, WITHOUT ROWID;

-- Stored bytes.
CREATE TABLE object (
  content  INTEGER PRIMARY KEY REFERENCES content (id),   -- SHA-256 of the bytes
  blob     BLOB                                           -- the bytes; NULL when they lie in <store>.objects/
) STRICT;
