#include "store/store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <system_error>

#include <mltrack/error.hpp>
#include <mltrack/store.hpp>

#include "store/create.hpp"

namespace mltrack::store {

namespace fs = std::filesystem;

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

void OpenStores::release_all() noexcept {
  for (Store* store : stores_) store->release();
}

std::shared_ptr<Store> Store::open(const fs::path& path, const OpenOptions& options) {
  const Fork::Use use;
  OpenStores& stores = OpenStores::instance();
  const std::scoped_lock lock(stores.mutex);
  const fs::path absolute = fs::absolute(path).lexically_normal();
  if (auto shared = stores.find(absolute); shared && !shared->closed_ && (options.read_only || !shared->read_only()))
    return shared;
  prepare_file(absolute, options);
  auto store = std::make_shared<Store>(absolute, options);
  stores.add(store.get());
  return store;
}

Store::Store(fs::path path, const OpenOptions& options)
    : path_(std::move(path)), options_(options), wait_ms_(options.wait_ms) {}

Store::~Store() {
  // The fork gate must not be entered here: the last owner may be a thread that already holds it.
  OpenStores::instance().remove(this);
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
    writer_ = std::make_unique<Writer>(path_, wait_ms_);
    full_sync_ = false;
  }
  writer_->connection().wait(wait_ms_);
  const auto now = std::chrono::steady_clock::now();
  const bool full = power_safe || options_.durability == Durability::full || now - synced_ >= std::chrono::seconds(1);
  set_synchronous(full);
  if (full) synced_ = now;
  return *writer_;
}

sqlite::Connection& Store::reader() {
  if (closed_)
    throw Error(ErrorCode::wrong_state, fmt::format("the store {} was closed; open it again to ask", path_.string()));
  if (!reader_) reader_ = open_for_reading(path_, wait_ms_);
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
  write([](Writer& rows) { rows.connection().script(fmt::format("PRAGMA user_version = {}", schema_version())); },
        true);
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
