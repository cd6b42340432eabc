#include <fmt/format.h>

#include <mltrack/error.hpp>
#include <mltrack/run.hpp>

#include "record/resolve.hpp"
#include "record/run_state.hpp"
#include "store/objects.hpp"

namespace mltrack {

namespace {

using Bytes = std::span<const std::uint8_t>;

Bytes bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

bool is_small(Bytes bytes) { return std::ssize(bytes) <= store::inline_object_limit; }

/// What has to be done outside of a transaction: a large object lies in a file of its own before a row names it.
void keep_large(const record::RunState& run, const Digest& sha256, Bytes bytes) {
  if (!is_small(bytes)) store::keep_object(*run.store, sha256, bytes);
}

void keep_row(store::Writer& rows, const Digest& sha256, Bytes bytes) {
  rows.object(rows.content(sha256, "file", std::ssize(bytes)), is_small(bytes) ? std::optional(bytes) : std::nullopt);
}

/// The artifact that holds these bytes of this model already.
std::optional<NodeRef> known_dump(store::Writer& rows, store::RowId model, const Digest& sha256) {
  sqlite::Statement& select = rows.connection().cached(
      "SELECT r.uid, n.seq FROM content c JOIN node n ON n.content = c.id JOIN dump d ON d.node = n.id "
      "JOIN edge e ON e.dst = n.id AND e.src = ?2 JOIN run r ON r.id = n.run WHERE c.digest = ?1");
  std::optional<NodeRef> found;
  if (select.bind_all(sha256, model).step()) found = NodeRef{select.uid(0), select.integer(1)};
  select.reset();
  return found;
}

}  // namespace

ArtifactRef Run::log_dump(const ModelRef& model, std::span<const std::uint8_t> bytes, const DumpInfo& info) {
  state_->check_running();
  if (info.format.empty())
    throw Error(ErrorCode::invalid_argument,
                "a model's stored bytes need a format such as skops or joblib, and the one given is empty");
  const Digest sha256 = mltrack::sha256(bytes);
  keep_large(*state_, sha256, bytes);
  return state_->write([&](store::Writer& rows) {
    const store::RowId source = rows.find(model);
    if (const auto known = known_dump(rows, source, sha256)) return ArtifactRef{*known};
    keep_row(rows, sha256, bytes);
    const Flow flow{.kind = Kind::artifact,
                    .type = info.media_type.empty() ? "application/octet-stream" : info.media_type,
                    .name = info.name,
                    .digest = sha256,
                    .size_bytes = std::ssize(bytes),
                    .sources = {{model, "object", "dump"}}};
    const store::Stored made = record::make_node(rows, state_->row, flow);
    rows.dump(made.id, source, info);
    return ArtifactRef{made.ref};
  });
}

void Run::log_code(const CodeInfo& info, std::string_view diff, std::optional<int> wait_ms) {
  state_->check_running();
  const store::WaitLimit wait(wait_ms);
  CodeInfo code = info;
  if (!diff.empty()) {
    code.diff = mltrack::sha256(bytes_of(diff));
    keep_large(*state_, code.diff, bytes_of(diff));
  }
  state_->write([&](store::Writer& rows) {
    if (!diff.empty()) keep_row(rows, code.diff, bytes_of(diff));
    rows.code(state_->row.id, code);
  });
}

void Run::log_environment(const EnvironmentInfo& info, std::optional<int> wait_ms) {
  const store::WaitLimit wait(wait_ms);
  state_->write([&](store::Writer& rows) { rows.run_environment(state_->row.id, info); });
}

}  // namespace mltrack
