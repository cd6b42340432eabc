#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <mltrack/id.hpp>
#include <mltrack/value.hpp>

namespace mltrack {

/// Columns that a transformer makes out of others: `outs` of them from `out_pos` on, out of the `ins` from `in_pos` on.
struct FeatureSource {
  std::int64_t out_pos = 0;
  std::int64_t outs = 1;
  std::int64_t in_pos = 0;
  std::int64_t ins = 1;
  bool one_to_one = false;             ///< the first of the first, and so on; else each of all of them
  std::vector<std::string> through{};  ///< of a model with steps: those on the way, inner ones as `num__scale`
};

/// The columns that a model was fitted on and those that it puts out. Names beyond 4,096 a side are not stored.
struct Features {
  std::optional<std::int64_t> taken{};  ///< columns it was fitted on
  std::optional<std::int64_t> made{};   ///< columns it puts out; absent: it puts out none, or their number is not known
  std::vector<std::string> names_in{};  ///< empty: they have no names
  std::vector<std::string> names_out{};  ///< empty: they have no names
  NodeRef after{};                       ///< the model whose columns it took, where they were not seen as a dataset
  bool assumed = false;                  ///< it is not known which makes which: all from all is taken to be safe
  std::vector<FeatureSource> sources{};  ///< empty: all from all. Of what predicts, column 0 is the prediction
};

/// Something that a fit found: coefficients, importances, classes. More than 4,096 values are not stored; their shape
/// is.
struct FittedValue {
  std::string name{};                          ///< of the attribute: coef_, classes_, ...; or problem_type, column_std,
                                               ///< information, residual_variance, residual_freedom
  std::vector<std::int64_t> shape{};           ///< empty for a single value
  std::optional<std::vector<Value>> values{};  ///< row by row: numbers, truth values, texts, nothing for NaN; absent:
                                               ///< too many, or not kept
};

/// A number that a fit followed while it went on, step by step from 0; it becomes a metric of the model.
struct FittedSeries {
  std::string name{};
  std::vector<double> values{};
};

/// What a fitted model says about itself.
struct Fitted {
  std::optional<Features> features{};
  std::vector<FittedValue> values{};
  std::vector<FittedSeries> series{};
};

}  // namespace mltrack
