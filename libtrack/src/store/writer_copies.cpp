#include <fmt/format.h>

#include <mltrack/error.hpp>

#include "store/param_codec.hpp"
#include "store/writer.hpp"

namespace mltrack::store {

namespace {

struct BindCell {
  sqlite::Statement& statement;
  int index;
  void operator()(std::monostate) const { statement.bind(index, nullptr); }
  void operator()(std::int64_t value) const { statement.bind(index, value); }
  void operator()(double value) const { statement.bind(index, value); }
  void operator()(const std::string& value) const { statement.bind(index, value); }
  void operator()(const std::vector<std::uint8_t>& value) const { statement.bind(index, sqlite::Blob(value)); }
};

std::string insert_text(std::string_view table, const CopiedRow& row) {
  std::string columns;
  std::string marks;
  for (const auto& [column, cell] : row) {
    columns += (columns.empty() ? "" : ", ") + std::string(column);
    marks += marks.empty() ? "?" : ", ?";
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING", table, columns, marks);
}

const RowCell& cell_of(const CopiedRow& row, std::string_view column) {
  for (const auto& [name, cell] : row)
    if (name == column) return cell;
  throw Error(ErrorCode::invalid_argument, fmt::format("a copied row has no column {}", column));
}

std::optional<std::int64_t> integer_of(const CopiedRow& row, std::string_view column) {
  const auto* number = std::get_if<std::int64_t>(&cell_of(row, column));
  return number ? std::optional(*number) : std::nullopt;
}

std::string_view text_of(const CopiedRow& row, std::string_view column) {
  const auto* text = std::get_if<std::string>(&cell_of(row, column));
  return text ? std::string_view(*text) : std::string_view();
}

}  // namespace

bool Writer::copy(std::string_view table, const CopiedRow& row) {
  auto known = copying_.find(table);
  if (known == copying_.end()) known = copying_.emplace(table, insert_text(table, row)).first;
  sqlite::Statement& insert = connection_.cached(known->second);
  int index = 0;
  for (const auto& [column, cell] : row) std::visit(BindCell{insert, ++index}, cell);
  insert.exec();
  return connection_.changes() > 0;
}

RowId Writer::copy_content(const Digest& digest, const CopiedRow& row, std::int64_t seen_us) {
  if (!copy("content", row))
    connection_.run("UPDATE content SET seen_us = ?1 WHERE digest = ?2 AND seen_us > ?1", seen_us, digest);
  return content(digest, text_of(row, "kind"));
}

void Writer::copy_location(RowId content, std::string_view uri, std::int64_t seen_us) {
  connection_.run(
      "INSERT INTO location (content, uri, seen_us) VALUES (?, ?, ?) ON CONFLICT (content, uri) DO UPDATE SET"
      " seen_us = excluded.seen_us WHERE excluded.seen_us < location.seen_us",
      content, clean_text(uri), seen_us);
}

RowId Writer::copy_run(const Uid& uid, CopiedRow row, std::string_view status, std::optional<std::int64_t> ended_us) {
  if (const auto id = connection_.integer("SELECT id FROM run WHERE uid = ?", uid)) {
    connection_.run(
        "UPDATE run SET status = ?1, ended_us = ?2 WHERE id = ?3 AND"
        " (status = 'running' OR (status = 'lost' AND ?1 <> 'running')) AND status <> ?1",
        status, ended_us, *id);
    connection_.run(
        "UPDATE run SET code = coalesce(code, ?1), env = coalesce(env, ?2) WHERE id = ?3"
        " AND (code IS NULL OR env IS NULL)",
        integer_of(row, "code"), integer_of(row, "env"), *id);
    return *id;
  }
  const RowId id = connection_.integer("SELECT coalesce(max(id), 0) + 1 FROM node").value();
  connection_.run("INSERT INTO node (id, run, seq, kind) VALUES (?1, ?1, 0, 'run')", id);
  row.emplace_back("id", id);
  copy("run", row);
  return id;
}

Copied Writer::copy_node(RowId run, std::int64_t seq, Kind kind, const CopiedRow& row, std::optional<RowId> content) {
  sqlite::Statement& select = connection_.cached("SELECT id, kind, content FROM node WHERE run = ? AND seq = ?");
  if (select.bind_all(run, seq).step()) {
    const Copied found{.id = select.integer(0)};
    const bool same = select.text(1) == to_string(kind) && select.maybe_integer(2) == content;
    const std::string here(select.text(1));
    select.reset();
    if (same) return found;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("node {} of this run is a {} with other content in this store than the {} of the document; "
                            "two histories with one uid cannot be one",
                            seq, here, to_string(kind)));
  }
  select.reset();
  copy("node", row);
  return {.id = connection_.last_id(), .is_new = true};
}

void Writer::copy_call(const CopiedRow& row) {
  if (copy("call", row)) return;
  const std::string_view status = text_of(row, "status");
  const auto text = [&](std::string_view column) {
    const std::string_view held = text_of(row, column);
    return held.empty() ? std::nullopt : std::optional(std::string(held));
  };
  connection_.run(
      "UPDATE call SET status = ?1, took_us = ?2, overhead_us = ?3, error_type = ?4, error = ?5 WHERE id = ?6 AND"
      " (status = 'running' OR (status = 'lost' AND ?1 <> 'running')) AND status <> ?1",
      status, integer_of(row, "took_us"), integer_of(row, "overhead_us"), text("error_type"), text("error"),
      integer_of(row, "id"));
}

RowId Writer::copy_metric(const CopiedRow& row, std::int64_t nth, std::int64_t points) {
  const auto id = connection_.integer(
      "SELECT id FROM metric WHERE subject = ? AND name = ? AND dataset IS ? AND call IS ? ORDER BY id LIMIT 1"
      " OFFSET ?",
      integer_of(row, "subject"), integer_of(row, "name"), integer_of(row, "dataset"), integer_of(row, "call"), nth);
  if (!id) {
    copy("metric", row);
    return connection_.last_id();
  }
  const double* value = std::get_if<double>(&cell_of(row, "value"));
  connection_.run("UPDATE metric SET value = ?1, points = ?2, at_us = ?3 WHERE id = ?4 AND points < ?2",
                  value ? std::optional(*value) : std::nullopt, points, integer_of(row, "at_us"), *id);
  return *id;
}

void Writer::copy_note(RowId node, std::int64_t at_us, std::string_view author, std::string_view text) {
  connection_.run(
      "INSERT INTO note (node, at_us, author, text) SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM note"
      " WHERE node = ?1 AND at_us = ?2 AND author = ?3 AND text = ?4)",
      node, at_us, clean_text(author), clean_text(text));
}

RowId Writer::copy_alarm(const CopiedRow& row) {
  copy("alarm", row);
  return connection_
      .integer("SELECT id FROM alarm WHERE run = ? AND kind = ? AND subject = ?", integer_of(row, "run"),
               text_of(row, "kind"), integer_of(row, "subject"))
      .value();
}

}  // namespace mltrack::store
