#pragma once

#include <cstdint>
#include <optional>

#include <mltrack/environment.hpp>

#include "sqlite/connection.hpp"

namespace mltrack::ask {

/// The program behind a run and how it was started; nothing where neither was recorded. `run` is a node's id.
std::optional<CodeInfo> code_of(sqlite::Connection& db, std::int64_t run);

/// The environment of a run and its variables; nothing where it was not recorded.
std::optional<EnvironmentInfo> environment_of(sqlite::Connection& db, std::int64_t run);

/// How the model loads whose bytes the artifact `node` is; nothing for other artifacts.
std::optional<DumpInfo> dump_of(sqlite::Connection& db, std::int64_t node);

}  // namespace mltrack::ask
