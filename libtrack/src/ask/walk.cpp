#include "ask/walk.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <string>
#include <unordered_map>

#include <mltrack/error.hpp>

#include "ask/closure.hpp"
#include "store/read_rows.hpp"
#include "store/read_runs.hpp"

namespace mltrack::ask {

using sqlite::Statement;

namespace {

/// So many rows are passed to get to the next one, instead of looking it up.
constexpr int near = 8;

/// Rows by ascending id, which is their first column: steps from one to the next, and seeks what is farther.
class Ascending {
 public:
  Ascending(sqlite::Connection& db, std::string_view sql) : rows_(db.cached(sql).bind(1, 0)) {}
  Ascending(const Ascending&) = delete;
  Ascending& operator=(const Ascending&) = delete;
  ~Ascending() { rows_.reset(); }

  const Statement& at(std::int64_t id) {
    for (int steps = 0; at_ < id && steps < near; ++steps) step();
    if (at_ < id) {
      rows_.reset();
      rows_.bind(1, id);
      step();
    }
    return rows_;
  }

 private:
  static constexpr std::int64_t end = std::numeric_limits<std::int64_t>::max();
  void step() { at_ = rows_.step() ? rows_.integer(0) : end; }

  Statement& rows_;
  std::int64_t at_ = -1;
};

/// Interned names; references to them stay valid.
class Names {
 public:
  explicit Names(sqlite::Connection& db) : db_(db) {}
  /// Empty for 0, which is what an absent number reads as.
  std::string_view at(std::int64_t id) {
    const auto [found, is_new] = texts_.try_emplace(id);
    if (is_new) found->second = db_.text("SELECT text FROM name WHERE id = ?1", id).value_or("");
    return found->second;
  }

 private:
  sqlite::Connection& db_;
  std::unordered_map<std::int64_t, std::string> texts_{};
};

/// Turns rows into what a walk shows. Nodes of a run mostly follow each other, so its texts are kept for the next.
class Passing {
 public:
  explicit Passing(sqlite::Connection& db)
      : db_(db), prefixes_(db), operations_(db, "SELECT id, op FROM call WHERE id >= ?1 ORDER BY id"), names_(db) {}

  Passed of(std::int64_t id, Kind kind, const Statement& row) {
    if (const std::int64_t run = row.integer(1); run != run_) begin_run(run);
    ref_.resize(prefix_size_);
    append_number(row.integer(2));
    return {.ref = ref_,
            .run = uid_,
            .kind = kind,
            .op = kind == Kind::call ? names_.at(operations_.at(id).integer(1)) : std::string_view(),
            .type = names_.at(row.integer(4)),
            .name = kind == Kind::run ? std::string_view(run_name_) : names_.at(row.integer(5))};
  }

 private:
  void append_number(std::int64_t number) {
    std::array<char, 20> digits{};
    ref_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
  }

  void begin_run(std::int64_t run) {
    run_ = run;
    Statement& row = db_.cached("SELECT uid, name FROM run WHERE id = ?1").bind(1, run);
    if (row.step()) {
      uid_ = row.uid(0).str();
      run_name_ = row.text(1);
      ref_ = prefixes_.of(row.uid(0)) + ':';
      prefix_size_ = ref_.size();
    }
    row.reset();
  }

  sqlite::Connection& db_;
  store::RunPrefixes prefixes_;
  Ascending operations_;
  Names names_;
  std::int64_t run_ = 0;
  std::string uid_{}, run_name_{}, ref_{};
  std::size_t prefix_size_ = 0;
};

/// Marks this thread.
struct InAWalk {
  InAWalk() { in_a_walk = true; }
  InAWalk(const InAWalk&) = delete;
  InAWalk& operator=(const InAWalk&) = delete;
  ~InAWalk() { in_a_walk = false; }
};

}  // namespace

std::int64_t walk(const Snapshot& snapshot, const Reference& from, const Walk& walk,
                  const std::function<bool(const Passed&)>& see) {
  if (walk.depth && *walk.depth < 0)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a depth of {} is not possible; expected 0 or more", *walk.depth));
  sqlite::Connection& db = snapshot.db;
  const Target target = resolve(snapshot, from);
  const NodeSet nodes = reached(db, target.starts, walk.up ? Way::up : Way::down, walk.depth);
  if (!see && !walk.kind) return nodes.count();
  Passing passing(db);
  const InAWalk mark;
  std::int64_t count = 0;
  bool seeing = static_cast<bool>(see);
  const std::string_view wanted = walk.kind ? to_string(*walk.kind) : "";
  Ascending rows(db, "SELECT id, run, seq, kind, type, name FROM node WHERE id >= ?1 ORDER BY id");
  nodes.each([&](std::int64_t id) {
    const Statement& row = rows.at(id);
    const std::string_view kind = row.text(3);
    if (walk.kind && kind != wanted) return;
    ++count;
    if (seeing) seeing = see(passing.of(id, parse_kind(kind), row));
  });
  return count;
}

}  // namespace mltrack::ask
