#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mltrack/node.hpp>
#include <mltrack/table.hpp>

namespace mltrack {

/// Answers as texts, as the command line prints them: ending with a newline where there is anything to show. Texts in
/// them are `visible`.

/// Comma-separated values (RFC 4180), the names first. Of nodes: every field, then `params.NAME`, `metrics.NAME` and
/// `tags.NAME` that some node has; absent is empty.
std::string to_csv(const Table& table);
std::string to_csv(const std::vector<Node>& nodes);

/// A JSON object a line, and an array of such lines; to_json(Table) is one, too. The keys are those of to_json(Node),
/// or the names of the columns.
std::string to_jsonl(const Table& table);
std::string to_jsonl(const std::vector<Node>& nodes);
std::string to_json(const std::vector<Node>& nodes);

/// Nodes as a table: the columns of to_csv, each with its type.
Table table_of(const std::vector<Node>& nodes);

/// The graph of a lineage, its root included: in the language of Graphviz, as a Mermaid flowchart, and as GraphML,
/// which holds the fields of nodes and edges as data. Notes are comments of the graph. Names may hold anything.
std::string to_dot(const Lineage& lineage);
std::string to_mermaid(const Lineage& lineage);
std::string to_graphml(const Lineage& lineage);

/// The nodes of a lineage with its root: before the first node that came out of it.
std::vector<Node> with_root(const Lineage& lineage);

/// A record of comma-separated values with a newline.
std::string csv_line(const std::vector<std::string>& fields);

/// The text with everything that could steer a terminal shown instead of sent: control characters, line and paragraph
/// separators, marks that turn the writing direction, and bytes that are not UTF-8.
std::string visible(std::string_view text);

/// The same for a valid JSON text, which stays valid and keeps its meaning.
std::string visible_json(std::string_view json);

}  // namespace mltrack
