#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mltrack/tracker.hpp>

#include "case_file.hpp"

namespace mltrack::cases {

/// Plays the events of a case into a store and remembers what every name stands for.
class Stage {
 public:
  Stage(Tracker& tracker, std::string experiment) : tracker_(tracker), experiment_(std::move(experiment)) {}

  void play(const Statement& event);

  /// The node a name of an expectation stands for: `X`, `X#1`, or a call's label.
  NodeRef node(const std::string& name) const;
  /// The reference to ask with: that node's, or for `digest:X` the object's digest.
  std::string ref(const std::string& name) const;

 private:
  struct Object {
    Kind kind = Kind::dataset;
    std::vector<std::vector<double>> columns{};
    std::shared_ptr<const DatasetDigest> data{};
    Digest digest{};
    std::string location{};
    std::vector<Source> sources{};
    std::vector<NodeRef> nodes{};
    bool changed = true;  // its present value has no node yet
  };
  using Slots = std::vector<std::pair<std::string, std::string>>;  // slot, object

  void data(const std::vector<std::string>& words);
  void edit(const std::vector<std::string>& words);
  void widen(const std::vector<std::string>& words);
  void begin(const std::vector<std::string>& words, const Slots& inputs);
  void end(const std::string& label, const Slots& outputs);
  static void edited(Object& object);
  void set_columns(Object& object, std::vector<std::vector<double>> columns);
  Flow flow(const std::string& slot, const Object& object) const;
  Flow input(const std::string& slot, const Object& object) const;
  void became(Object& object, NodeRef node);

  Tracker& tracker_;
  std::string experiment_;
  std::optional<Run> run_;
  std::vector<Run> former_runs_;
  std::map<std::string, Object> objects_;
  std::map<std::string, Call> calls_;
};

}  // namespace mltrack::cases
