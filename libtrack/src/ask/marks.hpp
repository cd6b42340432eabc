#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <mltrack/fitted.hpp>

namespace mltrack::ask {

constexpr std::int64_t all_columns = std::numeric_limits<std::int32_t>::max();

/// How values of a column got somewhere.
struct Route {
  std::vector<std::int64_t> through{};  // models
  bool assumed = false;
  auto operator<=>(const Route&) const = default;
};

/// Columns that hold values of the column in question, and how they got there.
struct Mark {
  std::int64_t pos = 0;
  std::int64_t count = 1;
  Route way{};
  auto operator<=>(const Mark&) const = default;
};
using Marks = std::vector<Mark>;

/// A row of Features::sources with its steps as models.
struct Passage {
  FeatureSource source;
  std::vector<std::int64_t> through{};
};

/// What a transformer makes of marked columns.
Marks passed(const Marks& marks, const std::vector<Passage>& passages, bool assumed);

/// Sorted, each once.
void tidy(Marks& marks);

/// True when a column is among the marked ones.
bool marked(const Marks& marks, std::int64_t pos);

}  // namespace mltrack::ask
