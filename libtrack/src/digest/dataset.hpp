#pragma once

#include <mltrack/dataset.hpp>

#include "digest/kernel.hpp"

namespace mltrack {

/// `digest` by a kernel of one's choice: all of them agree.
DatasetDigest digest_with(const kernel::Kernel& kernel, const DatasetView& data, unsigned threads);

}  // namespace mltrack
