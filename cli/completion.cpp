#include <iterator>

#include <mltrack/error.hpp>

#include "command.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

constexpr std::size_t most_offered = 200;
constexpr const char* files = ":files\n";  // the shell offers files, too

constexpr const char* bash_script = R"(# mltrack completion bash: source this, or put it where bash-completion looks.
_mltrack() {
  local line=${COMP_LINE:0:COMP_POINT} offer
  local word=${line##*[[:space:]]}
  COMPREPLY=()
  while IFS= read -r offer; do
    if [[ $offer == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r offer; do COMPREPLY+=("$offer"); done < <(compgen -f -- "$word")
    else
      COMPREPLY+=("${offer%%$'\t'*}")
    fi
  done < <(mltrack complete "$line" 2>/dev/null)
  if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
    COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*:}"}"}")
  fi
}
complete -F _mltrack mltrack
)";

constexpr const char* zsh_script = R"(#compdef mltrack
# mltrack completion zsh: source this after compinit, or save it as _mltrack in a folder of $fpath.
_mltrack() {
  local line="${(j: :)words[1,CURRENT-1]} $PREFIX" offer
  local -a offers
  for offer in "${(@f)$(mltrack complete "$line" 2>/dev/null)}"; do
    if [[ $offer == :files ]]; then
      _files
    elif [[ $offer == *$'\t'* ]]; then
      offers+=("${${offer%%$'\t'*}//:/\\:}:${offer#*$'\t'}")
    elif [[ -n $offer ]]; then
      offers+=("${offer//:/\\:}")
    fi
  done
  (( $#offers )) && _describe -V mltrack offers
}
if [[ $funcstack[1] == _mltrack ]]; then _mltrack "$@"; else compdef _mltrack mltrack; fi
)";

constexpr const char* fish_script =
    R"(# mltrack completion fish: source this, or save it as ~/.config/fish/completions/mltrack.fish.
function __mltrack_complete
  for offer in (mltrack complete (commandline -cp | string collect) 2>/dev/null)
    if test "$offer" = :files
      __fish_complete_path (commandline -ct)
    else
      echo $offer
    end
  end
end
complete -c mltrack -f -a '(__mltrack_complete)'
)";

/// The words of a line as a shell takes them apart; the last one is being typed.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words(1);
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
      words.back() += line[++i];
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        words.back() += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == ' ' || c == '\t') {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

/// Offers are lines: a word, and behind a tab what it is.
class Offers {
 public:
  explicit Offers(std::string begun) : begun_(std::move(begun)) {}

  void add(const std::string& word, const std::string& meaning = "") {
    if (word.starts_with(begun_)) text_ += visible(word) + (meaning.empty() ? "" : '\t' + visible(meaning)) + '\n';
  }
  void add_files() { text_ += files; }
  const std::string& text() const { return text_; }

 private:
  std::string begun_;
  std::string text_{};
};

/// The words that an option takes, read from its description: "...: a, b or c; ...". None where it lists none.
std::vector<std::string> words_taken(const std::string& description) {
  auto list = description.substr(0, description.find(';'));
  list = list.substr(list.rfind(':') == std::string::npos ? 0 : list.rfind(':') + 1);
  if (list.find(',') == std::string::npos) return {};
  if (const auto last = list.find(" or "); last != std::string::npos) list.replace(last, 4, ", ");
  std::vector<std::string> words(1);
  for (const char c : list) {
    if (c == ',') {
      words.emplace_back();
    } else if (c != ' ') {
      words.back() += c;
    }
  }
  return words;
}

void offer_runs(Offers& offers, const Query& query) {
  for (const auto& run : query.runs({.limit = most_offered})) {
    const std::string name = run.name.value_or("");
    offers.add(run.ref.substr(0, run.ref.find(':')),
               run.project.value_or("") + '/' + run.experiment.value_or("") + (name.empty() ? "" : ' ' + name));
  }
}

void offer_nodes(Offers& offers, const Query& query, const std::string& run) {
  const Select select{.where = "run = '" + run + "'", .order_by = "started", .limit = most_offered};
  for (const auto list : {&Query::calls, &Query::models, &Query::datasets, &Query::artifacts}) {
    for (const auto& node : (query.*list)(select)) {
      const std::string type = short_type(node);
      offers.add(node.ref, what(node) + (type.empty() ? "" : ' ' + type) + (node.name ? ' ' + *node.name : ""));
    }
  }
}

/// References that begin like this; none where no store can be asked.
void offer_refs(Offers& offers, const Settings& settings, const std::string& begun) {
  try {
    const auto query = open_query(settings);
    const auto colon = begun.find(':');
    if (colon == std::string::npos) {
      offer_runs(offers, query);
    } else if (begun.find('\'') == std::string::npos) {
      offer_nodes(offers, query, begun.substr(0, colon));
    }
  } catch (const Error&) {
    return;
  }
}

void offer_value(Offers& offers, const CLI::Option& option, const Settings& settings, const std::string& begun) {
  const std::string type = option.get_type_name();
  const std::string name = option.get_name();
  if (type == "FORMAT" || type == "GRADE" || type == "KIND" || name == "SHELL") {
    for (const auto& word : words_taken(option.get_description())) offers.add(word);
  } else if (type == "FILE") {
    offers.add_files();
  } else if (type == "REF" || (option.get_positional() && name != "NAME" && name != "LINE")) {
    offer_refs(offers, settings, begun);
    if (begun.find(':') == std::string::npos) offers.add_files();
  }
}

void offer_options(Offers& offers, const CLI::App& command) {
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) offers.add("--" + name, option->get_description());
  }
}

