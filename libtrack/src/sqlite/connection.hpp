#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sqlite/statement.hpp"

namespace mltrack::sqlite {

enum class Mode : std::uint8_t {
  write,      ///< an existing file, for writing
  create,     ///< made when missing
  read,       ///< an existing file, read only
  immutable,  ///< read only, on a medium where not even the lock files can be written
};

/// One connection with its cache of prepared statements. Used by one thread at a time.
class Connection {
 public:
  Connection(const std::filesystem::path& path, Mode mode, int wait_ms);

  /// A statement kept for the next use with the same text, reset and ready to bind. `sql` must be a literal or outlive
  /// the connection.
  Statement& cached(std::string_view sql);
  Statement prepare(std::string_view sql) { return Statement(handle_.get(), sql, false); }

  /// Resets every cached statement. One left in the middle of its rows by an exception would keep its old snapshot
  /// open, and the next transaction would read that.
  void reset_all() noexcept;

  /// Runs a script of any number of statements.
  void script(const std::string& sql);

  /// Runs a cached statement to its end.
  template <class... Args>
  void run(std::string_view sql, const Args&... args) {
    cached(sql).bind_all(args...).exec();
  }

  /// The first column of the first row of a cached statement, or nothing.
  template <class... Args>
  std::optional<std::int64_t> integer(std::string_view sql, const Args&... args) {
    Statement& statement = cached(sql).bind_all(args...);
    std::optional<std::int64_t> value;
    if (statement.step()) value = statement.maybe_integer(0);
    statement.reset();
    return value;
  }
  template <class... Args>
  std::optional<std::string> text(std::string_view sql, const Args&... args) {
    Statement& statement = cached(sql).bind_all(args...);
    std::optional<std::string> value;
    if (statement.step()) value = statement.maybe_text(0);
    statement.reset();
    return value;
  }

  void wait(int ms) noexcept;
  std::int64_t last_id() const noexcept;
  std::int64_t changes() const noexcept;
  bool in_transaction() const noexcept;
  sqlite3* handle() const noexcept { return handle_.get(); }

  /// Leaves the write-ahead log as it is when this connection closes, which makes closing quick.
  void keep_log_on_close() noexcept;

  /// Overwrites this database with what `source` reads now.
  void copy_from(Connection& source);

 private:
  struct Close {
    void operator()(sqlite3* db) const noexcept;
  };
  std::unique_ptr<sqlite3, Close> handle_;  // declared first: statements go before the connection does
  std::unordered_map<std::string_view, Statement> statements_;
};

/// BEGIN ... COMMIT; rolled back unless `commit` was reached.
class Transaction {
 public:
  enum class Type : std::uint8_t { read, write };
  Transaction(Connection& connection, Type type);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

/// The mltrack::Error for a SQLite result code.
[[noreturn]] void raise(sqlite3* db, int code, std::string_view doing);

/// Version of the linked library and the file it was loaded from.
std::string library_version();
std::string library_file();

}  // namespace mltrack::sqlite
