#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <tuple>

#include <mltrack/error.hpp>

#include "exchange/row_writer.hpp"
#include "exchange/run_document.hpp"
#include "store/objects.hpp"

namespace mltrack::exchange {
namespace {

using store::CopiedRow;
using store::RowCell;
using store::RowId;
using value::Json;

std::vector<std::string_view> members_of(const Part& part, std::vector<std::string_view> more,
                                         std::initializer_list<const std::vector<Part>*> lists) {
  for (const Field& field : part.fields) more.push_back(field.key);
  for (const auto* list : lists)
    for (const Part& inside : *list) more.push_back(inside.member);
  return more;
}

// ---- contents

void read_content(RowWriter& rows, std::string_view key, const Place& place) {
  static const auto known = members_of(content_part(), {}, {&content_rows(), &content_lists()});
  place.allow(known);
  const Digest digest = told(place, [&] { return Digest::parse(key); });
  if (digest.hex() != key) place.fail("its key is not a digest in lower-case hexadecimal digits");
  CopiedRow row{{"digest", std::vector<std::uint8_t>(digest.bytes().begin(), digest.bytes().end())}};
  for (const Field& field : content_part().fields)
    if (field.form != Form::digest) rows.add(row, field, place);
  const RowId id =
      told(place, [&] { return rows.writer().copy_content(digest, row, place.member("seen_us").integer()); });
  for (const Part& part : content_rows())
    if (place.find(part.member)) rows.copy(part, id, place.member(part.member));
  for (const Part& part : content_lists()) {
    if (part.table == "location") continue;
    place.each(part.member, [&](const Place& item) { rows.copy(part, id, item); });
  }
  place.each("locations", [&](const Place& item) {
    item.allow({"uri", "seen_us"});
    rows.writer().copy_location(id, item.member("uri").text(), item.member("seen_us").integer());
  });
}

// ---- runs

/// A run of the document whose nodes are being placed.
struct OpenRun {
  Place place;
  Uid uid;
  RowId id = 0;
  std::size_t next = 0;                                     // of its nodes
  std::map<std::int64_t, std::vector<std::size_t>> into{};  // edges by dst
  std::map<std::int64_t, std::size_t> calls{};              // by number
};

OpenRun open_run(RowWriter& rows, const Place& place) {
  static const auto known =
      members_of(run_part(), {"project", "experiment", node_part().member, edge_part().member, call_part().member},
                 {&run_rows(), &run_lists()});
  place.allow(known);
  OpenRun run{.place = place, .uid = place.member("uid").uid()};
  rows.enter(run.uid);
  CopiedRow row = rows.row(run_part(), 0, place);
  const auto ended = place.find("ended_us") ? std::optional(place.member("ended_us").integer()) : std::nullopt;
  run.id = told(place, [&] {
    row.emplace_back("experiment",
                     rows.writer().experiment(place.member("project").text(), place.member("experiment").text()));
    return rows.writer().copy_run(run.uid, std::move(row), place.member("status").text(), ended);
  });
  rows.know(run.uid, 0, run.id);
  std::size_t index = 0;
  place.each("edges", [&](const Place& edge) { run.into[edge.member("dst").integer()].push_back(index++); });
  index = 0;
  place.each("calls", [&](const Place& call) {
    if (!run.calls.emplace(call.member("seq").integer(), index++).second)
      call.member("seq").refuse("a number that no other call has");
  });
  return run;
}

/// Whether all that the next node of a run needs is there; an error where that can never be.
bool ready(RowWriter& rows, const OpenRun& run) {
  const Place node = run.place.member("nodes").item(run.next);
  const std::int64_t seq = node.member("seq").integer();
  const auto known = [&](const Place& place) {
    const NodeRef ref = rows.ref(place);
    if (ref.run == run.uid && ref.seq >= seq) place.refuse("a node with a smaller number: nothing flows backwards");
    return rows.find_node(place).has_value();
  };
  if (const auto into = run.into.find(seq); into != run.into.end())
    for (const std::size_t at : into->second)
      if (!known(run.place.member("edges").item(at).member("src"))) return false;
  const auto call = run.calls.find(seq);
  if (call == run.calls.end()) return true;
  const Place place = run.place.member("calls").item(call->second);
  return !place.find("parent") || known(place.member("parent"));
}

Kind kind_of(const Place& place) {
  const Kind kind = told(place, [&] { return parse_kind(place.text()); });
  if (kind == Kind::project || kind == Kind::experiment || kind == Kind::run)
    place.refuse("one of call, dataset, model and artifact");
  return kind;
}

void place_node(RowWriter& rows, OpenRun& run, Imported& imported) {
  const Place node = run.place.member("nodes").item(run.next);
  const std::int64_t seq = node.member("seq").integer();
  const Kind kind = kind_of(node.member("kind"));
  node.allow(members_of(node_part(), {}, {}));
  const CopiedRow row = rows.row(node_part(), run.id, node);
  const auto* content = std::get_if<RowId>(&row[5].second);
  const store::Copied copied = told(node, [&] {
    return rows.writer().copy_node(run.id, seq, kind, row, content ? std::optional(*content) : std::nullopt);
  });
  rows.know(run.uid, seq, copied.id);
  if (copied.is_new) {
    ++imported.nodes;
    for (const std::size_t at : run.into[seq]) rows.copy(edge_part(), 0, run.place.member("edges").item(at));
  }
  const auto call = run.calls.find(seq);
  if ((call != run.calls.end()) != (kind == Kind::call))
    node.fail("a call needs one entry in 'calls', and only a call");
  if (call == run.calls.end()) return;
  const Place place = run.place.member("calls").item(call->second);
  place.allow(members_of(call_part(), {}, {}));
  const CopiedRow cells = rows.row(call_part(), 0, place);
  told(place, [&] { rows.writer().copy_call(cells); });
}

bool place_next(RowWriter& rows, OpenRun& run, Imported& imported) {
  const Place nodes = run.place.member("nodes");
  rows.enter(run.uid);
  bool moved = false;
  for (; run.next < nodes.array().size(); ++run.next) {
    const Place seq = nodes.item(run.next).member("seq");
    const std::int64_t before = run.next == 0 ? 0 : nodes.item(run.next - 1).member("seq").integer();
    if (seq.integer() <= before) seq.refuse("a number above that of the node before");
    if (!ready(rows, run)) return moved;
    place_node(rows, run, imported);
    moved = true;
  }
  return moved;
}

/// What the next node of a run waits for, said.
void say_missing(RowWriter& rows, const OpenRun& run) {
  const Place node = run.place.member("nodes").item(run.next);
  const std::int64_t seq = node.member("seq").integer();
  rows.enter(run.uid);
  if (const auto into = run.into.find(seq); into != run.into.end())
    for (const std::size_t at : into->second) rows.node(run.place.member("edges").item(at).member("src"));
  if (const auto call = run.calls.find(seq); call != run.calls.end())
    if (const Place place = run.place.member("calls").item(call->second); place.find("parent"))
      rows.node(place.member("parent"));
}

/// Edges and calls are read with the nodes they belong to: one that belongs to none must not get lost.
void refuse_strays(RowWriter& rows, const OpenRun& run) {
  rows.enter(run.uid);
  run.place.each("edges", [&](const Place& edge) { rows.node(edge.member("dst")); });
  run.place.each("calls", [&](const Place& call) { rows.node(call.member("seq")); });
}

/// Nodes get ids in an order in which every source comes first, whatever runs it lies in.
void place_nodes(RowWriter& rows, std::vector<OpenRun>& runs, Imported& imported) {
  bool moved = true;
  while (moved) {
    moved = false;
    for (OpenRun& run : runs) moved = place_next(rows, run, imported) || moved;
  }
  for (const OpenRun& run : runs) {
    const Place nodes = run.place.member("nodes");
    if (run.next == nodes.array().size()) continue;
    const bool waits_for_document = std::ranges::any_of(runs, [&](const OpenRun& other) {
      return &other != &run && other.next < other.place.member("nodes").array().size();
    });
    if (!waits_for_document) say_missing(rows, run);
    nodes.item(run.next).fail("its sources come from each other in a circle, or are missing");
  }
  for (const OpenRun& run : runs) refuse_strays(rows, run);
}

// ---- what hangs on nodes

void copy_metrics(RowWriter& rows, const Part& part, const Place& run) {
  std::map<std::string, std::int64_t> counts;
  run.each(part.member, [&](const Place& place) {
    place.allow(members_of(part, {"points"}, {}));
    CopiedRow row = rows.row(part, 0, place);
    const auto points = static_cast<std::int64_t>(place.member("points").array().size());
    row.emplace_back("points", points);
    Json::Object key = place.object();
    for (const char* member : {"value", "at_us", "points"}) key.erase(member);
    const std::int64_t nth = counts[to_text(Json(std::move(key)))]++;
    const RowId metric = told(place, [&] { return rows.writer().copy_metric(row, nth, points); });
    place.each("points", [&](const Place& point) { rows.copy(part.inside.front(), metric, point); });
  });
}

void copy_alarm(RowWriter& rows, const Part& part, RowId run, const Place& place) {
  place.allow(members_of(part, {"nodes"}, {}));
  const CopiedRow row = rows.row(part, run, place);
  const RowId alarm = told(place, [&] { return rows.writer().copy_alarm(row); });
  place.each("nodes", [&](const Place& node) { rows.copy(part.inside.front(), alarm, node); });
}

void copy_tag(RowWriter& rows, const Part& part, const Place& place) {
  place.allow(members_of(part, {}, {}));
  const RowId node = rows.node(place.member("node"));
  told(place, [&] {
    rows.writer().tag(node, place.member("key").text(), place.member("value").text(), place.member("at_us").integer());
  });
}

void copy_note(RowWriter& rows, const Part& part, const Place& place) {
  place.allow(members_of(part, {}, {}));
  const RowId node = rows.node(place.member("node"));
  rows.writer().copy_note(node, place.member("at_us").integer(), place.member("author").text(),
                          place.member("text").text());
}

void copy_rows(RowWriter& rows, const OpenRun& run) {
  rows.enter(run.uid);
  for (const Part& part : run_rows())
    if (run.place.find(part.member)) rows.copy(part, run.id, run.place.member(part.member));
  for (const Part& part : run_lists()) {
    if (part.table == "metric") {
      copy_metrics(rows, part, run.place);
      continue;
    }
    run.place.each(part.member, [&](const Place& place) {
      if (part.table == "alarm") return copy_alarm(rows, part, run.id, place);
      if (part.table == "tag") return copy_tag(rows, part, place);
      if (part.table == "note") return copy_note(rows, part, place);
      rows.copy(part, run.id, place);
    });
  }
}

// ---- stored bytes

struct Object {
  Digest sha256;
  std::vector<std::uint8_t> bytes;
};

std::vector<Object> objects_of(const Place& document) {
  std::vector<Object> objects;
  if (!document.find("objects") || document.member("objects").json() == Json()) return objects;
  const Place place = document.member("objects");
  for (const auto& [key, json] : place.object()) {
    const Place stored = place.member(key);
    Object object{.sha256 = {}, .bytes = stored.bytes()};
    object.sha256 = sha256(object.bytes);
    if (object.sha256.hex() != key) stored.fail("these bytes have the digest " + object.sha256.hex());
    objects.push_back(std::move(object));
  }
  return objects;
}

void copy_object(store::Writer& writer, const Object& object) {
  const auto size = static_cast<std::int64_t>(object.bytes.size());
  const bool inside = size <= store::inline_object_limit;
  writer.object(writer.content(object.sha256, "file", size),
                inside ? std::optional(sqlite::Blob(object.bytes)) : std::nullopt);
}

Imported copy_document(store::Writer& writer, const Place& document, const std::vector<Object>& objects) {
  Imported imported;
  RowWriter rows(writer);
  const Place contents = document.member("contents");
  for (const auto& [digest, json] : contents.object()) read_content(rows, digest, contents.member(digest));
  std::vector<OpenRun> runs;
  const Place list = document.member("runs");
  for (std::size_t i = 0; i < list.array().size(); ++i) runs.push_back(open_run(rows, list.item(i)));
  place_nodes(rows, runs, imported);
  for (const OpenRun& run : runs) copy_rows(rows, run);
  for (const Object& object : objects) copy_object(writer, object);
  for (const OpenRun& run : runs) imported.runs.push_back(run.uid);
  return imported;
}

}  // namespace

Imported read_runs(store::Store& store, std::string_view text) {
  const Json json = value::parse_json(text);
  const Place document(json);
  if (document.member("format").text() != run_format)
    document.member("format").refuse(fmt::format("'{}', the format that this version reads", run_format));
  document.allow({"format", "runs", "contents", "objects"});
  const std::vector<Object> objects = objects_of(document);
  for (const Object& object : objects)
    if (static_cast<std::int64_t>(object.bytes.size()) > store::inline_object_limit)
      keep_object(store, object.sha256, object.bytes);
  return store.write([&](store::Writer& writer) { return copy_document(writer, document, objects); }, true);
}

}  // namespace mltrack::exchange
