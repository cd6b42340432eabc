#include "store/create.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include <mltrack/error.hpp>
#include <mltrack/store.hpp>
#include <mltrack/version.hpp>

#include "store/store.hpp"

namespace mltrack::schema {
extern const std::string_view sql_0001_initial;
extern const std::string_view sql_0002_findings;
extern const std::string_view sql_0002_environment;
extern const std::string_view sql_0003_views;
}  // namespace mltrack::schema

namespace mltrack {

namespace {

struct Script {
  int version;
  std::string_view sql;
};

/// The scripts that lead to each version, in order. All but the first only add tables, indexes and views.
std::array<Script, 4> schema_scripts() noexcept {
  return {{{1, schema::sql_0001_initial},
           {2, schema::sql_0002_findings},
           {2, schema::sql_0002_environment},
           {3, schema::sql_0003_views}}};
}

/// The scripts behind `version`.
std::string scripts_after(std::int64_t version) {
  std::string sql;
  for (const Script& script : schema_scripts())
    if (script.version > version) sql += script.sql;
  return sql;
}

/// With words around what is made: CREATE `before` TABLE `behind` name.
std::string reworded(std::string sql, std::string_view before, std::string_view behind) {
  for (const std::string_view what : {"TABLE ", "INDEX ", "VIEW "}) {
    const std::string word = fmt::format("\nCREATE {}", what);
    const std::string by = fmt::format("\nCREATE {}{}{}", before, what, behind);
    for (auto at = sql.find(word); at != std::string::npos; at = sql.find(word, at + by.size()))
      sql.replace(at, word.size(), by);
  }
  return sql;
}

/// Without its indexes, which empty tables can do without, and which a connection cannot change in the file.
std::string without_indexes(std::string sql) {
  for (const std::string_view word : {"\nCREATE INDEX ", "\nDROP INDEX "})
    for (auto at = sql.find(word); at != std::string::npos; at = sql.find(word, at))
      sql.erase(at, sql.find(';', at) + 1 - at);
  return sql;
}

}  // namespace

int schema_version() noexcept { return schema_scripts().back().version; }

std::string_view schema_sql() noexcept {
  static const std::string sql = scripts_after(0);
  return sql;
}

namespace store {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(ErrorCode code, const fs::path& path, const std::string& found, const std::string& advice) {
  throw Error(code, fmt::format("{} {}; {}", path.string(), found, advice));
}

[[noreturn]] void refuse_system(const fs::path& path, const char* doing, int error) {
  throw Error(ErrorCode::io,
              fmt::format("cannot {} {}: {}", doing, path.string(), std::generic_category().message(error)));
}

void make_private(const fs::path& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) refuse_system(path, "create", errno);
  ::close(file);
}

/// Puts `from` at `to` unless something is there. True when it did.
bool publish(const fs::path& from, const fs::path& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return true;
  if (errno == EEXIST) return false;
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
    return true;  // no hard links here
  if (errno == EEXIST) return false;
  refuse_system(to, "create the store", errno);
}

/// The file appears complete or not at all, so nobody ever meets a half-made store.
void create(const fs::path& path, int wait_ms) {
  const fs::path fresh = path.string() + ".new-" + Uid::random().str();
  if (::access(path.parent_path().c_str(), W_OK | X_OK) != 0)
    refuse(ErrorCode::io, path, fmt::format("cannot be made: {}", std::generic_category().message(errno)),
           "name a store in a folder that exists and that you may write to");
  make_private(fresh);
  try {
    sqlite::Connection connection(fresh, sqlite::Mode::write, wait_ms);
    // A commit writes and checksums whole pages, and a call touches some twenty: half the default size is a quarter
    // less time.
    connection.script("PRAGMA page_size = 2048; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    connection.script(fmt::format("BEGIN IMMEDIATE; PRAGMA application_id = {}; PRAGMA user_version = {}; {} COMMIT",
                                  application_id, schema_version(), schema_sql()));
    connection.script("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (...) {
    std::error_code ignored;
    fs::remove(fresh, ignored);
    throw;
  }
  publish(fresh, path);
  std::error_code ignored;
  fs::remove(fresh, ignored);
}

/// Called while SQLite's `error` is handled: says what to do about a file that is none or a broken one.
[[noreturn]] void refuse_unreadable(const fs::path& path, const Error& error) {
  if (error.code() == ErrorCode::not_a_store)
    refuse(error.code(), path, "is not an mltrack store: it is no SQLite file", "name another file, or move it away");
  if (error.code() == ErrorCode::damaged)
    refuse(error.code(), path, "is damaged: SQLite cannot read it",
           "restore a backup, or save what is left with 'sqlite3 FILE .recover'");
  throw;
}

/// Checks that the file is a store and one that this library knows, and returns its schema's version.
std::int64_t check(const fs::path& path, sqlite::Connection& connection) {
  std::int64_t id = 0;
  std::int64_t version = 0;
  try {
    id = connection.integer("PRAGMA application_id").value_or(0);
    version = stored_version(connection);
    connection.integer("SELECT count(*) FROM sqlite_schema");
  } catch (const Error& error) {
    refuse_unreadable(path, error);
  }
  if (id != application_id)
    refuse(ErrorCode::not_a_store, path,
           fmt::format("is not an mltrack store: it is a SQLite file with application id {:#x} instead of {:#x}", id,
                       application_id),
           "name another file");
  if (version > schema_version())
    refuse(ErrorCode::too_new, path,
           fmt::format("has schema version {}, this mltrack {} knows up to {}", version, MLTRACK_VERSION,
                       schema_version()),
           "upgrade mltrack to read it");
  if (version < 1)
    refuse(ErrorCode::damaged, path, fmt::format("says its schema version is {}, which never existed", version),
           "restore a backup");
  return version;
}

/// Of any number of processes one makes the tables and the others find them. A process of an older mltrack that has
/// the store open may write its own version back, hence IF NOT EXISTS.
void upgrade(sqlite::Connection& connection) {
  sqlite::Transaction change(connection, sqlite::Transaction::Type::write);
  const auto version = stored_version(connection);
  if (version >= schema_version()) return;
  connection.script(reworded(scripts_after(version), "", "IF NOT EXISTS "));
  connection.script(fmt::format("PRAGMA user_version = {}", schema_version()));
  change.commit();
}

/// Lets an older store be asked as if it had the newer tables, empty, and the views. Nothing is written to its file.
void stand_in_for_newer_tables(sqlite::Connection& connection) {
  const auto version = stored_version(connection);
  if (version < 1 || version >= schema_version()) return;
  connection.script("PRAGMA temp_store = MEMORY");
  connection.script(reworded(without_indexes(scripts_after(version)), "TEMP ", ""));
}

std::unique_ptr<sqlite::Connection> open_as_it_is(const fs::path& path, int wait_ms) {
  try {
    auto connection = std::make_unique<sqlite::Connection>(path, sqlite::Mode::read, wait_ms);
    connection->integer("SELECT count(*) FROM sqlite_schema");
    return connection;
  } catch (const Error& error) {
    const fs::path log = path.string() + "-wal";
    std::error_code absent;
    const bool folded = !fs::exists(log, absent) || fs::file_size(log, absent) == 0;
    if (!folded || (error.code() != ErrorCode::io && error.code() != ErrorCode::read_only))
      refuse_unreadable(path, error);
    return std::make_unique<sqlite::Connection>(path, sqlite::Mode::immutable, wait_ms);
  }
}

}  // namespace

