#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <mltrack/value.hpp>

namespace mltrack::ask {

/// An estimator to be written as Python code: its class, its parameters with those of estimators inside it flattened
/// (`clf__C`), and the columns that members of a ColumnTransformer took, by the path of the member.
struct Recipe {
  std::string type;
  Params params;
  std::map<std::string, std::vector<std::string>> columns;
};

/// Code and what it cannot say.
struct Code {
  std::string text;
  std::vector<std::string> notes;
};

/// Imports, and `model = ...` that makes the estimators anew, unfitted: `before` one after the other, `step_1`, ...
/// What has no exact form in code is left to its default and said in a comment and a note.
Code python_code(const std::vector<Recipe>& before, const Recipe& model);

/// A value as a Python expression; nothing for what has none. `imports` gets the modules that the expression names.
std::optional<std::string> python_literal(const std::string& name, const Value& value, std::set<std::string>& imports);

}  // namespace mltrack::ask
