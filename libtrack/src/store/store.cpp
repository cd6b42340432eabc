#include "store/store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <limits>
#include <system_error>

#include <mltrack/error.hpp>
#include <mltrack/store.hpp>

#include "store/create.hpp"
#include "value/quoted.hpp"

namespace mltrack::store {

namespace fs = std::filesystem;

namespace {
thread_local int wait_limit_ms = std::numeric_limits<int>::max();
}

WaitLimit::WaitLimit(std::optional<int> ms) noexcept : before_(wait_limit_ms) {
  if (ms) wait_limit_ms = std::min(wait_limit_ms, std::max(*ms, 0));
}

WaitLimit::~WaitLimit() { wait_limit_ms = before_; }

int WaitLimit::of_this_thread() noexcept { return wait_limit_ms; }

OpenStores& OpenStores::instance() {
  alignas(OpenStores) static std::byte memory[sizeof(OpenStores)];  // never destroyed: it outlives every static store
  static OpenStores* const stores = std::construct_at(reinterpret_cast<OpenStores*>(memory));
  return *stores;
}

std::shared_ptr<Store> OpenStores::find(const fs::path& path) {
  for (Store* store : stores_) {
    std::error_code absent;
    if (fs::equivalent(store->path(), path, absent))
      if (auto shared = store->weak_from_this().lock()) return shared;
  }
  return nullptr;
}

void OpenStores::add(Store* store) { stores_.push_back(store); }

void OpenStores::remove(Store* store) noexcept {
  const std::scoped_lock lock(mutex);
  std::erase(stores_, store);
}

bool OpenStores::own(const fs::path& path) const {
  constexpr std::array suffixes = {"", "-wal", "-shm", "-journal"};
  std::error_code ignored;
  for (const Store* store : stores_)
    for (const char* suffix : suffixes)
      if (fs::equivalent(path, store->path().string() + suffix, ignored)) return true;
  return false;
}

void OpenStores::release_all() noexcept {
  for (Store* store : stores_) store->release();
}

std::shared_ptr<Store> Store::open(const fs::path& path, const OpenOptions& options) {
  const Fork::Use use;
  OpenStores& stores = OpenStores::instance();
  const std::scoped_lock lock(stores.mutex);
  const fs::path absolute = fs::absolute(path).lexically_normal();
  if (auto shared = stores.find(absolute); shared && !shared->closed_ && (options.read_only || !shared->read_only())) {
    if (options.durability == Durability::full) shared->durability_ = Durability::full;
    return shared;
  }
  prepare_file(absolute, options);
  auto store = std::make_shared<Store>(absolute, options);
  stores.add(store.get());
  return store;
}

Store::Store(fs::path path, const OpenOptions& options)
    : path_(std::move(path)), options_(options), durability_(options.durability) {}

Store::~Store() {
  const Fork::Use use;  // closing a connection is work in SQLite too
  OpenStores::instance().remove(this);
  reader_.reset();
  writer_.reset();
}

fs::path Store::objects() const { return path_.string() + ".objects"; }

void Store::set_synchronous(bool full) {
  if (full == full_sync_) return;
  writer_->connection().script(full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  full_sync_ = full;
}

Writer& Store::writer(bool power_safe) {
  if (closed_)
    throw Error(ErrorCode::wrong_state, fmt::format("the store {} was closed; open it again to write", path_.string()));
  if (read_only())
    throw Error(ErrorCode::read_only,
                fmt::format("the store {} was opened read-only; open it for writing first", path_.string()));
  if (!writer_) {
    writer_ = std::make_unique<Writer>(path_, options_.wait_ms);
    full_sync_ = false;
  }
  writer_->connection().wait(std::min(options_.wait_ms, WaitLimit::of_this_thread()));
  const auto unsynced = std::chrono::steady_clock::now() - synced_;
  set_synchronous(power_safe || durability_ == Durability::full || unsynced >= std::chrono::seconds(1));
  return *writer_;
}

void Store::committed() {
  if (full_sync_) synced_ = std::chrono::steady_clock::now();
}

sqlite::Connection& Store::reader() {
  if (closed_)
    throw Error(ErrorCode::wrong_state, fmt::format("the store {} was closed; open it again to ask", path_.string()));
  if (reader_ && reads_older_ && stored_version(*reader_) == schema_version()) reader_.reset();  // upgraded meanwhile
  if (!reader_) {
    reader_ = open_for_reading(path_, options_.wait_ms);
    reads_older_ = stored_version(*reader_) < schema_version();
  }
  return *reader_;
}

void Store::add_pending(const std::shared_ptr<Pending>& events) {
  const Fork::Use use;
  const std::scoped_lock lock(pending_mutex_);
  pending_.push_back(events);
}

void Store::flush_pending() {
  std::vector<std::shared_ptr<Pending>> live;
  {
    const Fork::Use use;
    const std::scoped_lock lock(pending_mutex_);
    if (pending_.empty()) return;
    std::erase_if(pending_, [](const auto& events) { return events.expired(); });
    for (const auto& events : pending_)
      if (auto shared = events.lock()) live.push_back(std::move(shared));
  }
  for (const auto& events : live) events->flush();
}

void Store::flush() {
  // Rewriting a header field makes a commit of its own, which takes everything before it to the disk.
  const auto rewrite = [](Writer& rows) {
    const auto version = stored_version(rows.connection());
    rows.connection().script(fmt::format("PRAGMA user_version = {}", version));
  };
  write(rewrite, true);
}

void Store::release() noexcept {
  // Runs while no thread is inside a Use, so the mutexes are free.
  reader_.reset();
  if (!writer_) return;
  writer_->connection().keep_log_on_close();
  writer_.reset();
}

void Store::close() {
  const Fork::Use use;
  const std::scoped_lock lock(write_mutex_, read_mutex_);
  reader_.reset();
  if (writer_) {
    try {
      writer_->connection().script("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (const Error&) {  // somebody else is reading: the last one to close folds the log
    }
    writer_.reset();
  }
  closed_ = true;
}

void Store::backup(const fs::path& to) {
  if (fs::exists(to))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} exists already; a backup never overwrites, name a new file", to.string()));
  const fs::path part = to.string() + ".part";
  {
    const Fork::Use use;
    const std::scoped_lock lock(read_mutex_);
    std::error_code ignored;
    fs::remove(part, ignored);
    copy_database(reader(), part);
  }
  if (fs::exists(objects()))
    fs::copy(objects(), to.string() + ".objects", fs::copy_options::recursive | fs::copy_options::skip_existing);
  fs::rename(part, to);
}

}  // namespace mltrack::store

namespace mltrack {

void refuse_store_file(const std::filesystem::path& path, std::string_view advice) {
  const store::Fork::Use use;
  store::OpenStores& stores = store::OpenStores::instance();
  const std::scoped_lock lock(stores.mutex);
  if (stores.own(path))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} is the store itself; {}", value::quoted(path.string()), advice));
}

}  // namespace mltrack
