#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <mltrack/id.hpp>
#include <mltrack/question.hpp>

namespace mltrack {

/// A walk over everything that came out of a node, or over everything that it came from. A reference stands for the
/// same nodes as in Query::descendants. `depth` bounds the number of edges; `kind` leaves out nodes of other kinds, and
/// does not stop at them.
struct Walk {
  Ref ref;
  bool up = false;
  std::optional<int> depth{};
  std::optional<Kind> kind{};
};

/// A node that a walk passes: what it is, without parameters, metrics and shape. Texts last until the next node; empty
/// is absent.
struct Passed {
  std::string_view ref;  ///< as Node::ref
  std::string_view run;  ///< uid
  Kind kind;
  std::string_view op;    ///< of a call
  std::string_view type;  ///< class path or function, dtype family, media type
  std::string_view name;
};

}  // namespace mltrack
