#include "sqlite/statement.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <limits>

#include "sqlite/connection.hpp"

namespace mltrack::sqlite {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

Statement::Statement(sqlite3* db, std::string_view sql, bool keep) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()),
                                      keep ? SQLITE_PREPARE_PERSISTENT : 0, &statement, nullptr);
  handle_.reset(statement);
  if (code != SQLITE_OK) raise(db, code, sql);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) raise(sqlite3_db_handle(handle_.get()), code, "bind");
}

Statement& Statement::bind(int index, std::nullptr_t) {
  check(sqlite3_bind_null(handle_.get(), index));
  return *this;
}

Statement& Statement::bind_int(int index, std::int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), index, value));
  return *this;
}

Statement& Statement::bind(int index, double value) {
  check(sqlite3_bind_double(handle_.get(), index, value));
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  // A null pointer would bind NULL where the caller means an empty text.
  const char* data = text.empty() ? "" : text.data();
  check(sqlite3_bind_text64(handle_.get(), index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int index, Blob blob) {
  check(blob.empty() ? sqlite3_bind_zeroblob(handle_.get(), index, 0)
                     : sqlite3_bind_blob64(handle_.get(), index, blob.data(), blob.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind(int index, const Digest& digest) {
  return digest ? bind(index, digest.bytes()) : bind(index, nullptr);
}

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3* db = sqlite3_db_handle(handle_.get());
  const int extended = sqlite3_extended_errcode(db);
  const std::string sql = sqlite3_sql(handle_.get());
  try {
    raise(db, extended, sql);
  } catch (...) {
    reset();
    throw;
  }
}

void Statement::reset() noexcept { sqlite3_reset(handle_.get()); }

void Statement::exec() {
  while (step()) {
  }
  reset();
}

bool Statement::null(int column) const noexcept { return storage(column) == SQLITE_NULL; }
std::int64_t Statement::integer(int column) const noexcept { return sqlite3_column_int64(handle_.get(), column); }

double Statement::real(int column) const noexcept {
  return null(column) ? std::numeric_limits<double>::quiet_NaN() : sqlite3_column_double(handle_.get(), column);
}

std::string_view Statement::text(int column) const noexcept {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  return data ? std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column)))
              : std::string_view();
}

Blob Statement::blob(int column) const noexcept {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_.get(), column));
  return {data, data ? static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column)) : 0};
}

Uid Statement::uid(int column) const noexcept {
  Uid uid;
  const Blob bytes = blob(column);
  if (bytes.size() == uid.bytes.size()) std::copy(bytes.begin(), bytes.end(), uid.bytes.begin());
  return uid;
}

Digest Statement::digest(int column) const { return null(column) ? Digest() : Digest(blob(column)); }

std::optional<std::int64_t> Statement::maybe_integer(int column) const noexcept {
  if (null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Statement::maybe_text(int column) const {
  if (null(column)) return std::nullopt;
  return std::string(text(column));
}

int Statement::storage(int column) const noexcept { return sqlite3_column_type(handle_.get(), column); }
int Statement::columns() const noexcept { return sqlite3_column_count(handle_.get()); }

}  // namespace mltrack::sqlite
