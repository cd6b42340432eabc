#include "ask/fields.hpp"

#include <array>

namespace mltrack::ask {

namespace {

#define NODE_NAME "(SELECT text FROM name WHERE id = n.name)"
#define NODE_TYPE "(SELECT text FROM name WHERE id = n.type)"

constexpr std::array project_fields = {
    FieldRule{"name", FieldType::text, "p.name"},
    FieldRule{"project", FieldType::text, "p.name"},
};

constexpr std::array experiment_fields = {
    FieldRule{"name", FieldType::text, "e.name"},
    FieldRule{"project", FieldType::text, "p.name"},
    FieldRule{"experiment", FieldType::text, "e.name"},
};

// live_runs holds the runs whose process is alive; see Compiler.
constexpr std::array run_fields = {
    FieldRule{"name", FieldType::text, "r.name"},
    FieldRule{"project", FieldType::text, "p.name"},
    FieldRule{"experiment", FieldType::text, "e.name"},
    FieldRule{"run", FieldType::run, "r.name"},
    FieldRule{
        "status", FieldType::status,
        "CASE WHEN r.status = 'running' AND r.id NOT IN (SELECT id FROM live_runs) THEN 'lost' ELSE r.status END"},
    FieldRule{"started", FieldType::time, "r.started_us"},
    FieldRule{"took_us", FieldType::integer, "(r.ended_us - r.started_us)"},
    FieldRule{"estimator", FieldType::dotted, nullptr},
};

constexpr std::array call_fields = {
    FieldRule{"name", FieldType::text, NODE_NAME},
    FieldRule{"project", FieldType::text, "p.name"},
    FieldRule{"experiment", FieldType::text, "e.name"},
    FieldRule{"run", FieldType::run, "r.name"},
    FieldRule{"op", FieldType::text, "(SELECT text FROM name WHERE id = c.op)"},
    FieldRule{"estimator", FieldType::dotted, NODE_TYPE},
    FieldRule{"type", FieldType::text, NODE_TYPE},
    FieldRule{
        "status", FieldType::status,
        "CASE WHEN c.status = 'running' AND n.run NOT IN (SELECT id FROM live_runs) THEN 'lost' ELSE c.status END"},
    FieldRule{"started", FieldType::time, "c.started_us"},
    FieldRule{"took_us", FieldType::integer, "c.took_us"},
};

constexpr std::array model_fields = {
    FieldRule{"name", FieldType::text, NODE_NAME},         FieldRule{"project", FieldType::text, "p.name"},
    FieldRule{"experiment", FieldType::text, "e.name"},    FieldRule{"run", FieldType::run, "r.name"},
    FieldRule{"estimator", FieldType::dotted, NODE_TYPE},  FieldRule{"type", FieldType::text, NODE_TYPE},
    FieldRule{"started", FieldType::time, "r.started_us"},
};

constexpr std::array dataset_fields = {
    FieldRule{"name", FieldType::text, NODE_NAME},         FieldRule{"project", FieldType::text, "p.name"},
    FieldRule{"experiment", FieldType::text, "e.name"},    FieldRule{"run", FieldType::run, "r.name"},
    FieldRule{"type", FieldType::text, NODE_TYPE},         FieldRule{"rows", FieldType::integer, "d.rows"},
    FieldRule{"columns", FieldType::integer, "d.columns"}, FieldRule{"started", FieldType::time, "r.started_us"},
};

constexpr std::array artifact_fields = {
    FieldRule{"name", FieldType::text, NODE_NAME},      FieldRule{"project", FieldType::text, "p.name"},
    FieldRule{"experiment", FieldType::text, "e.name"}, FieldRule{"run", FieldType::run, "r.name"},
    FieldRule{"type", FieldType::text, NODE_TYPE},      FieldRule{"started", FieldType::time, "r.started_us"},
};

#define PLACE " JOIN experiment AS e ON e.id = r.experiment JOIN project AS p ON p.id = e.project"
#define OWNED                                   \
  "node AS n JOIN run AS own ON own.id = n.run" \
  " JOIN run AS r ON r.id = ifnull((SELECT o.id FROM run AS o WHERE o.uid = own.part_of), own.id)" PLACE

}  // namespace

std::span<const FieldRule> fields_of(Kind kind) {
  switch (kind) {
    case Kind::project:
      return project_fields;
    case Kind::experiment:
      return experiment_fields;
    case Kind::run:
      return run_fields;
    case Kind::call:
      return call_fields;
    case Kind::dataset:
      return dataset_fields;
    case Kind::model:
      return model_fields;
    case Kind::artifact:
      return artifact_fields;
  }
  return {};
}

bool has_group(Kind kind, const std::string& group) {
  if (group == "tags") return true;
  if (group == "metrics") return kind != Kind::project && kind != Kind::experiment;
  return group == "params" && (kind == Kind::run || kind == Kind::call || kind == Kind::model);
}

std::string field_list(Kind kind) {
  std::string list;
  for (const FieldRule& field : fields_of(kind)) list += std::string(list.empty() ? "" : ", ") + field.name;
  for (const char* group : {"params", "metrics", "tags"})
    if (has_group(kind, group)) list += std::string(", ") + group + ".<name>";
  return list;
}

const char* base_of(Kind kind) {
  switch (kind) {
    case Kind::project:
      return "node AS n JOIN project AS p ON p.id = n.id";
    case Kind::experiment:
      return "node AS n JOIN experiment AS e ON e.id = n.id JOIN project AS p ON p.id = e.project";
    case Kind::run:
      return "node AS n JOIN run AS r ON r.id = n.id" PLACE;
    case Kind::call:
      return OWNED " JOIN call AS c ON c.id = n.id";
    case Kind::dataset:
      return OWNED " LEFT JOIN dataset AS d ON d.content = n.content";
    default:
      return OWNED;
  }
}

const char* condition_of(Kind kind) {
  switch (kind) {
    case Kind::project:
      return "n.kind = 'project'";
    case Kind::experiment:
      return "n.kind = 'experiment'";
    case Kind::run:
      return "n.kind = 'run' AND NOT EXISTS (SELECT 1 FROM run AS o WHERE o.uid = r.part_of)";
    case Kind::call:
      return "n.kind = 'call'";
    case Kind::dataset:
      return "n.kind = 'dataset'";
    case Kind::model:
      return "n.kind = 'model'";
    case Kind::artifact:
      return "n.kind = 'artifact'";
  }
  return "";
}

const char* newest_first_of(Kind kind) {
  switch (kind) {
    case Kind::project:
      return "(SELECT max(r.started_us) FROM experiment AS x JOIN run AS r ON r.experiment = x.id WHERE x.project = "
             "p.id) "
             "DESC, p.name";
    case Kind::experiment:
      return "(SELECT max(r.started_us) FROM run AS r WHERE r.experiment = e.id) DESC, p.name, e.name";
    case Kind::run:
      return "r.started_us DESC, r.uid DESC";
    default:
      return "r.started_us DESC, r.uid DESC, own.uid DESC, n.seq DESC";
  }
}

}  // namespace mltrack::ask
