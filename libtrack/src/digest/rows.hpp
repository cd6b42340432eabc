#pragma once

#include <mltrack/dataset.hpp>

#include "digest/kernel.hpp"

namespace mltrack {

/// `row_hashes` by a kernel of one's choice: all of them agree.
std::vector<std::uint64_t> row_hashes_with(const kernel::Kernel& kernel, const DatasetView& data, unsigned threads);

}  // namespace mltrack
