#include <mltrack/version.hpp>

namespace mltrack {

const char* version() noexcept { return MLTRACK_VERSION; }

}  // namespace mltrack
