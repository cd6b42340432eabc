#include "ask/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include <mltrack/error.hpp>
#include <mltrack/store.hpp>

#include "ask/near_stored.hpp"
#include "store/read.hpp"
#include "store/read_rows.hpp"
#include "value/hex.hpp"
#include "value/quoted.hpp"

namespace mltrack::schema {
extern const std::string_view sql_find_content;
extern const std::string_view sql_occurrences;
extern const std::string_view sql_run_nodes;
}  // namespace mltrack::schema

namespace mltrack::ask {

using sqlite::Blob;
using sqlite::Statement;
using store::each;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_candidates = 10;

[[noreturn]] void raise_ambiguous(const std::string& text, const std::vector<std::string>& candidates) {
  std::string list;
  for (std::size_t i = 0; i < std::min(candidates.size(), most_candidates); ++i) list += "\n  " + candidates[i];
  if (candidates.size() > most_candidates) list += "\n  ...";
  throw Error(ErrorCode::ambiguous,
              fmt::format("{} fits several things; write more digits to choose one of{}", value::quoted(text), list));
}

std::optional<Kind> kind_of(sqlite::Connection& db, std::int64_t node) {
  const auto kind = db.text("SELECT kind FROM node WHERE id = ?1", node);
  return kind ? std::optional(parse_kind(*kind)) : std::nullopt;
}

Ids ids_of(sqlite::Connection& db, std::string_view sql, std::int64_t id) {
  Ids ids;
  each(
      db, sql, [&](const Statement& row) { ids.push_back(row.integer(0)); }, id);
  return ids;
}

Ids closure_starts(sqlite::Connection& db, std::int64_t node, Kind kind) {
  switch (kind) {
    case Kind::run:
    case Kind::experiment:
    case Kind::project:
      return ids_of(db, schema::sql_run_nodes, node);
    default:
      return {node};
  }
}

Target target_of(sqlite::Connection& db, std::int64_t node) {
  const Kind kind = kind_of(db, node).value_or(Kind::dataset);
  return {.node = node, .kind = kind, .starts = closure_starts(db, node, kind)};
}

/// All occurrences of some contents, newest first.
std::optional<Target> occurrences(sqlite::Connection& db, const Ids& contents) {
  Ids nodes;
  each(
      db, schema::sql_occurrences, [&](const Statement& row) { nodes.push_back(row.integer(0)); },
      store::json_array(contents));
  if (nodes.empty()) return std::nullopt;
  Target target{.node = nodes.front(), .kind = *kind_of(db, nodes.front()), .starts = nodes};
  std::sort(target.starts.begin(), target.starts.end());
  return target;
}

struct RunMatch {
  std::int64_t id;
  std::string shown;
};

std::vector<RunMatch> runs_with_prefix(sqlite::Connection& db, std::string_view text) {
  const auto range = prefix_range(text, 16, least_run_digits);
  std::vector<RunMatch> runs;
  if (!range) return runs;
  each(
      db, "SELECT id, uid, name FROM run WHERE uid BETWEEN ?1 AND ?2 ORDER BY uid LIMIT 11",
      [&](const Statement& row) {
        runs.push_back({row.integer(0), fmt::format("run {} {}", row.uid(1).str(), value::quoted(row.text(2)))});
      },
      Blob(range->first), Blob(range->last));
  return runs;
}

/// The only run with this prefix; 0 where there is none.
std::int64_t one_run(sqlite::Connection& db, const std::string& text, std::string_view prefix) {
  const std::vector<RunMatch> runs = runs_with_prefix(db, prefix);
  if (runs.size() > 1) {
    std::vector<std::string> shown;
    for (const RunMatch& run : runs) shown.push_back(run.shown);
    raise_ambiguous(text, shown);
  }
  return runs.empty() ? 0 : runs.front().id;
}

std::optional<Target> by_number(sqlite::Connection& db, const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || !prefix_range(text.substr(0, colon), 16, least_run_digits)) return std::nullopt;
  std::int64_t seq = -1;
  const char* end = text.data() + text.size();
  const auto number = std::from_chars(text.data() + colon + 1, end, seq);
  if (number.ec != std::errc() || number.ptr != end) return std::nullopt;
  const std::int64_t run = one_run(db, text, std::string_view(text).substr(0, colon));
  if (run == 0) return std::nullopt;
  const auto node = db.integer("SELECT id FROM node WHERE run = ?1 AND seq = ?2", run, seq);
  if (node) return target_of(db, *node);
  const auto last = db.integer("SELECT max(seq) FROM node WHERE run = ?1", run).value_or(0);
  throw Error(ErrorCode::not_found,
              fmt::format("there is no node {}: that run has the numbers 0 to {}", value::quoted(text), last));
}

std::optional<Target> by_digest(sqlite::Connection& db, const std::string& text) {
  const auto range = prefix_range(text, 32, least_digest_digits);
  if (!range) return std::nullopt;
  std::map<std::string, Ids> found;  // digest -> contents
  std::map<std::string, std::string> shown;
  each(
      db, schema::sql_find_content,
      [&](const Statement& row) {
        const std::string hex = value::to_hex(row.blob(0));
        found[hex].push_back(row.integer(1));
        shown[hex] = fmt::format("{} {}", row.text(2), hex);
      },
      Blob(range->first), Blob(range->last));
  if (found.size() > 1) {
    std::vector<std::string> candidates;
    for (const auto& [hex, line] : shown) candidates.push_back(line);
    raise_ambiguous(text, candidates);
  }
  return found.empty() ? std::nullopt : occurrences(db, found.begin()->second);
}

