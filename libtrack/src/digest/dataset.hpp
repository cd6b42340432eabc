#pragma once

#include <mltrack/dataset.hpp>

#include "digest/kernel.hpp"

namespace mltrack {

/// `digest` by a kernel of one's choice: all of them agree.
DatasetDigest digest_with(const kernel::Kernel& kernel, const DatasetView& data, unsigned threads);

/// Fills in the width, and the digests that are made from rows and columns.
void complete(const kernel::Kernel& kernel, DatasetDigest& digest, const std::vector<std::int64_t>& shape);

}  // namespace mltrack
