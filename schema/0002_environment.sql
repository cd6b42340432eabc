-- Schema version 2: the code and the environment of runs, and models that load again. New tables only.

-- How a run was started. The same program may be started at many revisions, so they are a run's, not the program's.
CREATE TABLE launch (
  run              INTEGER PRIMARY KEY REFERENCES run (id), -- run it belongs to
  vcs              TEXT,                                  -- revision of the repository around the program
  branch           TEXT,                                  -- branch; NULL where none is checked out
  dirty            INTEGER CHECK (dirty IN (0, 1)),       -- 1 when files differed from the revision; NULL: not known
  remote           TEXT,                                  -- address of the repository, without secrets
  diff             INTEGER REFERENCES content (id),       -- what differed, kept as an object, where it was asked for
  folder           TEXT,                                  -- working directory, relative to the repository
  execution_count  INTEGER                                -- number of the notebook cell that started the run
) STRICT;

-- The arguments of the program, without secrets; the first is the program itself.
CREATE TABLE argument (
  run   INTEGER NOT NULL REFERENCES run (id),             -- run it belongs to
  pos   INTEGER NOT NULL CHECK (pos >= 0),                -- position, from 0
  text  TEXT NOT NULL,                                    -- as it was given, *** in place of a secret
  PRIMARY KEY (run, pos)
) STRICT, WITHOUT ROWID;

-- Environment variables of a run, of which only well-known ones are ever read.
CREATE TABLE variable (
  run    INTEGER NOT NULL REFERENCES run (id),            -- run it belongs to
  name   INTEGER NOT NULL REFERENCES name (id),           -- OMP_NUM_THREADS, TZ, ...
  value  TEXT NOT NULL,                                   -- its value when the run ended
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

-- What an environment is besides its packages. Equal environments are one row.
CREATE TABLE environment (
  content       INTEGER PRIMARY KEY REFERENCES content (id), -- digest of all below and of the packages
  language      TEXT,                                     -- CPython 3.11.7, C++20, ...
  os            TEXT,                                     -- operating system with its version
  machine       TEXT,                                     -- x86_64, aarch64, ...
  processor     TEXT,                                     -- its model, as it names itself
  cores         INTEGER CHECK (cores > 0),                -- logical processors
  memory_bytes  INTEGER CHECK (memory_bytes > 0)          -- main memory
) STRICT;

-- A model's bytes from which it loads again: an artifact, derived from the model by an edge of slot dump.
CREATE TABLE dump (
  node    INTEGER PRIMARY KEY REFERENCES node (id),       -- the artifact; its content is the SHA-256 of the bytes
  format  TEXT NOT NULL CHECK (format <> ''),             -- skops, joblib, dlib, ...
  env     INTEGER NOT NULL REFERENCES content (id),       -- language and packages that wrote it; see package
  inputs  INTEGER CHECK (inputs >= 0)                     -- number of columns the model takes, where it is known
) STRICT;

-- The columns that a stored model takes, up to 4,096 named or 256 unnamed ones.
CREATE TABLE dump_input (
  dump  INTEGER NOT NULL REFERENCES dump (node),          -- stored model it belongs to
  pos   INTEGER NOT NULL CHECK (pos >= 0),                -- position, from 0
  name  INTEGER REFERENCES name (id),                     -- NULL when unnamed
  type  INTEGER REFERENCES name (id),                     -- as in column; NULL where it is not known
  PRIMARY KEY (dump, pos)
) STRICT, WITHOUT ROWID;
CREATE INDEX dump_input_name ON dump_input (name) WHERE name IS NOT NULL;
