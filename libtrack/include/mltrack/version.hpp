#pragma once

#define MLTRACK_VERSION "0.1.0"

namespace mltrack {

/// The version of the library in the process, which is MLTRACK_VERSION of the headers it was built with.
const char* version() noexcept;

}  // namespace mltrack
