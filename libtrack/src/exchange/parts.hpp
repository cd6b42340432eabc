#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mltrack::exchange {

/// How a column of the store is written in a document.
enum class Form : std::uint8_t {
  integer,
  text,
  flag,     ///< 0 and 1: false and true
  number,   ///< a double; NaN and infinities as texts
  uid,      ///< 16 bytes
  digest,   ///< hexadecimal
  bytes,    ///< base64
  name,     ///< an interned name: its text
  content,  ///< its digest
  node,     ///< its number in this run; in another one "<uid>:<number>"
  value,    ///< the columns type, value and exact: members type and value
  json,     ///< a text that is JSON: that value
  steps,    ///< an interned name that is JSON: that value
  names,    ///< a list of features: an array of texts
  fold,     ///< rows of a fold: their number at the call
};

struct Field {
  std::string_view key;
  Form form;
  bool required = true;
  std::string_view column = key;
  std::vector<std::string_view> words{};  ///< of a text: those that it may be; empty: any
};

/// A table of the store as a member of a run or a content in a document.
struct Part {
  Part(std::string_view member, std::string_view table, std::string_view owner, std::string_view from,
       std::string_view order, std::vector<Field> fields, std::vector<Part> inside = {});

  std::string_view member;
  std::string_view table;
  std::string_view owner;  ///< the column with the owner's row id; empty where a node says whose row it is
  std::vector<Field> fields;
  std::vector<Part> inside;  ///< tables of which rows belong to a row of this one; it then has an id
  std::string select;  ///< the rows of the owner ?1: the id where it has one, then the columns that the forms take
};

/// The row of a content, of a run, of a node and of a call.
const Part& content_part();
const Part& run_part();
const Part& node_part();
const Part& call_part();
const Part& edge_part();

/// What hangs on a content, in an order in which it can be written: one row at most, or any number.
const std::vector<Part>& content_rows();
const std::vector<Part>& content_lists();

/// What hangs on a run and its nodes besides those above.
const std::vector<Part>& run_rows();
const std::vector<Part>& run_lists();

}  // namespace mltrack::exchange
