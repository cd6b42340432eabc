#include "stage.hpp"

#include <span>
#include <stdexcept>

namespace mltrack::cases {

namespace {

using Words = std::vector<std::string>;

std::vector<std::vector<double>> table(const std::string& shape, std::optional<long> seed) {
  const std::size_t rows = std::stoul(shape);
  const std::size_t columns = std::stoul(shape.substr(shape.find('x') + 1));
  std::vector<std::vector<double>> table(columns, std::vector<double>(rows));
  if (!seed) return table;
  for (std::size_t c = 0; c < columns; ++c)
    for (std::size_t r = 0; r < rows; ++r)
      table[c][r] = static_cast<double>((37 * r * r + 101 * c + 7919 * static_cast<std::size_t>(*seed)) % 10007) / 8;
  return table;
}

std::span<const std::uint8_t> bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// slot=object pairs from a word on, up to `->` or the end.
std::vector<std::pair<std::string, std::string>> slots(const Words& words, std::size_t from) {
  std::vector<std::pair<std::string, std::string>> slots;
  for (std::size_t i = from; i < words.size() && words[i] != "->"; ++i) {
    const std::size_t equals = words[i].rfind('=');
    if (equals == std::string::npos) throw std::runtime_error("expected slot=object, found " + words[i]);
    slots.emplace_back(words[i].substr(0, equals), words[i].substr(equals + 1));
  }
  return slots;
}

std::size_t first_slot(const Words& words) { return words.size() > 4 && words[4] == "in" ? 6 : 4; }

}  // namespace

void Stage::play(const Statement& event) {
  const Words& words = event.words;
  const std::string& verb = words.at(0);
  const std::string& name = words.at(1);
  if (verb == "run") {
    if (run_) former_runs_.push_back(*std::move(run_));
    run_ = tracker_.start_run({.project = "cases", .experiment = experiment_, .name = name});
  } else if (verb == "data") {
    data(words);
  } else if (verb == "file") {
    objects_[name] = {.kind = Kind::artifact, .digest = sha256(bytes(words.at(2))), .location = name + ".txt"};
  } else if (verb == "model") {
    objects_[name] = {.kind = Kind::model, .digest = digest_bytes("model", bytes(words.at(2)))};
  } else if (verb == "edit") {
    edit(words);
  } else if (verb == "widen") {
    widen(words);
  } else if (verb == "derive") {
    objects_.at(name).sources.push_back({node(words.at(3)), "declared", words.at(2)});
  } else if (verb == "log") {
    became(objects_.at(name), run_->log_node(flow("", objects_.at(name))));
  } else if (verb == "call" || verb == "begin") {
    begin(words, slots(words, first_slot(words)));
    std::size_t arrow = 0;
    while (arrow < words.size() && words[arrow] != "->") ++arrow;
    if (verb == "call") end(name, slots(words, arrow + 1));
  } else if (verb == "end") {
    end(name, slots(words, 2));
  } else {
    throw std::runtime_error("unknown event " + verb);
  }
}

void Stage::data(const Words& words) {
  Object& object = objects_[words.at(1)];
  if (words.at(2) != "join") {
    const bool zero = words.at(3) == "zero";
    return set_columns(object, table(words.at(2), zero ? std::nullopt : std::optional(std::stol(words.at(4)))));
  }
  std::vector<std::vector<double>> columns;
  for (std::size_t i = 3; i < words.size(); ++i)
    for (const auto& column : objects_.at(words[i]).columns) columns.push_back(column);
  set_columns(object, std::move(columns));
}

void Stage::edit(const Words& words) {
  Object& object = objects_.at(words.at(1));
  const std::string shape = std::to_string(object.columns[0].size()) + "x" + std::to_string(object.columns.size());
  set_columns(object, table(shape, std::stol(words.at(3))));
  edited(object);
}

void Stage::widen(const Words& words) {
  Object& object = objects_.at(words.at(1));
  std::vector<std::vector<double>> columns = object.columns;
  for (std::size_t i = 2; i < words.size(); ++i)
    for (const auto& column : objects_.at(words[i]).columns) columns.push_back(column);
  set_columns(object, std::move(columns));
  edited(object);
}

void Stage::edited(Object& object) {
  object.sources = {{object.nodes.back(), "edited", "from"}};
  object.changed = true;
}

void Stage::set_columns(Object& object, std::vector<std::vector<double>> columns) {
  object.columns = std::move(columns);
  DatasetView view;
  for (const auto& column : object.columns) view.columns.push_back({Numbers{column.data(), column.size()}});
  object.data = std::make_shared<DatasetDigest>(digest(view));
}

Flow Stage::flow(const std::string& slot, const Object& object) const {
  return {.slot = slot,
          .kind = object.kind,
          .data = object.data,
          .digest = object.digest,
          .location = object.location,
          .sources = object.sources};
}

Flow Stage::input(const std::string& slot, const Object& object) const {
  if (object.changed) return flow(slot, object);
  return {.slot = slot, .node = object.nodes.back()};
}

void Stage::became(Object& object, NodeRef node) {
  if (object.changed || object.nodes.back() != node) object.nodes.push_back(node);
  object.changed = false;
  object.sources.clear();
}

void Stage::begin(const Words& words, const Slots& inputs) {
  CallInfo info{.estimator = words.at(3)};
  info.op = words.at(2);
  if (first_slot(words) == 6) info.parent = calls_.at(words.at(5)).ref();
  for (const auto& [slot, name] : inputs) info.inputs.push_back(input(slot, objects_.at(name)));
  Call call = run_->begin(std::move(info));
  for (std::size_t i = 0; i < inputs.size(); ++i) became(objects_.at(inputs[i].second), call.inputs()[i]);
  calls_.emplace(words.at(1), std::move(call));
}

void Stage::end(const std::string& label, const Slots& outputs) {
  CallResult result;
  for (const auto& [slot, name] : outputs) result.outputs.push_back(flow(slot, objects_.at(name)));
  Call& call = calls_.at(label);
  call.end(std::move(result));
  for (std::size_t i = 0; i < outputs.size(); ++i) became(objects_.at(outputs[i].second), call.outputs()[i]);
}

NodeRef Stage::node(const std::string& name) const {
  const std::size_t hash = name.find('#');
  const auto object = objects_.find(name.substr(0, hash));
  if (object == objects_.end()) return calls_.at(name).ref();
  const std::vector<NodeRef>& nodes = object->second.nodes;
  return hash == std::string::npos ? nodes.back() : nodes.at(std::stoul(name.substr(hash + 1)) - 1);
}

std::string Stage::ref(const std::string& name) const {
  if (!name.starts_with("digest:")) return node(name).str();
  const Object& object = objects_.at(name.substr(7));
  return object.data ? object.data->content.hex() : object.digest.hex();
}

}  // namespace mltrack::cases
