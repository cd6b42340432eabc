#include "command.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

constexpr std::size_t written_at_once = 1 << 16;

struct Options {
  std::string ref;
  std::optional<int> depth;
  std::string kind;
  bool up = false;
  bool count = false;
};

/// A JSON string; null for an empty text.
std::string json_text(std::string_view text) {
  if (text.empty()) return "null";
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (const auto code = static_cast<unsigned char>(c); code < 0x20)
      out = out + "\\u00" + digits[code / 16] + digits[code % 16];
    else
      out += c;
  }
  return visible_json(out + '"');
}

std::string json_line(const Passed& node) {
  std::string line = "{\"ref\": \"";
  line.append(node.ref).append("\", \"kind\": \"").append(to_string(node.kind));
  line.append("\", \"op\": ").append(json_text(node.op));
  line.append(", \"type\": ").append(json_text(node.type));
  line.append(", \"name\": ").append(json_text(node.name));
  return line.append(", \"run\": \"").append(node.run).append("\"}");
}

void pad(std::string& line, std::string_view text, std::size_t width) {
  line.append(text).append(width > text.size() ? width - text.size() : 0, ' ').append("  ");
}

std::string text_line(const Passed& node) {
  std::string line;
  pad(line, node.ref, 14);
  pad(line, node.op.empty() ? std::string_view(to_string(node.kind)) : node.op, 13);
  line += visible(node.type);
  if (!node.name.empty()) line += "  " + visible(node.name);
  return line + '\n';
}

/// Writes nodes as they come, so that millions of them need no memory.
class Lines {
 public:
  explicit Lines(Format format) : format_(format) {
    if (format == Format::csv) out_ = csv_line({"ref", "kind", "op", "type", "name", "run"});
    if (format == Format::json) out_ = "[";
  }

  void add(const Passed& node) {
    if (format_ == Format::json) out_ += first_ ? "\n" : ",\n";
    first_ = false;
    out_ += line(node);
    if (out_.size() < written_at_once) return;
    write(out_);
    out_.clear();
  }

  void end() {
    if (format_ == Format::json) out_ += first_ ? "]\n" : "\n]\n";
    write(out_);
  }

 private:
  std::string line(const Passed& node) const {
    switch (format_) {
      case Format::json:
        return json_line(node);
      case Format::jsonl:
        return json_line(node) + '\n';
      case Format::csv:
        return csv_line({std::string(node.ref), to_string(node.kind), std::string(node.op), std::string(node.type),
                         std::string(node.name), std::string(node.run)});
      case Format::table:
        return text_line(node);
    }
    return {};
  }

  Format format_;
  std::string out_{};
  bool first_ = true;
};

void answer(const Settings& settings, const Options& options) {
  const Walk walk{.ref = options.ref,
                  .up = options.up,
                  .depth = options.depth,
                  .kind = options.kind.empty() ? std::nullopt : std::optional(parse_kind(options.kind))};
  const Query query = open_query(settings);
  if (options.count) return write(std::to_string(query.walk(walk)) + '\n');
  Lines lines(format_of(settings));
  const auto count = query.walk(walk, [&](const Passed& node) {
    lines.add(node);
    return true;
  });
  lines.end();
  if (count == 0) remark("nothing is there");
}

}  // namespace

void add_walk(CLI::App& query, Settings& settings) {
  auto& command =
      add_command(query, settings, "walk", "Writes everything that came out of REF as it is found, or counts it",
                  "mltrack query walk penguins.csv --kind model --count");
  auto options = std::make_shared<Options>();
  command.add_option("REF", options->ref, "A file, run:number, a run's or digest's prefix, or project/experiment")
      ->required();
  command.add_flag("--up", options->up, "What it came from, instead");
  command.add_option("--depth", options->depth, "At most so many steps away")->type_name("N")->check(count_complaint);
  command.add_option("--kind", options->kind, "Only nodes of this kind: call, dataset, model, artifact")
      ->type_name("KIND");
  command.add_flag("--count", options->count, "How many there are, nothing else");
  command.callback([&settings, options] { answer(settings, *options); });
}

}  // namespace mltrack::cli
