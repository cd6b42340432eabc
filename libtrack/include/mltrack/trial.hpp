#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <mltrack/call.hpp>

namespace mltrack {

/// The rows that a fold was fitted on and those it was scored on, by their numbers in X, in the order they were taken.
struct FoldRows {
  std::vector<std::int64_t> train{};
  std::vector<std::int64_t> test{};
};

/// One fit of a search or a cross-validation, with its score, as it was reported by whoever did it.
struct Trial {
  std::int64_t candidate = 0;  ///< which parameters, from 0
  std::int64_t fold = 0;       ///< which part of the data, from 0
  std::int64_t rows = -1;      ///< which of the call's FoldRows; absent: not known
  Params params{};
  std::map<std::string, double> scores{};
  std::optional<std::int64_t> fit_us{};
  std::optional<std::int64_t> score_us{};
  std::string error_type{};  ///< class of the exception; empty where the fit succeeded
  std::string error{};
  std::optional<Flow> model{};  ///< the fitted model, where it was kept
};

/// The trials of one call. `inputs` flow into each of them.
struct TrialsInfo {
  CallRef parent{};
  std::string estimator{};  ///< dotted name of the class that was fitted
  std::vector<Flow> inputs{};
  std::vector<Trial> trials{};
  std::vector<FoldRows> rows{};
  std::optional<int> wait_ms{};
};

/// What is stored of a trial.
struct StoredTrial {
  CallRef call;
  std::int64_t candidate = 0;
  std::int64_t fold = 0;
  std::int64_t rows = -1;  ///< index into `StoredTrials::rows`; absent: not known
  std::optional<std::int64_t> fit_us{};
  std::optional<std::int64_t> score_us{};
};

struct StoredTrials {
  std::vector<StoredTrial> trials{};  ///< by candidate, then fold
  std::vector<FoldRows> rows{};
};

}  // namespace mltrack
