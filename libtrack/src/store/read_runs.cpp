#include "store/read_runs.hpp"

#include <algorithm>

#include "store/liveness.hpp"
#include "store/read_rows.hpp"
#include "value/hex.hpp"

namespace mltrack::schema {
extern const std::string_view sql_read_runs;
}

namespace mltrack::store {

namespace {

constexpr std::size_t shortest_prefix = 8;
constexpr std::size_t many_runs = 200;

/// How many digits tell two uids apart.
std::size_t telling_digits(const Uid& a, const Uid& b) {
  const auto differs = std::mismatch(a.bytes.begin(), a.bytes.end(), b.bytes.begin());
  if (differs.first == a.bytes.end()) return 2 * a.bytes.size();
  const bool same_first_digit = (*differs.first >> 4) == (*differs.second >> 4);
  return 2 * static_cast<std::size_t>(differs.first - a.bytes.begin()) + (same_first_digit ? 2 : 1);
}

}  // namespace

std::string RunPrefixes::of(const Uid& uid) {
  if (all_.empty()) expect(1);
  std::size_t digits = shortest_prefix;
  const auto tell = [&](const Uid& other) { digits = std::max(digits, telling_digits(uid, other)); };
  if (all_.empty()) {
    const auto take = [&](const sqlite::Statement& row) {
      for (const int neighbour : {0, 1})
        if (!row.null(neighbour)) tell(row.uid(neighbour));
    };
    each(db_, "SELECT (SELECT max(uid) FROM run WHERE uid < ?1), (SELECT min(uid) FROM run WHERE uid > ?1)", take, uid);
  } else {
    const auto place = std::lower_bound(all_.begin(), all_.end(), uid);
    if (place != all_.begin()) tell(*(place - 1));
    if (place != all_.end() && place + 1 != all_.end()) tell(*(place + 1));
  }
  return value::to_hex(uid.bytes).substr(0, digits);
}

void RunPrefixes::expect(std::size_t runs) {
  asked_ += runs;
  if (asked_ <= many_runs || !all_.empty()) return;
  each(db_, "SELECT uid FROM run ORDER BY uid", [&](const sqlite::Statement& row) { all_.push_back(row.uid(0)); });
}

void RunReader::load(std::span<const std::int64_t> ids) {
  std::vector<std::int64_t> missing;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(missing),
               [&](std::int64_t id) { return !rows_.contains(id); });
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  if (missing.empty()) return;
  each(
      db_, schema::sql_read_runs, [&](const sqlite::Statement& row) { add_row(row); }, json_array(missing));
  prefixes_.expect(missing.size());
  for (const std::int64_t id : missing) {
    ReadRun& run = rows_[id];
    run.prefix = prefixes_.of(run.uid);
  }
}

const ReadRun& RunReader::at(std::int64_t id) {
  const auto found = rows_.find(id);
  if (found != rows_.end()) return found->second;
  load({&id, 1});
  return rows_[id];
}

std::string RunReader::ref(std::int64_t run, std::int64_t seq) { return at(run).prefix + ":" + std::to_string(seq); }

void RunReader::add_row(const sqlite::Statement& row) {
  ReadRun& run = rows_[row.integer(0)];
  run.uid = row.uid(1);
  run.owner = row.null(11) ? run.uid : row.uid(11);
  run.name = row.text(2);
  run.status = status(row);
  run.started_us = row.integer(4);
  run.ended_us = row.maybe_integer(5);
  run.experiment = row.integer(6);
}

std::string RunReader::status(const sqlite::Statement& row) {
  std::string stored(row.text(3));
  if (stored != "running") return stored;
  Process process{std::string(row.text(7)), std::string(row.text(8)), row.integer(9), row.integer(10)};
  const auto key = std::make_tuple(process.host, process.boot_id, process.pid, process.pid_started);
  const auto found = alive_.try_emplace(key, false);
  if (found.second) found.first->second = alive(process);
  return found.first->second ? stored : "lost";
}

}  // namespace mltrack::store
