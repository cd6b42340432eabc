#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <mltrack/dataset.hpp>
#include <mltrack/id.hpp>
#include <mltrack/node.hpp>

namespace mltrack {

/// What a question is about: a text, in any of the forms that Query reads, or a node's handle.
class Ref {
 public:
  Ref(const char* text) : text_(text) {}
  Ref(std::string text) noexcept : text_(std::move(text)) {}
  Ref(const NodeRef& node) : text_(node.run.str() + ":" + std::to_string(node.seq)) {}

  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// Which nodes to list, in which order, how many. docs/filter.md has the language of `where`. `order_by` is a field,
/// with "desc" behind it to turn it round; absent: newest first. A limit of 0 means all.
struct Select {
  std::string where{};
  std::string order_by{};
  std::optional<std::size_t> limit{};
  std::string after{};                ///< a Page's `next`: what comes behind that page; the other members unchanged
  std::vector<std::string> fields{};  ///< of a table: its columns; none: those that some row fills
};

/// A part of a listing. `next` leads to what comes behind it; absent at the end.
struct Page {
  std::vector<Node> nodes;
  std::optional<std::string> next{};
};

/// Which models a question is about: those named (a run stands for the models it made that became no part of another),
/// and those for which a filter holds. Neither: all of the store.
struct Models {
  std::vector<Ref> refs{};
  std::string where{};
};

/// How to rank models: by a metric, as measured on what came out of a split in a role (train, test, ...) or on one
/// dataset, of which all with its content count, or what was read from a file; absent: wherever it was measured, last.
struct Ranking {
  std::string metric;
  std::optional<std::string> on{};
  bool smallest_first = false;  ///< for losses
  Models models{};
  std::optional<std::size_t> limit{};
};

/// The data that a model was fitted on, in the caller's memory.
struct TrainingData {
  DatasetView X{};
  DatasetView y{};
};

/// A model that was fitted on values of a column, and one way that they took to it.
struct ColumnUse {
  Node model;
  std::vector<Node> through{};  ///< the fitted transformers on the way, in order; empty: it took the column itself
  bool assumed = false;         ///< something on the way does not say which columns it uses; all were assumed
};

/// A step of the chain behind a model.
struct Step {
  Node model;                  ///< the fitted step
  std::string slot{};          ///< its name in the step above it; empty for the model itself
  std::vector<Step> inside{};  ///< what it is composed of, in order
};

/// The chain of steps behind a model: what transformed the data before it, its own steps, and runnable scikit-learn
/// code that makes it anew, unfitted.
struct Chain {
  std::vector<Step> before{};  ///< fitted transformers outside of it that its data went through, in order
  Step model;
  std::string code;                ///< Python; what has no exact form in code is a comment
  std::vector<std::string> notes;  ///< what the code cannot say
};

}  // namespace mltrack
