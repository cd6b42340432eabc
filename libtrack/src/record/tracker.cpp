#include <mltrack/tracker.hpp>

#include <fmt/format.h>

#include <mltrack/error.hpp>

#include "record/run_state.hpp"
#include "store/locate.hpp"
#include "store/objects.hpp"

namespace mltrack {

Tracker::Tracker(std::shared_ptr<store::Store> store) noexcept : store_(std::move(store)) {}

Tracker Tracker::open(const std::filesystem::path& path, const OpenOptions& options) {
  return Tracker(store::Store::open(path, options));
}

std::filesystem::path Tracker::default_path() { return store::default_path(); }

Run Tracker::start_run(const RunInfo& info) {
  store_->flush_pending();
  auto row = store_->write([&](store::Writer& rows) { return rows.run(info); });
  return Run(std::make_shared<record::RunState>(store_, std::move(row), true));
}

Run Tracker::attach(const Uid& run) {
  auto row = store_->write([&](store::Writer& rows) {
    store::RunRow found = rows.find_run(run);
    rows.adopt_run(found.id);
    return found;
  });
  auto state = std::make_shared<record::RunState>(store_, std::move(row), false);
  state->check_running();
  return Run(std::move(state));
}

void Tracker::set_tag(const std::string& key, const std::string& value, const std::vector<NodeRef>& nodes) {
  store_->flush_pending();
  store_->write([&](store::Writer& rows) {
    for (const NodeRef& node : nodes) rows.tag(rows.find(node), key, value, store::now_us());
  });
}

void Tracker::log_note(const std::string& text, const std::vector<NodeRef>& nodes, const std::string& author) {
  store_->flush_pending();
  store_->write([&](store::Writer& rows) {
    for (const NodeRef& node : nodes) rows.note(rows.find(node), text, author);
  });
}

Query Tracker::query() const { return Query(store_); }

void Tracker::backup(const std::filesystem::path& to) const {
  store_->flush_pending();
  store_->backup(to);
}

const std::filesystem::path& Tracker::path() const noexcept { return store_->path(); }
bool Tracker::read_only() const noexcept { return store_->read_only(); }

std::vector<std::uint8_t> Tracker::read_object(const Digest& sha256) const {
  return store::load_object(*store_, sha256);
}

void Tracker::close() {
  store_->flush_pending();
  store_->close();
}

}  // namespace mltrack