std::optional<Target> by_path(sqlite::Connection& db, const std::string& text) {
  if (const auto project = db.integer("SELECT id FROM project WHERE name = ?1", text)) return target_of(db, *project);
  const auto experiment = db.integer(
      "SELECT e.id FROM experiment AS e JOIN project AS p ON p.id = e.project WHERE p.name || '/' || e.name = ?1",
      text);
  if (experiment) return target_of(db, *experiment);
  return std::nullopt;
}

/// What was last seen at a location, under the spellings a user may have given it.
std::optional<Target> by_location(const Snapshot& snapshot, const std::string& text, const char* why) {
  std::error_code ignored;
  const fs::path path(text);
  const std::vector<std::string> spellings = {text, path.lexically_normal().string(),
                                              fs::absolute(path, ignored).string(),
                                              fs::weakly_canonical(path, ignored).string()};
  for (const std::string& uri : spellings) {
    // A location knows when a content first came up there, but it may have come back.
    const auto content = snapshot.db.integer(
        "SELECT l.content FROM location AS l JOIN node AS n ON n.content = l.content JOIN run AS r ON r.id = n.run "
        "WHERE l.uri = ?1 ORDER BY r.started_us DESC, r.uid DESC, n.seq DESC LIMIT 1",
        uri);
    std::optional<Target> target = content ? occurrences(snapshot.db, {*content}) : std::nullopt;
    if (!target) continue;
    const std::string note = fmt::format("{} {}; this is about what was last seen there", value::quoted(text), why);
    if (std::find(snapshot.notes.begin(), snapshot.notes.end(), note) == snapshot.notes.end())
      snapshot.notes.push_back(note);
    return target;
  }
  return std::nullopt;
}

std::optional<Target> by_file(const Snapshot& snapshot, const Reference& reference) {
  if (!reference.file) return std::nullopt;
  if (const auto content = snapshot.db.integer("SELECT id FROM content WHERE digest = ?1", *reference.file))
    if (std::optional<Target> target = occurrences(snapshot.db, {*content})) return target;
  return by_location(snapshot, reference.text, "has changed since the store saw it");
}

/// What somebody may have meant whose text is no reference: runs that have it as their name, else files, projects and
/// experiments that are called nearly so.
std::string meant(const Snapshot& snapshot, const std::string& text) {
  std::string runs;
  store::RunReader names(snapshot.db);
  each(
      snapshot.db, "SELECT id FROM run WHERE name = ?1 ORDER BY started_us DESC, uid DESC LIMIT 3",
      [&](const Statement& row) { runs += (runs.empty() ? "" : ", ") + names.at(row.integer(0)).prefix; }, text);
  if (!runs.empty()) return "; a run's name is no reference, runs of this name: " + runs;
  const std::string file = fs::path(text).filename().string();
  const NearNames near(file);
  std::vector<std::string> files;
  each(snapshot.db, "SELECT DISTINCT uri FROM location ORDER BY seen_us DESC", [&](const Statement& row) {
    const std::string known = fs::path(row.text(0)).filename().string();
    if (files.size() < 3 && (known == file || near.is_near(known))) files.emplace_back(row.text(0));
  });
  if (!files.empty()) return near_text(files);
  return near_text(near_in(snapshot, text,
                           "SELECT name FROM project UNION ALL SELECT p.name || '/' || e.name FROM experiment AS e "
                           "JOIN project AS p ON p.id = e.project"));
}

}  // namespace

std::optional<PrefixRange> prefix_range(std::string_view text, std::size_t size, std::size_t least) {
  std::string digits;
  for (const char c : text) {
    if (c == '-') continue;
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) return std::nullopt;
    digits += c;
  }
  if (digits.size() < least || digits.size() > 2 * size) return std::nullopt;
  // Values may be shorter than `size`: the lower end stops with the digits themselves.
  PrefixRange range{std::vector<std::uint8_t>((digits.size() + 1) / 2), std::vector<std::uint8_t>(size)};
  value::from_hex(digits + (digits.size() % 2 ? "0" : ""), range.first);
  value::from_hex(digits + std::string(2 * size - digits.size(), 'f'), range.last);
  return range;
}

Reference prepare(const std::string& text) {
  std::error_code ignored;
  if (text.empty()) throw Error(ErrorCode::invalid_argument, "an empty reference names nothing");
  if (text.find('\0') != std::string::npos || !fs::exists(text, ignored)) return {text};
  refuse_store_file(text, "refer to a file it knows, a run, run:number or a digest");
  if (!fs::is_regular_file(text, ignored)) return {text};
  return {text, digest_file(text).sha256};
}

std::vector<Reference> prepare(const std::vector<Ref>& refs) {
  std::vector<Reference> references;
  for (const Ref& ref : refs) references.push_back(prepare(ref.text()));
  return references;
}

Target resolve(const Snapshot& snapshot, const Reference& reference) {
  sqlite::Connection& db = snapshot.db;
  const std::string& text = reference.text;
  if (auto target = by_file(snapshot, reference)) return *target;
  if (auto target = by_number(db, text)) return *target;
  if (const std::int64_t run = one_run(db, text, text)) return target_of(db, run);
  if (auto target = by_digest(db, text)) return *target;
  if (auto target = by_path(db, text)) return *target;
  if (!reference.file)
    if (auto target = by_location(snapshot, text, "is not a file here")) return *target;
  throw Error(
      ErrorCode::not_found,
      reference.file
          ? fmt::format("the store has seen neither the content of the file {} nor anything at its place",
                        value::quoted(text))
          : fmt::format("{} names nothing: expected a file, run:number, the first 4 or more digits of a run's uid, the "
                        "first 6 or more of a digest, project/experiment or a project{}",
                        value::quoted(text), meant(snapshot, text)));
}

}  // namespace mltrack::ask
