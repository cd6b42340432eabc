#include "ask/python_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "value/json_text.hpp"

namespace mltrack::ask {

namespace {

/// Parameters that hold named estimators: [name, estimator, ...] each.
constexpr std::string_view of_members[] = {"steps", "transformer_list", "transformers", "estimators"};
/// Parameters that scikit-learn wants as tuples, which JSON does not tell from lists.
constexpr std::string_view of_tuples[] = {"ngram_range", "feature_range",   "hidden_layer_sizes",  "quantile_range",
                                          "cv_range",    "output_interval", "noise_variance_range"};

template <class Words>
bool among(const Words& words, std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// The end of the JSON value that begins at `at`.
std::size_t end_of_value(std::string_view json, std::size_t at) {
  int depth = 0;
  bool text = false;
  for (; at < json.size(); ++at) {
    const char c = json[at];
    if (text) {
      if (c == '\\') ++at;
      if (c == '"') text = false;
      continue;
    }
    if (c == '"') text = true;
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && --depth < 0) return at;
    if (c == ',' && depth == 0) return at;
  }
  return at;
}

/// The items of a JSON array, as they are written; none of anything else.
std::vector<std::string> items_of(std::string_view json) {
  std::vector<std::string> items;
  if (json.size() < 2 || json.front() != '[' || json.back() != ']') return items;
  for (std::size_t at = 1; at + 1 < json.size();) {
    const std::size_t end = std::min(end_of_value(json, at), json.size() - 1);
    items.emplace_back(json.substr(at, end - at));
    at = end + 1;
  }
  return items;
}

/// A JSON text without quotes; names of steps have no escapes.
std::string unquoted(std::string_view json) {
  return json.size() >= 2 && json.front() == '"' ? std::string(json.substr(1, json.size() - 2)) : std::string(json);
}

/// JSON as Python writes it. Strings are the same in both, but for pairs of surrogates, which canonical JSON has not.
std::string python_of_json(std::string_view json) {
  static const std::map<std::string_view, std::string_view> words = {{"true", "True"},
                                                                     {"false", "False"},
                                                                     {"null", "None"},
                                                                     {"NaN", "float(\"nan\")"},
                                                                     {"Infinity", "float(\"inf\")"},
                                                                     {"-Infinity", "float(\"-inf\")"}};
  std::string out;
  for (std::size_t at = 0; at < json.size();) {
    if (json[at] == '"') {
      std::size_t end = at + 1;
      while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
      out += json.substr(at, end + 1 - at);
      at = end + 1;
      continue;
    }
    const auto word = std::find_if(words.begin(), words.end(),
                                   [&](const auto& pair) { return json.substr(at).starts_with(pair.first); });
    if (word != words.end()) {
      out += word->second;
      at += word->first.size();
      continue;
    }
    out += json[at];
    if (json[at] == ',' || json[at] == ':') out += ' ';
    ++at;
  }
  return out;
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + value::json_string(name);
  return "[" + out + "]";
}

std::string real_literal(double number) {
  if (std::isnan(number)) return "float(\"nan\")";
  if (std::isinf(number)) return number > 0 ? "float(\"inf\")" : "float(\"-inf\")";
  return value::float_text(number);
}

class Writer {
 public:
  std::string estimator(const Recipe& recipe, const std::string& prefix, const std::string& type, std::size_t indent);
  std::string imports() const;

  std::vector<std::string> notes;

 private:
  /// A parameter as code, and what has to be said of it.
  struct Argument {
    std::string name;
    std::string code;
    std::string comment;
  };

  std::vector<Argument> arguments(const Recipe& recipe, const std::string& prefix, std::size_t indent);
  Argument argument(const Recipe& recipe, const std::string& prefix, const std::string& name, const Value& value,
                    std::size_t indent);
  std::string members(const Recipe& recipe, const std::string& prefix, const Value& value, std::size_t indent);
  std::string member(const Recipe& recipe, const std::string& prefix, const std::vector<std::string>& item,
                     bool is_exact, std::size_t indent);
  std::string class_named(const std::string& path);

