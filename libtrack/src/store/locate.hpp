#pragma once

#include <filesystem>

namespace mltrack::store {

/// The rule of Tracker::default_path.
std::filesystem::path default_path();

}  // namespace mltrack::store
