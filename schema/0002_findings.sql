
-- Schema version 2: what was found out about runs. New tables only, so that a store of version 1 is read as if they were
-- empty.

-- What a fit learnt from, where its inputs say too much: it decides how grave a fit on later test rows is.
CREATE TABLE learnt (
  call  INTEGER PRIMARY KEY REFERENCES call (id),         -- the fit
  what  TEXT NOT NULL                                     -- shape: of no row; rows: the target was given and ignored
        CHECK (what IN ('shape', 'rows', 'target'))
) STRICT;

-- A sign of leakage in a run. That a run has none is no proof that nothing leaked.
CREATE TABLE alarm (
  id       INTEGER PRIMARY KEY,                           -- inside this file only
  run      INTEGER NOT NULL REFERENCES run (id),          -- run it is about
  kind     TEXT NOT NULL CHECK (kind <> ''),              -- fitted_before_split, test_rows_in_training, ...
  subject  INTEGER NOT NULL REFERENCES node (id),         -- the call or dataset of the run that it is about
  grade    TEXT NOT NULL                                  -- alarm: results are too good; mild: perhaps a little; note
           CHECK (grade IN ('alarm', 'mild', 'note')),
  counted  INTEGER CHECK (counted >= 0),                  -- rows, columns or models that show it; NULL: not counted
  total    INTEGER CHECK (total >= counted),              -- of how many; NULL: not known
  advice   TEXT NOT NULL,                                 -- what was seen and what to do, in a sentence or two
  at_us    INTEGER NOT NULL,                              -- when it was found first
  UNIQUE (run, kind, subject)
) STRICT;
CREATE INDEX alarm_kind ON alarm (kind, grade);

-- The nodes that show an alarm.
CREATE TABLE alarm_node (
  alarm  INTEGER NOT NULL REFERENCES alarm (id),          -- alarm it belongs to
  role   TEXT NOT NULL CHECK (role <> ''),                -- fit, split, score, search, test, ...
  node   INTEGER NOT NULL REFERENCES node (id),           -- a call or a dataset
  PRIMARY KEY (alarm, role, node)
) STRICT, WITHOUT ROWID;

-- One fit of a search or a cross-validation: a call with the operation trial, below the call that had it done.
CREATE TABLE trial (
  id         INTEGER PRIMARY KEY REFERENCES call (id),    -- its call
  candidate  INTEGER NOT NULL CHECK (candidate >= 0),     -- which parameters, from 0
  fold       INTEGER NOT NULL CHECK (fold >= 0),          -- which part of the data, from 0
  rows       INTEGER REFERENCES fold_rows (id),           -- the rows it took; NULL when they are not known
  fit_us     INTEGER CHECK (fit_us >= 0),                 -- how long the fit took, as its worker said
  score_us   INTEGER CHECK (score_us >= 0)                -- how long the scoring took, as its worker said
) STRICT;

-- Which rows of X a fold was fitted on and scored on, as libtrack/src/value/row_numbers.hpp packs them.
CREATE TABLE fold_rows (
  id     INTEGER PRIMARY KEY,                             -- inside this file only
  call   INTEGER NOT NULL REFERENCES call (id),           -- the search or cross-validation
  nth    INTEGER NOT NULL CHECK (nth >= 0),               -- its number there
  train  BLOB,                                            -- rows it was fitted on; NULL: all that are not in test
  test   BLOB NOT NULL,                                   -- rows it was scored on
  count  INTEGER NOT NULL,                                -- of all rows, where train is NULL; else 0
  UNIQUE (call, nth)
) STRICT;

-- A list of column names, each distinct list once.
CREATE TABLE feature_list (
  id      INTEGER PRIMARY KEY,                            -- inside this file only
  digest  BLOB NOT NULL UNIQUE                            -- XXH3-128 of the names in order
          CHECK (length(digest) = 16)
) STRICT;

-- One name of such a list.
CREATE TABLE feature (
  list  INTEGER NOT NULL REFERENCES feature_list (id),    -- list it belongs to
  pos   INTEGER NOT NULL CHECK (pos >= 0),                -- position, from 0
  name  INTEGER NOT NULL REFERENCES name (id),            -- the column's name
  PRIMARY KEY (list, pos)
) STRICT, WITHOUT ROWID;
CREATE INDEX feature_name ON feature (name);

-- The columns a model was fitted on, and those it puts out where it transforms.
CREATE TABLE features (
  model      INTEGER PRIMARY KEY REFERENCES node (id),    -- the fitted model
  taken      INTEGER CHECK (taken >= 0),                  -- columns it was fitted on; NULL: not known
  made       INTEGER CHECK (made >= 0),                   -- columns it puts out; NULL: none, or not known
  names_in   INTEGER REFERENCES feature_list (id),        -- NULL: they have none, or are more than 4,096
  names_out  INTEGER REFERENCES feature_list (id),        -- NULL: they have none, or are more than 4,096
  after      INTEGER REFERENCES node (id),                -- model whose columns it took, where no dataset shows that
  assumed    INTEGER NOT NULL CHECK (assumed IN (0, 1))   -- 1: which makes which is not known: all from all
) STRICT;

-- Which columns a model makes out of which. A model without a row here makes all from all.
CREATE TABLE feature_source (
  model       INTEGER NOT NULL REFERENCES features (model), -- the transformer
  nth         INTEGER NOT NULL CHECK (nth >= 0),          -- number of the row
  out_pos     INTEGER NOT NULL CHECK (out_pos >= 0),      -- first column that is made; 0 for what a model predicts
  outs        INTEGER NOT NULL CHECK (outs > 0),          -- how many
  in_pos      INTEGER NOT NULL CHECK (in_pos >= 0),       -- first column that it is made of
  ins         INTEGER NOT NULL CHECK (ins > 0),           -- how many
  one_to_one  INTEGER NOT NULL                            -- 1: the first of the first, ...; 0: each of all of them
              CHECK (one_to_one = 0 OR (one_to_one = 1 AND ins = outs)),
  through     INTEGER REFERENCES name (id),               -- steps on the way as JSON, ["num__scale"]; NULL: no steps
  PRIMARY KEY (model, nth)
) STRICT, WITHOUT ROWID;

-- What a fit found: coefficients, importances, classes, ...
CREATE TABLE fitted (
  model   INTEGER NOT NULL REFERENCES node (id),          -- the fitted model
  name    INTEGER NOT NULL REFERENCES name (id),          -- attribute: coef_, classes_, ...
  shape   TEXT NOT NULL,                                  -- its dimensions as JSON, [3,4]; [] for one value
  items   TEXT,                                           -- its values as JSON, row by row; NULL: more than 4,096
  PRIMARY KEY (model, name)
) STRICT, WITHOUT ROWID;
