#include "sqlite/connection.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <mltrack/error.hpp>

namespace mltrack::sqlite {

namespace {

ErrorCode error_code(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::busy;
    case SQLITE_READONLY:
      return ErrorCode::read_only;
    case SQLITE_NOTADB:
      return ErrorCode::not_a_store;
    case SQLITE_CORRUPT:
      return ErrorCode::damaged;
    case SQLITE_CONSTRAINT:
      return ErrorCode::invalid_argument;
    default:
      return ErrorCode::io;
  }
}

/// A file: URI with every character that could mean something else escaped.
std::string uri(const std::filesystem::path& path, Mode mode) {
  std::string text = "file:";
  for (const char c : path.string()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                       c == '/' || c == '.' || c == '-' || c == '_';
    text += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  switch (mode) {
    case Mode::write:
      return text + "?mode=rw";
    case Mode::create:
      return text + "?mode=rwc";
    case Mode::read:
      return text + "?mode=ro";
    case Mode::immutable:
      return text + "?mode=ro&immutable=1";
  }
  return text;
}

}  // namespace

void raise(sqlite3* db, int code, std::string_view doing) {
  const ErrorCode kind = error_code(code);
  const char* reason = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  const char* file = db ? sqlite3_db_filename(db, nullptr) : nullptr;
  if (kind == ErrorCode::busy)
    throw Error(kind,
                fmt::format("the store {} is locked by another writer; nothing was written, try again when it is done",
                            file ? file : "file"));
  throw Error(kind, fmt::format("SQLite says \"{}\" (code {}) about {} while running: {:.200}", reason, code,
                                file && *file ? file : "the store", doing));
}

void Connection::Close::operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }

Connection::Connection(const std::filesystem::path& path, Mode mode, int wait_ms) {
  const bool writes = mode == Mode::write || mode == Mode::create;
  const int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE |
                    (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                    (mode == Mode::create ? SQLITE_OPEN_CREATE : 0);
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(uri(path, mode).c_str(), &db, flags, nullptr);
  handle_.reset(db);
  if (code != SQLITE_OK)
    throw Error(error_code(code), fmt::format("cannot open the store {}: {}", path.string(), sqlite3_errstr(code)));
  sqlite3_busy_timeout(db, wait_ms);
  // A question goes through more than the two megabytes that SQLite keeps otherwise.
  if (!writes) script("PRAGMA cache_size = -8192");
}

Statement& Connection::cached(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found == statements_.end()) return statements_.emplace(sql, Statement(handle_.get(), sql, true)).first->second;
  found->second.reset();
  return found->second;
}

void Connection::reset_all() noexcept {
  for (auto& [sql, statement] : statements_) statement.reset();
}

void Connection::script(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) raise(handle_.get(), code, sql);
}

void Connection::wait(int ms) noexcept { sqlite3_busy_timeout(handle_.get(), ms); }
std::int64_t Connection::last_id() const noexcept { return sqlite3_last_insert_rowid(handle_.get()); }
std::int64_t Connection::changes() const noexcept { return sqlite3_changes64(handle_.get()); }
bool Connection::in_transaction() const noexcept { return sqlite3_get_autocommit(handle_.get()) == 0; }

void Connection::keep_log_on_close() noexcept {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void Connection::copy_from(Connection& source) {
  const std::unique_ptr<sqlite3_backup, decltype(&sqlite3_backup_finish)> backup(
      sqlite3_backup_init(handle_.get(), "main", source.handle_.get(), "main"), &sqlite3_backup_finish);
  const int code = backup ? sqlite3_backup_step(backup.get(), -1) : sqlite3_errcode(handle_.get());
  if (code != SQLITE_DONE) raise(handle_.get(), code, "copying the store");
}

Transaction::Transaction(Connection& connection, Type type) : connection_(connection) {
  connection_.run(type == Type::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    connection_.reset_all();
    if (connection_.in_transaction()) connection_.run("ROLLBACK");
  } catch (...) {  // the connection is broken; SQLite rolls back when it closes
  }
}

void Transaction::commit() {
  connection_.run("COMMIT");
  open_ = false;
}

std::string library_version() { return sqlite3_libversion(); }

std::string library_file() {
  Dl_info info{};
  return dladdr(reinterpret_cast<const void*>(&sqlite3_libversion), &info) && info.dli_fname ? info.dli_fname : "";
}

}  // namespace mltrack::sqlite
