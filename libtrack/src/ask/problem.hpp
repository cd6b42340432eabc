#pragma once

#include <string>
#include <unordered_map>

#include "ask/models.hpp"

namespace mltrack::ask {

/// What kind of problem a model is for, and how that is known: `estimator`, as it said when it was fitted; `class`, by
/// the name of its class; `part`, as its last step or its best candidate.
struct Problem {
  std::string type;
  std::string known_by;
};

/// The problem types of models, of parts read once.
class Problems {
 public:
  explicit Problems(const Snapshot& snapshot) : snapshot_(snapshot) {}
  const Problem& of(std::int64_t model);

 private:
  Problem read(std::int64_t model);

  const Snapshot& snapshot_;
  std::unordered_map<std::int64_t, Problem> known_;
};

/// By the path of a class: of scikit-learn, of dlib, and of whoever names classes like them; else unknown.
std::string problem_of_class(std::string_view path);

/// Grouped by problem type, in the order that Query names them.
Table problem_types(const Snapshot& snapshot, const Ids& models);

}  // namespace mltrack::ask
