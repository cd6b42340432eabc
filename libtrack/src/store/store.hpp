#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>

#include <mltrack/tracker.hpp>

#include "sqlite/connection.hpp"
#include "store/fork_gate.hpp"

namespace mltrack::store {

/// An open store file: one writing connection per process, one reading connection, and the rules of when what is synced.
/// Threads may share it. A forked child gets connections of its own at first use.
class Store {
 public:
  /// The store at `path`, shared with whoever has it open in this process. Errors as Tracker::open.
  static std::shared_ptr<Store> open(const std::filesystem::path& path, const OpenOptions& options);
  Store(std::filesystem::path path, const OpenOptions& options);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  /// Runs `body(connection)` inside BEGIN IMMEDIATE ... COMMIT and returns what it returns; an exception rolls back.
  template <class Body>
  auto write(Body&& body, bool power_safe = false) {
    const Fork::Use use;
    const std::scoped_lock lock(write_mutex_);
    sqlite::Connection& connection = writer(power_safe);
    sqlite::Transaction transaction(connection, sqlite::Transaction::Type::write);
    if constexpr (std::is_void_v<decltype(body(connection))>) {
      body(connection);
      transaction.commit();
    } else {
      auto result = body(connection);
      transaction.commit();
      return result;
    }
  }

  /// Runs `body(connection)` on one snapshot of what is committed and returns what it returns.
  template <class Body>
  auto read(Body&& body) {
    const Fork::Use use;
    const std::scoped_lock lock(read_mutex_);
    sqlite::Connection& connection = reader();
    const sqlite::Transaction snapshot(connection, sqlite::Transaction::Type::read);
    return body(connection);
  }

  /// Makes all that is committed power-safe.
  void flush();
  void backup(const std::filesystem::path& to);
  void close();

  /// How long writes wait for another writer from now on.
  void wait(int ms);

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path objects() const;
  bool read_only() const noexcept { return options_.read_only; }

 private:
  sqlite::Connection& writer(bool power_safe);
  sqlite::Connection& reader();
  void abandon_after_fork();
  void make_or_migrate();

  std::filesystem::path path_;
  OpenOptions options_;
  std::mutex write_mutex_;
  std::mutex read_mutex_;
  std::unique_ptr<sqlite::Connection> writer_;
  std::unique_ptr<sqlite::Connection> reader_;
  std::chrono::steady_clock::time_point synced_{};
  bool full_sync_ = false;
  bool closed_ = false;
  std::atomic<int> wait_ms_;
  unsigned generation_ = 0;
};

}  // namespace mltrack::store