  std::map<std::string, std::string> names_;  // of a class, by its path
  std::set<std::string> modules_;
};

/// The name of a class in the code; a second class of the same name goes by its module.
std::string Writer::class_named(const std::string& path) {
  const auto dot = path.find_last_of('.');
  if (dot == std::string::npos) return path;
  const std::string name = path.substr(dot + 1);
  const auto known = names_.find(path);
  if (known != names_.end()) return known->second;
  const bool taken = std::any_of(names_.begin(), names_.end(), [&](const auto& one) { return one.second == name; });
  if (taken) modules_.insert(path.substr(0, dot));
  return names_[path] = taken ? path : name;
}

std::string Writer::imports() const {
  std::map<std::string, std::set<std::string>> by_module;
  for (const auto& [path, name] : names_)
    if (name != path) by_module[path.substr(0, path.find_last_of('.'))].insert(name);
  std::string out;
  for (const std::string& module : modules_) out += "import " + module + "\n";
  for (const auto& [module, names] : by_module) {
    out += "from " + module + " import ";
    for (const std::string& name : names) out += (name == *names.begin() ? "" : ", ") + name;
    out += '\n';
  }
  return out;
}

/// True where a class stands for an estimator of that class, made with parameters of its own.
bool is_estimator(const Recipe& recipe, const std::string& path, const Value& value) {
  if (value.type() != Value::Type::class_name) return false;
  const auto inner = recipe.params.lower_bound(path + "__");
  if (inner != recipe.params.end() && inner->first.starts_with(path + "__")) return true;
  const std::string type = value.str();
  const auto name = type.find_last_of('.') + 1;
  return type.starts_with("sklearn.") && name < type.size() && type[name] >= 'A' && type[name] <= 'Z';
}

std::string Writer::member(const Recipe& recipe, const std::string& prefix, const std::vector<std::string>& item,
                           bool is_exact, std::size_t indent) {
  if (item.size() < 2) return "";
  const std::string path = prefix + unquoted(item[0]);
  const auto found = recipe.params.find(path);
  std::string out = "(" + item[0] + ", ";
  if (found != recipe.params.end() && is_estimator(recipe, path, found->second))
    out += estimator(recipe, path + "__", found->second.str(), indent);
  else
    out += python_of_json(item[1]);
  for (std::size_t i = 2; i < item.size(); ++i) {
    const auto taken = recipe.columns.find(path);
    if (!is_exact && item[i].starts_with('"') && taken != recipe.columns.end()) {
      notes.push_back(fmt::format("{}: its columns were chosen by {}; these are those that it took", path, item[i]));
      out += ", " + listed(taken->second);
    } else {
      if (!is_exact && item[i].starts_with('"'))
        notes.push_back(fmt::format("{}: {} may be no name, but something that has no exact form", path, item[i]));
      out += ", " + python_of_json(item[i]);
    }
  }
  return out + ")";
}

std::string Writer::members(const Recipe& recipe, const std::string& prefix, const Value& value, std::size_t indent) {
  const std::string pad(indent + 4, ' ');
  std::string out = "[\n";
  for (const std::string& one : items_of(value.str()))
    out += pad + member(recipe, prefix, items_of(one), value.type() == Value::Type::json, indent + 4) + ",\n";
  return out + std::string(indent, ' ') + "]";
}

Writer::Argument Writer::argument(const Recipe& recipe, const std::string& prefix, const std::string& name,
                                  const Value& value, std::size_t indent) {
  const std::string path = prefix + name;
  if (among(of_members, name) && value.str().starts_with("[["))
    return {name, members(recipe, prefix, value, indent), ""};
  if (is_estimator(recipe, path, value)) return {name, estimator(recipe, path + "__", value.str(), indent), ""};
  const auto literal = python_literal(name, value, modules_);
  if (literal) return {name, *literal, ""};
  notes.push_back(fmt::format("{}={} has no exact form in code", path, value.str()));
  return {name, "", value.str()};
}

/// The parameters of one estimator: not those of what is inside it, nor the members that a list of them names.
std::vector<Writer::Argument> Writer::arguments(const Recipe& recipe, const std::string& prefix, std::size_t indent) {
  std::set<std::string> named;
  std::vector<std::pair<std::string, const Value*>> own;
  for (const auto& [path, value] : recipe.params) {
    if (!path.starts_with(prefix)) continue;
    const std::string name = path.substr(prefix.size());
    if (name.empty() || name.find("__") != std::string::npos) continue;
    own.emplace_back(name, &value);
    if (!among(of_members, name)) continue;
    for (const std::string& item : items_of(value.str()))
      if (const auto parts = items_of(item); !parts.empty()) named.insert(unquoted(parts[0]));
  }
  std::vector<Argument> out;
  for (const auto& [name, value] : own)
    if (!named.contains(name)) out.push_back(argument(recipe, prefix, name, *value, indent));
  return out;
}

std::string Writer::estimator(const Recipe& recipe, const std::string& prefix, const std::string& type,
                              std::size_t indent) {
  const std::vector<Argument> all = arguments(recipe, prefix, indent + 4);
  std::string line = class_named(type) + "(";
  bool plain = true;
  for (const Argument& one : all) {
    plain = plain && one.comment.empty() && one.code.find('\n') == std::string::npos;
    line += (&one == &all.front() ? "" : ", ") + one.name + "=" + one.code;
  }
  if (plain && indent + line.size() < 100) return line + ")";
  const std::string pad(indent + 4, ' ');
  std::string out = class_named(type) + "(\n";
  for (const Argument& one : all)
    out += one.comment.empty()
               ? fmt::format("{}{}={},\n", pad, one.name, one.code)
               : fmt::format("{}# {}={}: has no exact form\n", pad, one.name, value::json_string(one.comment));
  return out + std::string(indent, ' ') + ")";
}

}  // namespace

std::optional<std::string> python_literal(const std::string& name, const Value& value, std::set<std::string>& imports) {
  switch (value.type()) {
    case Value::Type::none:
    case Value::Type::boolean:
    case Value::Type::integer:
      return value.str();
    case Value::Type::real:
      return real_literal(std::get<double>(value.data()));
    case Value::Type::text:
      return value::json_string(value.str());
    case Value::Type::json: {
      const std::string text = python_of_json(value.str());
      return among(of_tuples, name) && text.starts_with('[') ? "tuple(" + text + ")" : text;
    }
    case Value::Type::class_name: {
      const std::string path = value.str();
      const auto dot = path.find_last_of('.');
      if (path.find('<') != std::string::npos || path.starts_with("__main__.")) return std::nullopt;
      if (dot == std::string::npos) return path;
      if (path.starts_with("builtins.")) return path.substr(dot + 1);
      imports.insert(path.substr(0, dot));
      return path;
    }
    case Value::Type::opaque:
      break;
  }
  return std::nullopt;
}

Code python_code(const std::vector<Recipe>& before, const Recipe& model) {
  Writer writer;
  std::string body;
  for (std::size_t i = 0; i < before.size(); ++i)
    body += fmt::format("step_{} = {}\n", i + 1, writer.estimator(before[i], "", before[i].type, 0));
  body += "model = " + writer.estimator(model, "", model.type, 0) + "\n";
  return {writer.imports() + "\n" + body, std::move(writer.notes)};
}

}  // namespace mltrack::ask
