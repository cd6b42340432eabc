#include <fmt/format.h>

#include <cctype>
#include <map>
#include <set>

#include <mltrack/format.hpp>
#include <mltrack/json.hpp>

#include "value/utf8.hpp"

namespace mltrack {
namespace {

/// The last part of a class or function's path.
std::string short_type(const Node& node) {
  const std::string type = node.type.value_or("");
  if (node.kind != Kind::call && node.kind != Kind::model) return type;
  const std::string path = type.substr(0, type.find('<'));
  return path.substr(path.find_last_of(".:") + 1);
}

/// What a reader sees of a node, in lines.
std::vector<std::string> lines_of(const Node& node) {
  std::vector<std::string> lines = {node.op.value_or(to_string(node.kind))};
  if (const std::string type = short_type(node); !type.empty()) lines.front().append(" ").append(visible(type));
  if (node.name && !node.name->empty()) lines.push_back(visible(*node.name));
  if (node.rows && node.columns) lines.push_back(fmt::format("{} x {}", *node.rows, *node.columns));
  lines.push_back(visible(node.ref));
  return lines;
}

std::string edge_text(const Edge& edge) { return visible(edge.slot + (edge.via ? " (" + *edge.via + ")" : "")); }

/// Graphviz reads \" and \\ in a quoted text, and \n in a label.
std::string dot_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  return out + '"';
}

std::string dot_label(const Node& node) {
  std::string out;
  for (const std::string& line : lines_of(node)) {
    const std::string quoted = dot_quoted(line);
    out += (out.empty() ? "" : "\\n") + quoted.substr(1, quoted.size() - 2);
  }
  return '"' + out + '"';
}

const char* dot_shape(Kind kind) {
  switch (kind) {
    case Kind::call:
      return "ellipse";
    case Kind::model:
      return "hexagon";
    case Kind::artifact:
      return "note";
    default:
      return "box";
  }
}

/// Mermaid reads #NN; as a character. Anything that its grammar or HTML may take for more than text is written so.
std::string mermaid_text(std::string_view text) {
  constexpr std::string_view plain = " ._,:+-/()[]=";
  std::string out;
  while (!text.empty()) {
    const value::CodePoint point = value::decode(text);
    const char c = text.front();
    const bool letter = point.code > 0x7f || std::isalnum(static_cast<unsigned char>(c));
    if (letter || plain.find(c) != std::string_view::npos)
      out += text.substr(0, point.length);
    else
      out += fmt::format("#{};", point.code);
    text.remove_prefix(point.length);
  }
  return out;
}

std::pair<const char*, const char*> mermaid_shape(Kind kind) {
  switch (kind) {
    case Kind::call:
      return {"([", "])"};
    case Kind::model:
      return {"{{", "}}"};
    case Kind::artifact:
      return {"[/", "/]"};
    default:
      return {"[", "]"};
  }
}

/// A text of an XML document; `visible` has left no character that XML forbids but these two.
std::string xml_text(std::string_view given) {
  std::string out;
  for (const char c : visible(given)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  for (const auto& [forbidden, shown] : {std::pair("\xef\xbf\xbe", "\\ufffe"), std::pair("\xef\xbf\xbf", "\\uffff")})
    for (std::size_t at = out.find(forbidden); at != std::string::npos; at = out.find(forbidden, at))
      out.replace(at, 3, shown);
  return out;
}

std::string xml_data(std::string_view key, const std::optional<std::string>& held) {
  return held ? fmt::format("<data key=\"{}\">{}</data>", key, xml_text(*held)) : "";
}

std::string xml_data(std::string_view key, const std::optional<std::int64_t>& held) {
  return held ? fmt::format("<data key=\"{}\">{}</data>", key, *held) : "";
}

std::string xml_node(const Node& node) {
  return fmt::format("    <node id=\"{}\">", xml_text(node.ref)) +
         xml_data("kind", std::optional<std::string>(to_string(node.kind))) + xml_data("op", node.op) +
         xml_data("type", node.type) + xml_data("name", node.name) + xml_data("digest", node.digest) +
         xml_data("rows", node.rows) + xml_data("columns", node.columns) + xml_data("run", node.run) +
         xml_data("at", std::optional(iso_time(node.at_us))) + xml_data("status", node.status) +
         xml_data("took_us", node.took_us) + "</node>\n";
}

std::string xml_keys() {
  std::string out = "  <key id=\"notes\" for=\"graph\" attr.name=\"notes\" attr.type=\"string\"/>\n";
  for (const char* name : {"kind", "op", "type", "name", "digest", "run", "at", "status"})
    out += fmt::format("  <key id=\"{0}\" for=\"node\" attr.name=\"{0}\" attr.type=\"string\"/>\n", name);
  for (const char* name : {"rows", "columns", "took_us"})
    out += fmt::format("  <key id=\"{0}\" for=\"node\" attr.name=\"{0}\" attr.type=\"long\"/>\n", name);
  for (const char* name : {"slot", "via"})
    out += fmt::format("  <key id=\"{0}\" for=\"edge\" attr.name=\"{0}\" attr.type=\"string\"/>\n", name);
  return out;
}

}  // namespace

std::vector<Node> with_root(const Lineage& lineage) {
  std::set<std::string> after_root;
  for (const auto& edge : lineage.edges) {
    if (edge.src == lineage.root.ref) after_root.insert(edge.dst);
  }
  auto nodes = lineage.nodes;
  auto place = nodes.begin();
  while (place != nodes.end() && !after_root.contains(place->ref)) ++place;
  nodes.insert(place, lineage.root);
  return nodes;
}

std::string to_dot(const Lineage& lineage) {
  std::string out = "digraph lineage {\n  rankdir=LR;\n";
  for (const auto& note : lineage.notes) out += "  // " + visible(note) + "\n";
  for (const Node& node : with_root(lineage))
    out += fmt::format("  {} [label={}, shape={}];\n", dot_quoted(visible(node.ref)), dot_label(node),
                       dot_shape(node.kind));
  for (const Edge& edge : lineage.edges)
    out += fmt::format("  {} -> {} [label={}];\n", dot_quoted(visible(edge.src)), dot_quoted(visible(edge.dst)),
                       dot_quoted(edge_text(edge)));
  return out + "}\n";
}

std::string to_mermaid(const Lineage& lineage) {
  std::string out = "flowchart LR\n";
  for (const auto& note : lineage.notes) out += "  %% " + mermaid_text(visible(note)) + "\n";
  std::map<std::string, std::string> ids;
  for (const Node& node : with_root(lineage)) {
    const std::string& id = ids.emplace(node.ref, fmt::format("n{}", ids.size())).first->second;
    const auto [open, close] = mermaid_shape(node.kind);
    std::string label;
    for (const std::string& line : lines_of(node)) label += (label.empty() ? "" : "<br/>") + mermaid_text(line);
    out += fmt::format("  {}{}\"{}\"{}\n", id, open, label, close);
  }
  for (const Edge& edge : lineage.edges)
    out += fmt::format("  {} -->|\"{}\"| {}\n", ids[edge.src], mermaid_text(edge_text(edge)), ids[edge.dst]);
  return out;
}

std::string to_graphml(const Lineage& lineage) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n" +
      xml_keys() + "  <graph id=\"lineage\" edgedefault=\"directed\">\n";
  if (!lineage.notes.empty())
    out += "    " + xml_data("notes", std::optional(fmt::format("{}", fmt::join(lineage.notes, "; ")))) + "\n";
  for (const Node& node : with_root(lineage)) out += xml_node(node);
  std::size_t number = 0;
  for (const Edge& edge : lineage.edges)
    out += fmt::format("    <edge id=\"e{}\" source=\"{}\" target=\"{}\">", number++, xml_text(edge.src),
                       xml_text(edge.dst)) +
           xml_data("slot", std::optional(edge.slot)) + xml_data("via", edge.via) + "</edge>\n";
  return out + "  </graph>\n</graphml>\n";
}

}  // namespace mltrack
