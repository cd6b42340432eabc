#include <mltrack/document.hpp>
#include <mltrack/error.hpp>
#include <mltrack/tracker.hpp>

#include "exchange/run_document.hpp"
#include "store/read_rows.hpp"
#include "value/quoted.hpp"

namespace mltrack {
namespace {

constexpr const char* words[] = {"run", "openlineage", "prov"};

/// The run that a reference names or lies in; of a project or an experiment all its runs.
std::vector<Uid> runs_of(store::Store& store, const Node& node) {
  if (node.run) return {Uid::parse(*node.run)};
  return store.read([&](sqlite::Connection& db) {
    std::vector<Uid> runs;
    store::each(
        db,
        "SELECT r.uid FROM project AS p JOIN experiment AS e ON e.project = p.id JOIN run AS r ON r.experiment = e.id "
        "WHERE p.name = ?1 AND e.name = ifnull(?2, e.name) AND NOT EXISTS (SELECT 1 FROM run AS o WHERE o.uid = "
        "r.part_of)",
        [&](const sqlite::Statement& row) { runs.push_back(row.uid(0)); }, *node.project, node.experiment);
    return runs;
  });
}

}  // namespace

const char* to_string(DocumentKind kind) noexcept { return words[static_cast<std::size_t>(kind)]; }

DocumentKind parse_document_kind(std::string_view word) {
  for (const DocumentKind kind : {DocumentKind::run, DocumentKind::openlineage, DocumentKind::prov})
    if (word == to_string(kind)) return kind;
  throw Error(ErrorCode::invalid_argument,
              value::quoted(word) + " is not a kind of document; the kinds are run, openlineage and prov");
}

Document Tracker::export_run(const Ref& ref, const ExportOptions& options) const {
  store_->flush_pending();
  return exchange::write_runs(*store_, runs_of(*store_, query().node(ref)), options);
}

Imported Tracker::import_run(std::string_view document) {
  store_->flush_pending();
  return exchange::read_runs(*store_, document);
}

}  // namespace mltrack
