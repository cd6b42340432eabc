#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <vector>

#include <mltrack/tracker.hpp>

#include "sqlite/connection.hpp"
#include "store/fork_gate.hpp"
#include "store/writer.hpp"

namespace mltrack::store {

/// Events that are gathered in memory and written together.
class Pending {
 public:
  virtual ~Pending() = default;
  virtual void flush() = 0;
};

/// The application_id of a store file: "mltk".
inline constexpr std::int64_t application_id = 0x6d6c746b;

/// An open store file: one writing connection per process, one reading connection, and the rules of when what is
/// synced. Threads may share it.
class Store : public std::enable_shared_from_this<Store> {
 public:
  /// The store at `path`, shared with whoever has it open in this process. Errors as Tracker::open.
  static std::shared_ptr<Store> open(const std::filesystem::path& path, const OpenOptions& options);
  Store(std::filesystem::path path, const OpenOptions& options);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  /// Runs `body(writer)` inside BEGIN IMMEDIATE ... COMMIT and returns what it returns; an exception rolls back.
  template <class Body>
  auto write(Body&& body, bool power_safe = false) {
    const Fork::Use use;
    const std::scoped_lock lock(write_mutex_);
    Writer& rows = writer(power_safe);
    Writer::Change change(rows);
    if constexpr (std::is_void_v<decltype(body(rows))>) {
      body(rows);
      change.commit();
      committed();
    } else {
      auto result = body(rows);
      change.commit();
      committed();
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

  /// Events somebody gathers; kept as long as they live elsewhere.
  void add_pending(const std::shared_ptr<Pending>& events);
  /// Writes what was gathered: before every call and every question. Not to be called inside `write` or `read`.
  void flush_pending();

  /// Makes all that is committed power-safe.
  void flush();
  void backup(const std::filesystem::path& to);
  void close();

  /// Closes the connections without folding the log; they come back at the next use. Called before a fork.
  void release() noexcept;

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path objects() const;
  bool read_only() const noexcept { return options_.read_only; }

 private:
  Writer& writer(bool power_safe);
  void committed();
  sqlite::Connection& reader();
  void set_synchronous(bool full);

  std::filesystem::path path_;
  OpenOptions options_;
  std::mutex write_mutex_;
  std::mutex read_mutex_;
  std::mutex pending_mutex_;
  std::vector<std::weak_ptr<Pending>> pending_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<sqlite::Connection> reader_;
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
  bool full_sync_ = false;
  bool reads_older_ = false;  // the reader's file lacked tables when it was opened
  std::atomic<bool> closed_ = false;
  std::atomic<Durability> durability_;
};

/// While one lives, writes of its thread wait at most this long for another writer, and never longer than the store was
/// opened for.
class WaitLimit {
 public:
  explicit WaitLimit(std::optional<int> ms) noexcept;
  WaitLimit(const WaitLimit&) = delete;
  WaitLimit& operator=(const WaitLimit&) = delete;
  ~WaitLimit();

  static int of_this_thread() noexcept;

 private:
  int before_;
};

/// The open stores of this process, for sharing and for the fork gate.
class OpenStores {
 public:
  static OpenStores& instance();
  std::shared_ptr<Store> find(const std::filesystem::path& path);
  void add(Store* store);
  void remove(Store* store) noexcept;
  void release_all() noexcept;
  /// True for the file of an open store, its log and its shared memory.
  bool own(const std::filesystem::path& path) const;

  /// Held while a store is opened, and across a fork.
  std::recursive_mutex mutex;

 private:
  std::vector<Store*> stores_;
};

}  // namespace mltrack::store
