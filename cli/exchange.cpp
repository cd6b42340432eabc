#include <fstream>
#include <iostream>
#include <iterator>

#include <mltrack/error.hpp>
#include <mltrack/store.hpp>
#include <mltrack/tracker.hpp>

#include "command.hpp"

namespace mltrack::cli {
namespace {

struct ExportCommand {
  std::string ref;
  std::string as = to_string(DocumentKind::run);
  std::string output;
  ExportOptions options;
};

void save(const std::filesystem::path& path, const std::string& text) {
  refuse_store_file(path, "name another file with --output");
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) throw Error(ErrorCode::io, "the file " + path.string() + " cannot be written");
}

void export_run(const Settings& settings, ExportCommand& command) {
  command.options.as = parse_document_kind(command.as);
  const auto tracker = Tracker::open(find_store(settings), {.read_only = true, .create = false});
  const auto document = tracker.export_run(command.ref, command.options);
  if (command.output.empty()) {
    write(document.text);
  } else {
    save(command.output, document.text);
  }
  for (const auto& note : document.notes) remark(note);
}

std::string whole_text(const std::string& path) {
  if (path == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw Error(ErrorCode::not_found, "the file " + path + " cannot be read; name a document, or - for the input");
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void import_run(const Settings& settings, const std::string& path) {
  const std::string text = whole_text(path);
  auto tracker =
      Tracker::open(settings.store.empty() ? Tracker::default_path() : std::filesystem::path(settings.store));
  const auto imported = tracker.import_run(text);
  write(counted(imported.runs.size(), "run") + ", " + counted(static_cast<std::size_t>(imported.nodes), "new node") +
        "\n");
}

}  // namespace

void add_export(CLI::App& app, Settings& settings) {
  auto& command = add_plain_command(app, settings, "export", "Writes runs as a document for other programs",
                                    "mltrack export 3f9c2e1a --as openlineage --output events.jsonl");
  auto given = std::make_shared<ExportCommand>();
  command.add_option("REF", given->ref, "A run, something in one, or project/experiment")->required();
  command.add_option("--as", given->as, "run (mltrack's own document), openlineage or prov; run unless given")
      ->type_name("KIND");
  command.add_option("--output", given->output, "The file to write; the output unless given")->type_name("FILE");
  command.add_flag("--objects", given->options.objects, "With the stored bytes of models and files; of run only");
  command.add_flag("--alone", given->options.alone, "Without the runs that these depend on; of run only");
  command.callback([&settings, given] { export_run(settings, *given); });
}

void add_import(CLI::App& app, Settings& settings) {
  auto& command = add_plain_command(app, settings, "import", "Adds the runs of a document that export wrote",
                                    "mltrack import run.json --store elsewhere.db");
  auto path = std::make_shared<std::string>();
  command.add_option("FILE", *path, "The document; - reads the input")->required();
  command.callback([&settings, path] { import_run(settings, *path); });
}

}  // namespace mltrack::cli
