#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "ask/causes.hpp"
#include "store/param_codec.hpp"
#include "store/read_rows.hpp"

namespace mltrack::ask {

using sqlite::Statement;

namespace {

Params params_of(sqlite::Connection& db, std::int64_t spec) {
  Params params;
  store::each(
      db, "SELECT n.text, p.type, p.value, p.exact FROM param AS p JOIN name AS n ON n.id = p.name WHERE p.spec = ?1",
      [&](const Statement& row) { params.emplace(row.text(0), store::decode(row, 1)); }, spec);
  return params;
}

/// The last part of a nested name: C of clf__C.
std::string leaf(const std::string& name) {
  const auto at = name.rfind("__");
  return at == std::string::npos ? name : name.substr(at + 2);
}

bool is_seed(const std::string& name) {
  const std::string last = leaf(name);
  return last == "random_state" || last == "seed" || last.ends_with("_seed");
}

/// Parameters that list what an estimator is composed of; the parts are parameters of their own.
bool lists_parts(const std::string& name) {
  const std::string last = leaf(name);
  return last == "steps" || last == "transformers" || last == "transformer_list" || last == "estimators";
}

const Value* value_in(const Params& params, const std::string& name) {
  const auto found = params.find(name);
  return found == params.end() ? nullptr : &found->second;
}

std::optional<std::string> shown(const Value* value) { return value ? std::optional(value->str()) : std::nullopt; }

bool is_class(const Value* value) { return value && value->type() == Value::Type::class_name; }

/// A part that only one side has, or that is of another class: a class, or a text in its place such as "passthrough".
bool is_part(const Value* a, const Value* b) {
  if (!is_class(a) && !is_class(b)) return false;
  return !a || !b || a->type() != b->type() || *a != *b;
}

std::string step_text(const std::string& call, const std::string& name, const std::optional<std::string>& a,
                      const std::optional<std::string>& b) {
  if (!a) return fmt::format("{} has one step more in the second: {}, of {}.", call, name, *b);
  if (!b) return fmt::format("{} has one step fewer in the second: {}, of {}, is missing.", call, name, *a);
  return fmt::format("{}: the step {} {}.", call, name, sides(a, b));
}

class SpecSearch {
 public:
  SpecSearch(const Params& a, const Params& b, bool is_split, const std::string& call, const Said& known)
      : a_(a), b_(b), is_split_(is_split), call_(call), known_(known) {
    for (const auto& [name, value] : a) add_name(name);
    for (const auto& [name, value] : b)
      if (!a.contains(name)) add_name(name);
    std::ranges::sort(names_);
  }

  SpecCauses found() {
    for (const std::string& name : names_)
      if (is_part(value_in(a_, name), value_in(b_, name))) add_part(name);
    for (const std::string& name : names_) {
      if (inside_part(name)) continue;
      if (!lists_parts(name))
        add_value(name);
      else if (parts_.empty())
        add_step_list(name);
    }
    return std::move(found_);
  }

 private:
  void add_name(const std::string& name) {
    const Value* a = value_in(a_, name);
    const Value* b = value_in(b_, name);
    if (!a || !b || *a != *b) names_.push_back(name);
  }

  bool inside_part(const std::string& name) const {
    return std::ranges::any_of(parts_, [&](const std::string& part) {
      return name == part || (name.starts_with(part) && name.compare(part.size(), 2, "__") == 0);
    });
  }

  bool is_new(const std::string& name, const std::optional<std::string>& a, const std::optional<std::string>& b) {
    std::pair said(leaf(name), fmt::format("{}\n{}", a.value_or(""), b.value_or("")));
    if (known_.contains(said)) return false;
    found_.said.insert(std::move(said));
    return true;
  }

  void add(const char* kind, const std::string& name, std::string text) {
    found_.causes.push_back({.kind = kind,
                             .name = name,
                             .a = shown(value_in(a_, name)),
                             .b = shown(value_in(b_, name)),
                             .text = std::move(text)});
  }

  void add_part(const std::string& name) {
    if (inside_part(name)) return;
    parts_.push_back(name);
    const auto a = shown(value_in(a_, name));
    const auto b = shown(value_in(b_, name));
    if (is_class(value_in(a_, name))) found_.classes.insert(*a);
    if (is_class(value_in(b_, name))) found_.classes.insert(*b);
    if (is_new(name, a, b)) add("step", name, step_text(call_, name, a, b));
  }

  void add_step_list(const std::string& name) {
    const auto a = shown(value_in(a_, name));
    const auto b = shown(value_in(b_, name));
    if (is_new(name, a, b)) add("step", name, fmt::format("{}: {} {}.", call_, name, sides(a, b)));
  }

  void add_value(const std::string& name) {
    const auto a = shown(value_in(a_, name));
    const auto b = shown(value_in(b_, name));
    if (!is_new(name, a, b)) return;
    const char* kind = is_seed(name) ? "seed" : is_split_ ? "split" : "param";
    add(kind, name, fmt::format("{}: {} {}.", call_, name, sides(a, b, "not given")));
  }

  const Params& a_;
  const Params& b_;
  bool is_split_;
  const std::string& call_;
  const Said& known_;
  std::vector<std::string> names_;  // that differ
  std::vector<std::string> parts_;
  SpecCauses found_;
};

}  // namespace

SpecCauses spec_causes(sqlite::Connection& db, std::int64_t spec_a, std::int64_t spec_b, bool is_split,
                       const std::string& call, const Said& known) {
  const Params a = params_of(db, spec_a);
  const Params b = params_of(db, spec_b);
  return SpecSearch(a, b, is_split, call, known).found();
}

std::vector<std::string> open_seeds(sqlite::Connection& db, std::int64_t spec, bool is_split) {
  std::vector<std::string> names;
  const Params params = params_of(db, spec);
  for (const auto& [name, value] : params)
    if (is_seed(name) && value.type() == Value::Type::none) names.push_back(name);
  const auto shuffle = params.find("shuffle");
  const bool shuffles = shuffle == params.end() || shuffle->second != Value(false);
  if (is_split && shuffles && !params.contains("random_state")) names.emplace_back("random_state");
  return names;
}

}  // namespace mltrack::ask
