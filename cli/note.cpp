#include <mltrack/error.hpp>
#include <mltrack/tracker.hpp>

#include "command.hpp"

namespace mltrack::cli {
namespace {

struct Options {
  std::vector<std::string> words;  // references, then the text
  std::string author;
};

NodeRef node_of(const Query& query, const std::string& ref) {
  const Node node = query.node(ref);
  if (!node.run)
    throw Error(ErrorCode::invalid_argument,
                ref + " is a " + to_string(node.kind) + "; notes are on runs and what is in them");
  return {Uid::parse(*node.run), std::stoll(node.ref.substr(node.ref.find_last_of(':') + 1))};
}

void note(const Settings& settings, const Options& options) {
  auto tracker = Tracker::open(find_store(settings), {.create = false});
  std::vector<NodeRef> nodes;
  for (auto word = options.words.begin(); word + 1 != options.words.end(); ++word)
    nodes.push_back(node_of(tracker.query(), *word));
  tracker.log_note(options.words.back(), nodes, options.author);
}

}  // namespace

void add_note(CLI::App& app, Settings& settings) {
  auto& command = *app.add_subcommand("note", "Adds a note to one or several nodes");
  command.footer("Example:\n  mltrack note 3f9c2e1a:10 81d00b52:5 \"compared in the report\"");
  auto options = std::make_shared<Options>();
  command.add_option("REF", options->words, "What the note is about; the last word is what it says")
      ->required()
      ->expected(2, -1);
  command.add_option("--author", options->author, "Who says it");
  command.add_option("--store", settings.store, "The store; else $MLTRACK_STORE, else the nearest mltrack.db upward")
      ->type_name("FILE");
  command.callback([&settings, options] { note(settings, *options); });
}

}  // namespace mltrack::cli
