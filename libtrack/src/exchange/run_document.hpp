#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mltrack/document.hpp>

#include "store/store.hpp"

namespace mltrack::exchange {

inline constexpr std::string_view run_format = "mltrack.run/1";

/// The runs and their parts as a document.
Document write_runs(store::Store& store, std::span<const Uid> runs, const ExportOptions& options);

/// Adds the runs of an mltrack.run/1 document to a store, inside a change. Errors as Tracker::import_run.
Imported read_runs(store::Store& store, std::string_view document);

}  // namespace mltrack::exchange
