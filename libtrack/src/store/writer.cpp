#include "store/writer.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>

#include <mltrack/error.hpp>

#include "store/param_codec.hpp"

namespace mltrack::store {

namespace {

constexpr std::size_t cached_rows = 200'000;  // bounds the memory of a long-lived process

void append(std::string& out, std::string_view text) {
  const std::uint64_t size = text.size();
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out.append(text);
}

void append_value(std::string& out, const Value& value) {
  append(out, to_string(value.type()));
  if (const auto* real = std::get_if<double>(&value.data())) {
    out.append(reinterpret_cast<const char*>(real), sizeof *real);
  } else if (const auto* text = std::get_if<std::string>(&value.data())) {
    append(out, *text);
  } else {
    append(out, value.str());
  }
}

bool has_column_rows(const DatasetDigest& data) {
  const bool named = !data.columns.empty() && data.columns.front().name;
  return data.columns.size() <= most_column_rows(named);
}

std::string file_key(const Digest& digest) {
  const auto bytes = digest.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::int64_t now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

Writer::Writer(const std::filesystem::path& path, int wait_ms) : connection_(path, sqlite::Mode::write, wait_ms) {
  connection_.script(
      "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;"
      "PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 8000");
}

Writer::Change::Change(Writer& writer)
    : writer_(writer), transaction_(writer.connection_, sqlite::Transaction::Type::write) {
  if (writer_.names_.size() > cached_rows) writer_.names_.clear();
  if (writer_.contents_.size() > cached_rows) writer_.contents_.clear();
  if (writer_.series_ids_.size() > cached_rows) writer_.series_ids_.clear();
}

Writer::Change::~Change() {
  if (open_) writer_.forget_change();
}

void Writer::Change::commit() {
  writer_.write_series();
  transaction_.commit();
  open_ = false;
  writer_.new_names_.clear();
  writer_.new_contents_.clear();
  writer_.seq_run_ = 0;
}

void Writer::forget_change() noexcept {
  for (const std::string& name : new_names_) names_.erase(name);
  for (const std::string& digest : new_contents_) contents_.erase(digest);
  new_names_.clear();
  new_contents_.clear();
  series_ids_.clear();
  series_.clear();
  seq_run_ = 0;
}

RowId Writer::name(std::string_view text) {
  if (const auto known = names_.find(text); known != names_.end()) return known->second;
  const std::string clean = clean_text(text);
  auto id = connection_.integer("SELECT id FROM name WHERE text = ?", clean);
  if (!id) {
    connection_.run("INSERT INTO name (text) VALUES (?)", clean);
    id = connection_.last_id();
  }
  new_names_.emplace_back(text);
  return names_.emplace(text, *id).first->second;
}

RowId Writer::content(const Digest& digest, std::string_view kind, std::int64_t size_bytes) {
  std::string key = file_key(digest);
  if (const auto known = contents_.find(key); known != contents_.end()) return known->second;
  auto id = connection_.integer("SELECT id FROM content WHERE digest = ?", digest);
  if (!id) {
    const auto size = size_bytes < 0 ? std::nullopt : std::optional(size_bytes);
    connection_.run("INSERT INTO content (digest, kind, bytes, seen_us) VALUES (?, ?, ?, ?)", digest, kind, size,
                    now_us());
    id = connection_.last_id();
  }
  new_contents_.push_back(key);
  return contents_.emplace(std::move(key), *id).first->second;
}

RowId Writer::dataset(const DatasetDigest& data) {
  const RowId id = content(data.content, "dataset");
  if (connection_.integer("SELECT 1 FROM dataset WHERE content = ?", id)) return id;
  std::vector<std::uint8_t> digests;
  const bool one_for_all = data.width != static_cast<std::int64_t>(data.columns.size());
  if (!one_for_all && !has_column_rows(data))
    for (const ColumnDigest& column : data.columns)
      digests.insert(digests.end(), column.digest.bytes().begin(), column.digest.bytes().end());
  const auto wide = digests.empty() ? std::nullopt : std::optional(sqlite::Blob(digests));
  connection_.run("INSERT INTO dataset (content, rows, columns, values_digest, column_digests) VALUES (?, ?, ?, ?, ?)",
                  id, data.rows, data.width, data.values, wide);
  if (!wide && !one_for_all) columns(id, data);
  return id;
}

void Writer::columns(RowId content, const DatasetDigest& data) {
  for (std::size_t pos = 0; pos < data.columns.size(); ++pos) {
    const ColumnDigest& column = data.columns[pos];
    const auto column_name = column.name ? std::optional(name(*column.name)) : std::nullopt;
    connection_.run("INSERT INTO column (content, pos, name, type, digest) VALUES (?, ?, ?, ?, ?)", content, pos,
                    column_name, name(column.type), column.digest);
  }
}

RowId Writer::spec(std::string_view estimator, const Params& values) {
  std::string text;
  append(text, estimator);
  for (const auto& [key, value] : values) {
    append(text, key);
    append_value(text, value);
  }
  const Digest digest = digest_bytes("spec", text);
  const bool known = contents_.contains(file_key(digest));
  const RowId id = content(digest, "spec");
  if (!known) params(id, values);
  return id;
}

void Writer::params(RowId spec, const Params& values) {
  if (connection_.integer("SELECT 1 FROM param WHERE spec = ? LIMIT 1", spec)) return;
  for (const auto& [key, value] : values) {
    const ParamRow row = encode(value);
    sqlite::Statement& insert =
        connection_.cached("INSERT INTO param (spec, name, type, value, exact) VALUES (?, ?, ?, ?, ?)");
    insert.bind(1, spec).bind(2, name(key));
    row.bind(insert, 3);
    insert.exec();
  }
}

std::int64_t Writer::next_seq(RowId run) {
  if (seq_run_ != run) {
    seq_ = connection_.integer("SELECT max(seq) FROM node WHERE run = ?", run).value_or(-1);
    seq_run_ = run;
  }
  return ++seq_;
}

Stored Writer::node(const NodeRow& row) {
  const std::int64_t seq = next_seq(row.run);
  const auto type = row.type.empty() ? std::nullopt : std::optional(name(row.type));
  const auto label = row.name.empty() ? std::nullopt : std::optional(name(row.name));
  connection_.run("INSERT INTO node (run, seq, kind, type, name, content, made) VALUES (?, ?, ?, ?, ?, ?, ?)", row.run,
                  seq, to_string(row.kind), type, label, row.content, row.made);
  return {connection_.last_id(), NodeRef{row.uid, seq}};
}

void Writer::edge(RowId dst, RowId src, std::string_view slot, std::string_view via) {
  const auto how = via.empty() ? std::nullopt : std::optional(name(via));
  connection_.run("INSERT INTO edge (dst, src, slot, via) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", dst, src,
                  name(slot), how);
}

void Writer::call(const CallRow& row) {
  const auto source = row.source.empty() ? std::nullopt : std::optional(clean_text(row.source));
  connection_.run(
      "INSERT INTO call (id, op, spec, parent, status, started_us, source) VALUES (?, ?, ?, ?, 'running', ?, ?)",
      row.id, name(row.op), row.spec, row.parent, row.started_us, source);
}

void Writer::end_call(RowId id, std::string_view status, std::int64_t took_us, std::int64_t overhead_us,
                      std::string_view error_type, std::string_view error) {
  const auto type = error_type.empty() ? std::nullopt : std::optional(clean_text(error_type));
  const auto message = error_type.empty() ? std::nullopt : std::optional(clean_text(error));
  connection_.run("UPDATE call SET status = ?, took_us = ?, overhead_us = ?, error_type = ?, error = ? WHERE id = ?",
                  status, took_us, overhead_us, type, message, id);
  if (!connection_.integer("SELECT 1 FROM call WHERE parent = ? LIMIT 1", id)) return;
  connection_.run(
      "WITH RECURSIVE below (id) AS (SELECT id FROM call WHERE parent = ?"
      " UNION ALL SELECT c.id FROM call c JOIN below b ON c.parent = b.id)"
      " UPDATE call SET status = 'lost' WHERE status = 'running' AND id IN below",
      id);
}

RowId Writer::find_series(RowId subject, RowId metric, std::optional<RowId> dataset) {
  const SeriesKey key{subject, metric, dataset.value_or(0)};
  if (const auto known = series_ids_.find(key); known != series_ids_.end()) return known->second;
  const auto id =
      connection_.integer("SELECT id FROM metric WHERE subject = ? AND name = ? AND dataset IS ? AND call IS NULL",
                          subject, metric, dataset);
  if (id) series_ids_.emplace(key, *id);
  return id.value_or(0);
}

RowId Writer::new_series(RowId subject, RowId metric, std::optional<RowId> dataset, std::optional<RowId> call,
                         double value, std::int64_t at_us) {
  connection_.run(
      "INSERT INTO metric (subject, name, dataset, call, value, points, at_us) VALUES (?, ?, ?, ?, ?, 1, ?)", subject,
      metric, dataset, call, value, at_us);
  const RowId id = connection_.last_id();
  series_[id] = {.points = 0, .value = value, .at_us = at_us, .row_is_current = true};
  return id;
}

void Writer::add_point(RowId metric, double value, std::optional<std::int64_t> step, std::int64_t at_us) {
  auto [found, unread] = series_.try_emplace(metric);
  Series& series = found->second;
  if (unread) series.points = connection_.integer("SELECT points FROM metric WHERE id = ?", metric).value();
  const std::int64_t at_step = step.value_or(series.points);
  connection_.run("INSERT OR IGNORE INTO point (metric, step, nth, value, at_us) VALUES (?, ?, 0, ?, ?)", metric,
                  at_step, value, at_us);
  if (connection_.changes() == 0)  // a repeated step
    connection_.run(
        "INSERT INTO point (metric, step, nth, value, at_us) SELECT ?1, ?2, max(nth) + 1, ?3, ?4 FROM point"
        " WHERE metric = ?1 AND step = ?2",
        metric, at_step, value, at_us);
  const bool first = series.points == 0;
  series = {
      .points = series.points + 1, .value = value, .at_us = at_us, .row_is_current = series.row_is_current && first};
}

void Writer::write_series() {
  for (const auto& [id, series] : series_)
    if (!series.row_is_current)
      connection_.run("UPDATE metric SET value = ?, points = ?, at_us = ? WHERE id = ?", series.value, series.points,
                      series.at_us, id);
  series_.clear();
}

void Writer::point(RowId subject, std::string_view metric, std::optional<RowId> dataset, std::optional<RowId> call,
                   double value, std::optional<std::int64_t> step, std::int64_t at_us) {
  const RowId metric_name = name(metric);
  RowId id = call ? 0 : find_series(subject, metric_name, dataset);  // a call measures once
  if (id == 0) id = new_series(subject, metric_name, dataset, call, value, at_us);
  add_point(id, value, step, at_us);
}

void Writer::run_param(RowId run, std::string_view key, const Value& value) {
  const RowId key_id = name(key);
  sqlite::Statement& find = connection_.cached("SELECT type, value, exact FROM run_param WHERE run = ? AND name = ?");
  std::optional<Value> old;
  if (find.bind_all(run, key_id).step()) old = decode(find, 0);
  find.reset();
  if (old && *old == value) return;
  if (old)
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format(
            "the parameter '{}' of this run is {} already and cannot become {}: a parameter is what the run was "
            "given; log a value that changes as a metric, or a label as a tag",
            key, old->str(), value.str()));
  const ParamRow row = encode(value);
  sqlite::Statement& insert =
      connection_.cached("INSERT INTO run_param (run, name, type, value, exact) VALUES (?, ?, ?, ?, ?)");
  insert.bind(1, run).bind(2, key_id);
  row.bind(insert, 3);
  insert.exec();
}

void Writer::tag(RowId node, std::string_view key, std::string_view value, std::int64_t at_us) {
  if (key.empty()) throw Error(ErrorCode::invalid_argument, "a tag needs a key, and the key given is empty");
  connection_.run(
      "INSERT INTO tag (node, key, value, at_us) VALUES (?, ?, ?, ?) ON CONFLICT (node, key) DO UPDATE SET"
      " value = excluded.value, at_us = excluded.at_us"
      " WHERE (excluded.at_us, excluded.value) >= (tag.at_us, tag.value)",
      node, clean_text(key), clean_text(value), at_us);
}

void Writer::note(RowId node, std::string_view text, std::string_view author) {
  connection_.run("INSERT INTO note (node, at_us, author, text) VALUES (?, ?, ?, ?)", node, now_us(),
                  clean_text(author), clean_text(text));
}

void Writer::location(RowId content, std::string_view uri) {
  connection_.run("INSERT OR IGNORE INTO location (content, uri, seen_us) VALUES (?, ?, ?)", content, clean_text(uri),
                  now_us());
}

void Writer::object(RowId content, std::optional<sqlite::Blob> blob) {
  connection_.run("INSERT OR IGNORE INTO object (content, blob) VALUES (?, ?)", content, blob);
}

RowId Writer::find(const NodeRef& ref) {
  const auto id = connection_.integer(
      "SELECT n.id FROM run r JOIN node n ON n.run = r.id WHERE r.uid = ? AND n.seq = ?", ref.run, ref.seq);
  if (!id) throw Error(ErrorCode::not_found, fmt::format("this store holds no node {}", ref.str()));
  return *id;
}

}  // namespace mltrack::store