void offer_commands(Offers& offers, const CLI::App& command) {
  for (const auto* below : command.get_subcommands(nullptr)) {
    if (!below->get_group().empty()) offers.add(below->get_name(), below->get_description());
  }
}

/// Where a line stands: in which command, behind which option.
struct Place {
  const CLI::App* command;
  const CLI::Option* option = nullptr;
  std::size_t positionals = 0;
};

const CLI::App* below(const CLI::App& command, const std::string& word) {
  for (const auto* one : command.get_subcommands(nullptr)) {
    if (one->get_name() == word) return one;
  }
  return nullptr;
}

Place place_of(const CLI::App& app, const std::vector<std::string>& words, Settings& settings) {
  Place place{&app};
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    if (place.option != nullptr) {
      if (place.option->check_lname("store")) settings.store = words[i];
      place.option = nullptr;
    } else if (words[i].starts_with("-")) {
      const auto* option = place.command->get_option_no_throw(words[i]);
      if (option != nullptr && option->get_items_expected_max() > 0) place.option = option;
    } else if (const auto* next = below(*place.command, words[i])) {
      place.command = next;
    } else {
      ++place.positionals;
    }
  }
  return place;
}

const CLI::Option* positional(const Place& place) {
  std::size_t nth = 0;
  for (const auto* option : place.command->get_options()) {
    if (!option->get_positional()) continue;
    if (nth++ == place.positionals || option->get_items_expected_max() > 1) return option;
  }
  return nullptr;
}

std::string offers_for(const CLI::App& app, const std::string& line, Settings settings) {
  const auto words = words_of(line);
  const std::string& begun = words.back();
  Offers offers(begun);
  const auto place = place_of(app, words, settings);
  if (place.option != nullptr) {
    offer_value(offers, *place.option, settings, begun);
  } else if (begun.starts_with("-")) {
    offer_options(offers, *place.command);
  } else if (const auto* option = positional(place)) {
    offer_value(offers, *option, settings, begun);
  } else {
    offer_commands(offers, *place.command);
  }
  return offers.text();
}

std::string script(const std::string& shell) {
  if (shell == "bash") return bash_script;
  if (shell == "zsh") return zsh_script;
  if (shell == "fish") return fish_script;
  throw Error(ErrorCode::invalid_argument, "'" + shell + "' is not one of bash, zsh, fish");
}

}  // namespace

void add_completion(CLI::App& app, const Settings& settings) {
  auto& completion = *app.add_subcommand("completion", "Prints what makes a shell complete commands and references");
  completion.footer("Example:\n  mltrack completion bash > ~/.local/share/bash-completion/completions/mltrack");
  auto shell = std::make_shared<std::string>();
  completion.add_option("SHELL", *shell, "bash, zsh or fish")->required();
  completion.callback([shell] { write(script(*shell)); });

  auto& complete = *app.add_subcommand("complete", "What may stand at the end of a line; completion scripts ask it");
  complete.group("");
  auto line = std::make_shared<std::string>();
  complete.add_option("LINE", *line, "The line up to the cursor")->required();
  complete.callback([&app, &settings, line] { write(offers_for(app, *line, settings)); });
}

}  // namespace mltrack::cli
