#include "ask/fields.hpp"

#include <algorithm>

namespace mltrack::ask {

namespace {

#define NODE_NAME "(SELECT text FROM name WHERE id = n.name)"
#define NODE_TYPE "(SELECT text FROM name WHERE id = n.type)"
#define NODE_DIGEST "(SELECT digest FROM content WHERE id = n.content)"
#define MADE_AT                                                                     \
  "ifnull((SELECT k.started_us FROM edge AS g CROSS JOIN call AS k ON k.id = g.src" \
  " WHERE g.dst = n.id ORDER BY g.src DESC LIMIT 1), own.started_us)"
// live_runs holds the runs whose process is alive; see select.cpp.
#define RUN_STATUS \
  "CASE WHEN r.status = 'running' AND r.id NOT IN (SELECT id FROM live_runs) THEN 'lost' ELSE r.status END"
#define CALL_STATUS \
  "CASE WHEN c.status = 'running' AND n.run NOT IN (SELECT id FROM live_runs) THEN 'lost' ELSE c.status END"
#define LAST_RUN_OF_PROJECT                                                                                      \
  "ifnull((SELECT max(l.started_us) FROM experiment AS x JOIN run AS l ON l.experiment = x.id WHERE x.project =" \
  " p.id), 0)"
#define LAST_RUN_OF_EXPERIMENT "ifnull((SELECT max(l.started_us) FROM run AS l WHERE l.experiment = e.id), 0)"

constexpr FieldRule project_fields[] = {
    {"ref", FieldType::reference, "n.id"},
    {"name", FieldType::text, "p.name"},
    {"project", FieldType::text, "p.name", false},
    {"at", FieldType::time, LAST_RUN_OF_PROJECT},
};

constexpr FieldRule experiment_fields[] = {
    {"ref", FieldType::reference, "n.id"},           {"name", FieldType::text, "e.name"},
    {"project", FieldType::text, "p.name"},          {"experiment", FieldType::text, "e.name", false},
    {"at", FieldType::time, LAST_RUN_OF_EXPERIMENT},
};

#define OF_RUN_EXPERIMENT \
  {"project", FieldType::text, "p.name"}, {"experiment", FieldType::text, "e.name"}, { "run", FieldType::run, "r.name" }
#define OF_RUN                                                                                                    \
  {"status", FieldType::status, RUN_STATUS}, {"started", FieldType::time, "r.started_us"},                        \
      {"ended", FieldType::time, "r.ended_us"}, {"took_us", FieldType::integer, "(r.ended_us - r.started_us)"}, { \
    "estimator", FieldType::dotted, nullptr                                                                       \
  }

constexpr FieldRule run_fields[] = {
    {"ref", FieldType::reference, "n.id"},          {"name", FieldType::text, "r.name"}, OF_RUN_EXPERIMENT, OF_RUN,
    {"at", FieldType::time, "r.started_us", false},
};

constexpr FieldRule call_fields[] = {
    {"ref", FieldType::reference, "n.id"},
    {"name", FieldType::text, NODE_NAME},
    OF_RUN_EXPERIMENT,
    {"op", FieldType::text, "(SELECT text FROM name WHERE id = c.op)"},
    {"estimator", FieldType::dotted, NODE_TYPE, false},
    {"type", FieldType::text, NODE_TYPE},
    {"status", FieldType::status, CALL_STATUS},
    {"parent", FieldType::reference, "c.parent"},
    {"started", FieldType::time, "c.started_us"},
    {"at", FieldType::time, "c.started_us", false},
    {"took_us", FieldType::integer, "c.took_us"},
    {"overhead_us", FieldType::integer, "c.overhead_us"},
    {"error_type", FieldType::text, "c.error_type"},
    {"error", FieldType::text, "c.error"},
    {"source", FieldType::text, "c.source"},
};

constexpr FieldRule model_fields[] = {
    {"ref", FieldType::reference, "n.id"},
    {"name", FieldType::text, NODE_NAME},
    OF_RUN_EXPERIMENT,
    {"estimator", FieldType::dotted, NODE_TYPE, false},
    {"type", FieldType::text, NODE_TYPE},
    {"digest", FieldType::digest, NODE_DIGEST},
    {"started", FieldType::time, "r.started_us", false},
    {"at", FieldType::time, MADE_AT},
};

constexpr FieldRule dataset_fields[] = {
    {"ref", FieldType::reference, "n.id"},
    {"name", FieldType::text, NODE_NAME},
    OF_RUN_EXPERIMENT,
    {"type", FieldType::text, NODE_TYPE},
    {"digest", FieldType::digest, NODE_DIGEST},
    {"rows", FieldType::integer, "d.rows"},
    {"columns", FieldType::integer, "d.columns"},
    {"started", FieldType::time, "r.started_us", false},
    {"at", FieldType::time, MADE_AT},
};

constexpr FieldRule artifact_fields[] = {
    {"ref", FieldType::reference, "n.id"},
    {"name", FieldType::text, NODE_NAME},
    OF_RUN_EXPERIMENT,
    {"type", FieldType::text, NODE_TYPE},
    {"digest", FieldType::digest, NODE_DIGEST},
    {"started", FieldType::time, "r.started_us", false},
    {"at", FieldType::time, MADE_AT},
};

constexpr FieldRule alarm_fields[] = {
    {"kind", FieldType::text, "a.kind"},
    {"grade", FieldType::grade, "a.grade"},
    {"subject", FieldType::reference, "a.subject"},
    {"counted", FieldType::integer, "a.counted"},
    {"total", FieldType::integer, "a.total"},
    {"advice", FieldType::text, "a.advice"},
    {"at", FieldType::time, "a.at_us"},
    {"name", FieldType::text, "r.name"},
    OF_RUN_EXPERIMENT,
    OF_RUN,
};

#define PLACE " JOIN experiment AS e ON e.id = r.experiment JOIN project AS p ON p.id = e.project"
#define FOLDED "ifnull((SELECT o.id FROM run AS o WHERE o.uid = own.part_of), own.id)"
#define OWNED "node AS n JOIN run AS own ON own.id = n.run JOIN run AS r ON r.id = " FOLDED PLACE
#define NEWEST_NODE_FIRST                                 \
  {                                                       \
    {"r.started_us"}, {"r.uid"}, {"own.uid"}, { "n.seq" } \
  }

const Listed projects = {"projects",
                         Kind::project,
                         "n.id",
                         "n.id",
                         project_fields,
                         "node AS n JOIN project AS p ON p.id = n.id",
                         "n.kind = 'project'",
                         {{{LAST_RUN_OF_PROJECT}, {"p.name", false}}}};
const Listed experiments = {"experiments",
                            Kind::experiment,
                            "n.id",
                            "n.id",
                            experiment_fields,
                            "node AS n JOIN experiment AS e ON e.id = n.id JOIN project AS p ON p.id = e.project",
                            "n.kind = 'experiment'",
                            {{{LAST_RUN_OF_EXPERIMENT}, {"p.name", false}, {"e.name", false}}}};
const Listed runs = {"runs",
                     Kind::run,
                     "n.id",
                     "n.id",
                     run_fields,
                     "run AS r JOIN node AS n ON n.id = r.id" PLACE,
                     "NOT EXISTS (SELECT 1 FROM run AS o WHERE o.uid = r.part_of)",
                     {{{"r.started_us"}, {"r.uid"}}}};
const Listed calls = {
    "calls",           Kind::call,         "n.id", "n.id", call_fields, OWNED " JOIN call AS c ON c.id = n.id",
    "n.kind = 'call'", {NEWEST_NODE_FIRST}};
const Listed datasets = {"datasets",
                         Kind::dataset,
                         "n.id",
                         "n.id",
                         dataset_fields,
                         OWNED " LEFT JOIN dataset AS d ON d.content = n.content",
                         "n.kind = 'dataset'",
                         {NEWEST_NODE_FIRST}};
const Listed models = {"models",           Kind::model,        "n.id", "n.id", model_fields, OWNED,
                       "n.kind = 'model'", {NEWEST_NODE_FIRST}};
const Listed artifacts = {"artifacts",           Kind::artifact,     "n.id", "n.id", artifact_fields, OWNED,
                          "n.kind = 'artifact'", {NEWEST_NODE_FIRST}};
// The gravest first in a run.
const Listed alarms = {"alarms",
                       Kind::run,
                       "a.id",
                       "r.id",
                       alarm_fields,
                       "alarm AS a JOIN run AS own ON own.id = a.run JOIN run AS r ON r.id = " FOLDED PLACE,
                       "1",
                       {{{"r.started_us"},
                         {"r.uid"},
                         {"CASE a.grade WHEN 'alarm' THEN 'a' WHEN 'mild' THEN 'b' ELSE 'c' END || a.kind", false},
                         {"a.subject", false}}}};

}  // namespace

const Listed& listed(Kind kind) {
  switch (kind) {
    case Kind::project:
      return projects;
    case Kind::experiment:
      return experiments;
    case Kind::run:
      return runs;
    case Kind::call:
      return calls;
    case Kind::dataset:
      return datasets;
    case Kind::model:
      return models;
    case Kind::artifact:
      break;
  }
  return artifacts;
}

const Listed& listed_alarms() { return alarms; }

bool may_lie_in_part(const Listed& listed) {
  return listed.kind != Kind::project && listed.kind != Kind::experiment && &listed != &runs;
}

bool has_group(const Listed& listed, const std::string& group) {
  const Kind kind = listed.kind;
  if (group == "tags") return true;
  if (group == "metrics") return kind != Kind::project && kind != Kind::experiment;
  return group == "params" && (kind == Kind::run || kind == Kind::call || kind == Kind::model);
}

std::string field_list(const Listed& listed) {
  std::string list;
  for (const FieldRule& field : listed.fields) list += std::string(list.empty() ? "" : ", ") + field.name;
  for (const char* group : {"params", "metrics", "tags"})
    if (has_group(listed, group)) list += std::string(", ") + group + ".<name>";
  return list;
}

const FieldRule* find_field(const Listed& listed, const std::string& name) {
  const auto found = std::find_if(listed.fields.begin(), listed.fields.end(),
                                  [&](const FieldRule& rule) { return name == rule.name; });
  return found == listed.fields.end() ? nullptr : &*found;
}

}  // namespace mltrack::ask
