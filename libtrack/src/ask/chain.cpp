#include "ask/chain.hpp"

#include <algorithm>
#include <set>

#include "ask/importances.hpp"
#include "ask/inflows.hpp"
#include "ask/python_code.hpp"
#include "store/read.hpp"

namespace mltrack::ask {

namespace {

/// Goes up from data, through splits and what it was derived from, with the transformers on the way.
std::set<std::int64_t> transformers_above(sqlite::Connection& db, std::int64_t dataset) {
  std::set<std::int64_t> transformers;
  std::set<std::int64_t> seen;
  Ids todo = {dataset};
  while (!todo.empty()) {
    const std::int64_t node = todo.back();
    todo.pop_back();
    if (!seen.insert(node).second) continue;
    for (const Inflow& flow : inflows(db, node)) {
      if (flow.kind == "dataset") todo.push_back(flow.node);
      if (flow.kind != "call") continue;
      const std::vector<Inflow> given = inflows(db, flow.node);
      const bool transforms = flow.op == "transform" || flow.op == "fit_transform";
      if (transforms)
        if (const std::int64_t model = model_of(db, flow.node, given); model != 0) transformers.insert(model);
      for (const Inflow& one : given)
        if (one.kind == "dataset" && (one.slot == "X" || !transforms)) todo.push_back(one.node);
    }
  }
  return transformers;
}

class Chains {
 public:
  explicit Chains(const Snapshot& snapshot) : snapshot_(snapshot), reader_(snapshot.db) {}

  Step step(std::int64_t model, const std::string& slot) {
    Step out{.model = reader_.read_one(model), .slot = slot};
    for (const auto& [name, part] : parts_of(snapshot_, model))
      out.inside.push_back(step(part, name.starts_with("step:") ? name.substr(5) : name));
    return out;
  }

  /// What a model is made anew from; `same` names of models lead to the one that was fitted.
  Recipe recipe(std::int64_t model) {
    for (const auto& [name, part] : parts_of(snapshot_, model))
      if (name == "same") return recipe(part);
    const Node node = reader_.read_one(model);
    Recipe out{node.type.value_or(""), node.params, {}};
    add_columns(model, "", out);
    return out;
  }

 private:
  /// The columns that the parts of a model took, by their paths among its parameters.
  void add_columns(std::int64_t model, const std::string& prefix, Recipe& out) {
    for (const auto& [name, part] : parts_of(snapshot_, model)) {
      if (!name.starts_with("step:")) continue;
      const std::string path = prefix + name.substr(5);
      out.columns[path] = columns_taken(snapshot_, part);
      add_columns(part, path + "__", out);
    }
  }

  const Snapshot& snapshot_;
  store::NodeReader reader_;
};

/// Transformers that are parts of others on the way stand inside those.
void drop_parts(const Snapshot& snapshot, std::set<std::int64_t>& models) {
  std::set<std::int64_t> parts;
  for (const std::int64_t model : models)
    for (const auto& [slot, part] : parts_of(snapshot, model)) parts.insert(part);
  std::erase_if(models, [&](std::int64_t model) { return parts.contains(model); });
}

}  // namespace

Chain chain_of(const Snapshot& snapshot, const Reference& reference) {
  const std::int64_t model = one_model(snapshot, reference);
  std::set<std::int64_t> before;
  const auto fits = fits_of(snapshot, {model});
  if (const auto fit = fits.find(model); fit != fits.end() && fit->second.X)
    before = transformers_above(snapshot.db, *fit->second.X);
  drop_parts(snapshot, before);
  Chains chains(snapshot);
  Chain chain;
  std::vector<Recipe> recipes;
  for (const std::int64_t one : before) {
    chain.before.push_back(chains.step(one, ""));
    recipes.push_back(chains.recipe(one));
  }
  chain.model = chains.step(model, "");
  Code code = python_code(recipes, chains.recipe(model));
  chain.code = std::move(code.text);
  chain.notes = std::move(code.notes);
  return chain;
}

}  // namespace mltrack::ask
