#include <mltrack/document.hpp>
#include <mltrack/error.hpp>
#include <mltrack/tracker.hpp>

#include "exchange/run_document.hpp"
#include "value/quoted.hpp"

namespace mltrack {
namespace {

constexpr const char* words[] = {"run", "openlineage", "prov"};

/// The run that a reference names or lies in; of a project or an experiment all its runs.
std::vector<Uid> runs_of(const Query& query, const Ref& ref) {
  const Node node = query.node(ref);
  if (node.run) return {Uid::parse(*node.run)};
  std::vector<Uid> runs;
  for (const Node& run : query.runs()) {
    const bool inside = run.project == node.project && (!node.experiment || run.experiment == node.experiment);
    if (inside) runs.push_back(Uid::parse(*run.run));
  }
  return runs;
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
  return exchange::write_runs(*store_, runs_of(query(), ref), options);
}

Imported Tracker::import_run(std::string_view document) {
  store_->flush_pending();
  return exchange::read_runs(*store_, document);
}

}  // namespace mltrack
