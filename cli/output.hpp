#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mltrack/format.hpp>
#include <mltrack/query.hpp>

namespace mltrack::cli {

enum class Format { table, json, jsonl, csv };

/// Result nodes in a format, ending with a newline where there is anything to show.
std::string nodes_text(const std::vector<Node>& nodes, Format format);

/// Rows in a format, ending with a newline where there is anything to show.
std::string rows_text(const Table& table, Format format);

/// Writes an answer in rows, and its notes to standard error.
void write(const Table& table, Format format);

/// Cells for tables: the last part of the path of a class or function, without template arguments; "344 x 8"; a day and
/// time in UTC; "1.25 s".
std::string short_type(const Node& node);
std::string shape(const Node& node);
std::string when(std::int64_t at_us);
std::string duration(std::int64_t took_us);

/// `ref`, or only its number where both belong to the same run.
std::string seen_from(const std::string& ref, const std::string& other);

/// What a node is: the operation of a call, else the kind.
std::string what(const Node& node);

/// Says on standard error what an answer leaves unsaid.
void remark(std::string_view note);

/// Writes to standard output; throws Error(io) when it cannot be written.
void write(std::string_view text);

}  // namespace mltrack::cli
