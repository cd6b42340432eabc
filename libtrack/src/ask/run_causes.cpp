#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "ask/causes.hpp"
#include "ask/environment.hpp"
#include "store/param_codec.hpp"
#include "store/read_rows.hpp"

namespace mltrack::ask {

using sqlite::Statement;

namespace {

using Texts = std::map<std::string, std::string>;

std::optional<std::string> text_in(const Texts& texts, const std::string& name) {
  const auto found = texts.find(name);
  return found == texts.end() ? std::nullopt : std::optional(found->second);
}

/// A cause for each name whose text differs; `sentence` takes the name and "is ... in the first and ...".
template <class Sentence>
std::vector<Cause> differing(const Texts& a, const Texts& b, const char* kind, const Sentence& sentence) {
  Texts names = a;
  names.insert(b.begin(), b.end());
  std::vector<Cause> causes;
  for (const auto& [name, unused] : names) {
    const auto in_a = text_in(a, name);
    const auto in_b = text_in(b, name);
    if (in_a != in_b)
      causes.push_back({.kind = kind, .name = name, .a = in_a, .b = in_b, .text = sentence(name, sides(in_a, in_b))});
  }
  return causes;
}

/// Texts with the empty ones left out: what is not known is no difference.
Texts known(std::initializer_list<std::pair<std::string, std::string>> all) {
  Texts texts;
  for (const auto& [name, text] : all)
    if (!text.empty()) texts.emplace(name, text);
  return texts;
}

template <class Number>
std::string number_text(const std::optional<Number>& number) {
  return number ? fmt::format("{}", *number) : "";
}

Texts environment_texts(const EnvironmentInfo& info) {
  Texts texts = known({{"language", info.language},
                       {"os", info.os},
                       {"machine", info.machine},
                       {"processor", info.processor},
                       {"cores", number_text(info.cores)},
                       {"memory_bytes", number_text(info.memory_bytes)}});
  texts.insert(info.variables.begin(), info.variables.end());
  return texts;
}

/// The program's text says more than its revision, so it comes first.
Texts code_texts(const CodeInfo& info) {
  return known({{"script", info.script},
                {"digest", info.digest ? info.digest.hex() : ""},
                {"diff", info.diff ? info.diff.hex() : ""},
                {"revision", info.vcs}});
}

Texts argument_texts(const CodeInfo& info) {
  Texts texts;
  for (std::size_t i = 1; i < info.arguments.size(); ++i)
    texts.emplace(fmt::format("argument {}", i), info.arguments[i]);
  return texts;
}

std::string code_sentence(const std::string& name, const std::string& is) {
  if (name == "digest") return "The program's text differs.";
  if (name == "diff") return "What differs from the revision is not the same.";
  return fmt::format("The program's {} {}.", name, is);
}

std::vector<Cause> code_causes(const CodeInfo& a, const CodeInfo& b) {
  auto causes = differing(code_texts(a), code_texts(b), "code", code_sentence);
  const auto rank = [](const Cause& cause) { return cause.name == "digest" ? 0 : cause.name == "script" ? 1 : 2; };
  std::ranges::stable_sort(causes, {}, rank);
  for (Cause& cause : differing(argument_texts(a), argument_texts(b), "code", code_sentence))
    causes.push_back(std::move(cause));
  return causes;
}

Texts logged_params(sqlite::Connection& db, std::int64_t run) {
  Texts texts;
  store::each(
      db,
      "SELECT n.text, p.type, p.value, p.exact FROM run_param AS p JOIN name AS n ON n.id = p.name WHERE p.run = ?1",
      [&](const Statement& row) { texts.emplace(row.text(0), store::decode(row, 1).str()); }, run);
  return texts;
}

}  // namespace

RunCauses run_causes(sqlite::Connection& db, std::int64_t run_a, std::int64_t run_b) {
  RunCauses found;
  const auto environment_a = environment_of(db, run_a);
  const auto environment_b = environment_of(db, run_b);
  if (environment_a && environment_b) {
    found.packages = differing(
        environment_a->packages, environment_b->packages, "package",
        [](const std::string& name, const std::string& is) { return fmt::format("The package {} {}.", name, is); });
    found.environment = differing(environment_texts(*environment_a), environment_texts(*environment_b), "environment",
                                  [](const std::string& name, const std::string& is) {
                                    return fmt::format("The environment's {} {}.", name, is);
                                  });
  }
  const auto code_a = code_of(db, run_a);
  const auto code_b = code_of(db, run_b);
  if (code_a && code_b) found.code = code_causes(*code_a, *code_b);
  found.params = differing(logged_params(db, run_a), logged_params(db, run_b), "param",
                           [](const std::string& name, const std::string& is) {
                             return fmt::format("The logged parameter {} {}.", name, is);
                           });
  return found;
}

}  // namespace mltrack::ask