std::int64_t stored_version(sqlite::Connection& connection) {
  return connection.integer("PRAGMA user_version").value_or(0);
}

std::unique_ptr<sqlite::Connection> open_for_reading(const fs::path& path, int wait_ms) {
  auto connection = open_as_it_is(path, wait_ms);
  stand_in_for_newer_tables(*connection);
  return connection;
}

void prepare_file(const fs::path& path, const OpenOptions& options) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    if (options.read_only || !options.create)
      refuse(ErrorCode::not_found, path, "does not exist", "check the path, or start a run to make a store there");
    create(path, options.wait_ms);
  } else if (!fs::is_regular_file(status)) {
    refuse(ErrorCode::not_a_store, path, "is not a file", "name the store file itself");
  } else if (fs::file_size(path) == 0) {
    refuse(ErrorCode::not_a_store, path, "is empty, which no store ever is",
           "if nothing was lost there, remove it and a new store is made");
  }
  if (options.read_only) {
    check(path, *open_as_it_is(path, options.wait_ms));
  } else {
    sqlite::Connection connection(path, sqlite::Mode::write, options.wait_ms);
    const auto version = check(path, connection);
    if (connection.text("PRAGMA journal_mode") != "wal") connection.script("PRAGMA journal_mode = WAL");
    if (version < schema_version()) upgrade(connection);
  }
}

void copy_database(sqlite::Connection& from, const fs::path& to) {
  make_private(to);
  sqlite::Connection target(to, sqlite::Mode::write, 0);
  target.copy_from(from);
}

}  // namespace store
}  // namespace mltrack
