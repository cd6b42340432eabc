#include <fmt/format.h>
#include <sys/vfs.h>

#include <array>
#include <system_error>
#include <utility>

#include <mltrack/error.hpp>
#include <mltrack/store.hpp>

#include "store/create.hpp"
#include "store/store.hpp"

namespace mltrack {

namespace fs = std::filesystem;

namespace {

using sqlite::Connection;

constexpr std::int64_t nfs_magic = 0x6969;
constexpr std::int64_t smb_magic = 0xff534d42;

std::string file_system_name(const fs::path& path) {
  static constexpr std::array<std::pair<std::int64_t, const char*>, 9> known{{{0xef53, "ext4"},
                                                                              {0x58465342, "xfs"},
                                                                              {0x9123683e, "btrfs"},
                                                                              {0x01021994, "tmpfs"},
                                                                              {0x794c7630, "overlayfs"},
                                                                              {0x2fc12fc1, "zfs"},
                                                                              {nfs_magic, "nfs"},
                                                                              {smb_magic, "smb"},
                                                                              {0x65735546, "fuse"}}};
  struct statfs info {};
  if (::statfs(path.c_str(), &info) != 0) return "unknown";
  const auto magic = static_cast<std::int64_t>(static_cast<std::uint32_t>(info.f_type));
  for (const auto& [number, name] : known)
    if (number == magic) return name;
  return fmt::format("type {:#x}", magic);
}

/// Every row a query returns is a problem.
void find_problems(Connection& connection, std::string_view sql, std::string_view sentence,
                   std::vector<std::string>& problems) {
  const auto count = connection.integer(sql);
  if (count.value_or(0) > 0) problems.push_back(fmt::format("{} {}", *count, sentence));
}

void check_integrity(Connection& connection, std::vector<std::string>& problems) {
  sqlite::Statement& check = connection.cached("PRAGMA integrity_check(20)");
  while (check.step())
    if (check.text(0) != "ok") problems.push_back(fmt::format("SQLite: {}", check.text(0)));
  check.reset();
  find_problems(connection, "SELECT count(*) FROM pragma_foreign_key_check", "rows refer to rows that do not exist",
                problems);
  find_problems(connection, "SELECT count(*) FROM edge WHERE src >= dst", "edges run against the order of the graph",
                problems);
  find_problems(connection,
                "SELECT count(*) FROM run r WHERE (SELECT max(seq) + 1 FROM node WHERE run = r.id) <>"
                " (SELECT count(*) FROM node WHERE run = r.id)",
                "runs have gaps in their numbering", problems);
}

void check_objects(Connection& connection, const fs::path& folder, Health& health) {
  std::error_code absent;
  for (const auto& entry : fs::recursive_directory_iterator(folder, absent)) health.objects += entry.is_regular_file();
  sqlite::Statement& select = connection.cached(
      "SELECT lower(hex(c.digest)) FROM object o JOIN content c ON c.id = o.content WHERE o.blob IS NULL");
  while (select.step()) {
    const std::string hex(select.text(0));
    if (!fs::exists(folder / hex.substr(0, 2) / hex))
      health.problems.push_back(fmt::format("the object {} is missing from {}; copy the folder together with the store",
                                            hex, folder.string()));
  }
  select.reset();
}

void count_rows(Connection& connection, Health& health) {
  std::vector<std::string> tables;
  sqlite::Statement& select = connection.cached(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name");
  while (select.step()) tables.emplace_back(select.text(0));
  select.reset();
  for (const std::string& table : tables) {
    // A name out of the schema itself, quoted as SQL wants it: a table cannot be bound.
    sqlite::Statement count = connection.prepare(fmt::format("SELECT count(*) FROM \"{}\"", table));
    if (count.step()) health.counts[table] = count.integer(0);
  }
}

}  // namespace

Health examine(const fs::path& path) {
  const store::Fork::Use use;
  store::prepare_file(path, {.read_only = true});
  Health health{.path = fs::absolute(path),
                .size_bytes = static_cast<std::int64_t>(fs::file_size(path)),
                .sqlite_version = sqlite::library_version(),
                .sqlite_library = sqlite::library_file(),
                .schema = 0,
                .journal_mode = {},
                .file_system = file_system_name(path),
                .counts = {},
                .objects = 0,
                .problems = {}};
  const auto connection = store::open_for_reading(path, OpenOptions().wait_ms);
  health.schema = static_cast<int>(connection->integer("PRAGMA user_version").value_or(0));
  health.journal_mode = connection->text("PRAGMA journal_mode").value_or("unknown");
  if (health.file_system == "nfs" || health.file_system == "smb")
    health.problems.push_back(
        fmt::format("the store lies on {}, where SQLite's locks and shared memory do not work between hosts; move it "
                    "to a local disk",
                    health.file_system));
  count_rows(*connection, health);
  check_integrity(*connection, health.problems);
  check_objects(*connection, path.string() + ".objects", health);
  return health;
}

}  // namespace mltrack
