#pragma once

#include <mltrack/dataset.hpp>

#include "ask/models.hpp"

namespace mltrack::ask {

/// The training data of whoever asks, with its digests, which are made before the snapshot is taken.
struct Given {
  const TrainingData& data;
  DatasetDigest X;
  std::optional<DatasetDigest> y{};
};
Given given(const TrainingData& data);

/// From what was kept at the fit, or from the data.
Table confidence_intervals(const Snapshot& snapshot, const Reference& model, const Given* given, double level);

}  // namespace mltrack::ask
