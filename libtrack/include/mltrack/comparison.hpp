#pragma once

#include <optional>
#include <string>
#include <vector>

#include <mltrack/node.hpp>

namespace mltrack {

/// One thing in which two nodes differ; an absent side has no such thing.
struct Difference {
  std::string what;  ///< param, metric, tag, input, type, rows, columns, digest, status, ...
  std::string name;
  std::optional<std::string> a{};
  std::optional<std::string> b{};
};
struct Comparison {
  Node a;
  Node b;
  std::vector<Difference> differences;
  std::vector<std::string> notes;  ///< what the reader should know: a reference that fell back
};

/// One reason why two runs, models, datasets or predictions differ.
struct Cause {
  std::string kind;  ///< file, rows, columns, split, seed, param, step, code, package, environment, values, failure
  std::string name;  ///< what of that kind: the parameter, the package, the column; empty where the kind says it all
  std::optional<std::string> a{};       ///< how it is on one side; absent: there is no such thing
  std::optional<std::string> b{};       ///< how it is on the other
  std::optional<std::string> call_a{};  ///< reference of the call where it shows; absent where it is the run's
  std::optional<std::string> call_b{};
  std::string text;  ///< a sentence for people
};

/// Why two nodes differ: the first pair of calls that did, and the causes in order, the first one first. Empty `causes`
/// mean that nothing that was recorded differs, or, where a pair is there, that `notes` say why there is none.
struct Explanation {
  Node a;
  Node b;
  std::optional<Node> call_a{};  ///< the first call that diverges; absent where the other side has one more
  std::optional<Node> call_b{};
  std::vector<Cause> causes;
  std::size_t aligned = 0;         ///< pairs of calls that were compared
  std::vector<std::string> notes;  ///< what could not be told, and why
};

}  // namespace mltrack
