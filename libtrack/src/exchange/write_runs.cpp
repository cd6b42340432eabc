#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "exchange/base64.hpp"
#include "exchange/other_words.hpp"
#include "exchange/row_json.hpp"
#include "exchange/run_document.hpp"
#include "store/objects.hpp"
#include "store/read_alarms.hpp"
#include "store/read_rows.hpp"

namespace mltrack::exchange {
namespace {

using sqlite::Statement;
using value::Json;

struct WrittenRun {
  std::int64_t started_us = 0;
  Uid uid;
  Json json;
};

struct Written {
  std::vector<WrittenRun> runs{};
  Json::Object contents{};  // by digest
  std::vector<Digest> objects{};
  std::vector<Uid> asked{};          // with their parts
  std::set<std::int64_t> missing{};  // runs that were left out
};

void add_rows(Json::Object& out, RowReader& reader, const std::vector<Part>& parts, std::int64_t owner) {
  for (const Part& part : parts)
    for (Json& row : reader.rows(part, owner)) out[std::string(part.member)] = std::move(row);
}

void add_lists(Json::Object& out, RowReader& reader, const std::vector<Part>& parts, std::int64_t owner) {
  for (const Part& part : parts)
    if (Json::Array rows = reader.rows(part, owner); !rows.empty()) out[std::string(part.member)] = std::move(rows);
}

void add_list(Json::Object& out, RowReader& reader, const Part& part, std::int64_t owner) {
  out[std::string(part.member)] = reader.rows(part, owner);
}

WrittenRun run_of(sqlite::Connection& db, RowReader& reader, std::int64_t id) {
  reader.enter(id);
  Json row = std::move(reader.rows(run_part(), id).front());
  auto& members = std::get<Json::Object>(row.data);
  store::each(
      db,
      "SELECT p.name, e.name FROM run AS r JOIN experiment AS e ON e.id = r.experiment"
      " JOIN project AS p ON p.id = e.project WHERE r.id = ?1",
      [&](const Statement& place) {
        members["project"] = std::string(place.text(0));
        members["experiment"] = std::string(place.text(1));
      },
      id);
  for (const Part* part : {&node_part(), &edge_part(), &call_part()}) add_list(members, reader, *part, id);
  add_rows(members, reader, run_rows(), id);
  add_lists(members, reader, run_lists(), id);
  const auto started = db.integer("SELECT started_us FROM run WHERE id = ?1", id);
  return {started.value_or(0), reader.uid(id), std::move(row)};
}

Json content_of(RowReader& reader, std::int64_t id) {
  Json row = std::move(reader.rows(content_part(), id).front());
  auto& members = std::get<Json::Object>(row.data);
  members.erase("digest");
  add_rows(members, reader, content_rows(), id);
  add_lists(members, reader, content_lists(), id);
  return row;
}

void add_contents(sqlite::Connection& db, RowReader& reader, Written& written) {
  for (const std::int64_t id : reader.contents())
    store::each(
        db, "SELECT c.digest, o.content FROM content AS c LEFT JOIN object AS o ON o.content = c.id WHERE c.id = ?1",
        [&](const Statement& row) {
          const Digest digest = row.digest(0);
          if (!row.null(1)) written.objects.push_back(digest);
          written.contents[digest.hex()] = content_of(reader, id);
        },
        id);
  std::sort(written.objects.begin(), written.objects.end());
}

/// The runs with their parts, and the parts of those.
std::set<std::int64_t> with_parts(sqlite::Connection& db, std::set<std::int64_t> runs) {
  for (std::vector<std::int64_t> open(runs.begin(), runs.end()); !open.empty();) {
    const std::int64_t run = open.back();
    open.pop_back();
    store::each(
        db, "SELECT part.id FROM run AS r JOIN run AS part ON part.part_of = r.uid WHERE r.id = ?1",
        [&](const Statement& row) {
          if (runs.insert(row.integer(0)).second) open.push_back(row.integer(0));
        },
        run);
  }
  return runs;
}

Written written_of(sqlite::Connection& db, std::span<const Uid> uids, bool alone) {
  Written written;
  RowReader reader(db);
  std::set<std::int64_t> asked;
  for (const Uid& uid : uids) asked.insert(store::run_id(db, uid));
  std::set<std::int64_t> open = with_parts(db, std::move(asked));
  for (const std::int64_t id : open) written.asked.push_back(reader.uid(id));
  std::set<std::int64_t> done;
  while (!open.empty()) {
    for (const std::int64_t id : open) written.runs.push_back(run_of(db, reader, id));
    done.merge(open);
    std::set_difference(reader.runs().begin(), reader.runs().end(), done.begin(), done.end(),
                        std::inserter(open, open.end()));
    if (alone) written.missing = std::exchange(open, {});
  }
  std::ranges::sort(written.runs, {}, [](const WrittenRun& run) { return std::tie(run.started_us, run.uid); });
  add_contents(db, reader, written);
  return written;
}

Json objects_of(store::Store& store, const std::vector<Digest>& digests) {
  Json::Object out;
  for (const Digest& digest : digests) out[digest.hex()] = to_base64(store::load_object(store, digest));
  return out;
}

Json::Object members_of(Written& written) {
  Json::Array runs;
  for (WrittenRun& run : written.runs) runs.push_back(std::move(run.json));
  return {{"format", std::string(run_format)},
          {"runs", std::move(runs)},
          {"contents", std::move(written.contents)},
          {"objects", Json()}};
}

std::vector<std::string> left_out(const Written& written, const ExportOptions& options) {
  std::vector<std::string> notes;
  if (!options.objects && !written.objects.empty())
    notes.push_back(fmt::format("{} stored objects are left out", written.objects.size()));
  if (!written.missing.empty())
    notes.push_back(
        fmt::format("{} runs that these depend on are left out; an import needs them", written.missing.size()));
  return notes;
}

}  // namespace

Document write_runs(store::Store& store, std::span<const Uid> runs, const ExportOptions& options) {
  const bool own = options.as == DocumentKind::run;
  Written written = store.read([&](sqlite::Connection& db) { return written_of(db, runs, own && options.alone); });
  Json::Object members = members_of(written);
  if (!own) {
    const Json document(std::move(members));
    const Story story(document);
    const auto tell = options.as == DocumentKind::prov ? to_prov : to_openlineage;
    return {.text = tell(story, written.asked)};
  }
  if (options.objects) members["objects"] = objects_of(store, written.objects);
  return {.text = to_text(Json(std::move(members))) + "\n", .notes = left_out(written, options)};
}

}  // namespace mltrack::exchange
