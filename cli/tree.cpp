#include "tree.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <sstream>
#include <unordered_map>
#include <vector>

#include "grid.hpp"
#include "output.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

constexpr std::size_t indentation = 3;
constexpr std::size_t deepest = 40;
constexpr std::size_t most_made = 4;
constexpr const char* above = "↑ ";
constexpr const char* below = "↓ ";

/// A line of the tree, by the reference of its node: a call with what it made, or what no call of the lineage made.
struct Item {
  const Node* node = nullptr;
  std::vector<std::string> made{};
  const Node* widest = nullptr;  ///< of the data that it took; where there was none, that it made
};

/// A way from one line to another, and as what it goes.
struct Way {
  std::string to;
  std::vector<std::string> slots{};
};

struct Items {
  std::vector<std::string> order;  ///< topological
  std::unordered_map<std::string, Item> of;
  std::unordered_map<std::string, std::vector<Way>> up;
  std::unordered_map<std::string, std::vector<Way>> down;
};

using Nodes = std::unordered_map<std::string, const Node*>;

Nodes nodes_of(const Lineage& lineage) {
  Nodes nodes;
  for (const auto& node : lineage.nodes) nodes.emplace(node.ref, &node);
  nodes.emplace(lineage.root.ref, &lineage.root);
  return nodes;
}

/// The call that made each thing; the root keeps a line of its own.
std::unordered_map<std::string, std::string> makers(const Lineage& lineage, const Nodes& nodes) {
  std::unordered_map<std::string, std::string> makers;
  for (const auto& edge : lineage.edges) {
    const auto source = nodes.find(edge.src);
    const auto target = nodes.find(edge.dst);
    if (source == nodes.end() || target == nodes.end() || edge.dst == lineage.root.ref) continue;
    if (source->second->kind == Kind::call && target->second->kind != Kind::call) makers.emplace(edge.dst, edge.src);
  }
  return makers;
}

using Places = std::unordered_map<std::string, std::size_t>;  // of a way among those from a line, by both its ends

void join(std::unordered_map<std::string, std::vector<Way>>& ways, Places& places, const std::string& from,
          const std::string& to, const std::string& slot) {
  auto& known = ways[from];
  const auto [place, fresh] = places.try_emplace(from + ' ' + to, known.size());
  if (fresh) known.push_back(Way{to});
  auto& slots = known[place->second].slots;
  if (!slot.empty() && std::ranges::find(slots, slot) == slots.end()) slots.push_back(slot);
}

/// The data that a call is measured by: the widest that it took; where it took none, that it made.
void measure(Item& item, const Node* data) {
  if (data->rows && (item.widest == nullptr || data->columns > item.widest->columns)) item.widest = data;
}

void place_nodes(Items& items, const Lineage& lineage, const std::unordered_map<std::string, std::string>& made_by) {
  const auto place = [&](const Node& node) {
    if (made_by.contains(node.ref)) return;
    if (items.of.emplace(node.ref, Item{.node = &node}).second) items.order.push_back(node.ref);
  };
  if (lineage.root.kind != Kind::run) place(lineage.root);
  for (const auto& node : lineage.nodes) {
    if (node.kind != Kind::run) place(node);
  }
  if (items.order.empty()) place(lineage.root);
}

Items items_of(const Lineage& lineage) {
  const auto nodes = nodes_of(lineage);
  const auto made_by = makers(lineage, nodes);
  Items items;
  Places up;
  Places down;
  place_nodes(items, lineage, made_by);
  const auto line_of = [&](const std::string& ref) {
    const auto maker = made_by.find(ref);
    return maker == made_by.end() ? ref : maker->second;
  };
  for (const auto& edge : lineage.edges) {
    const auto from = line_of(edge.src);
    const auto to = line_of(edge.dst);
    if (!items.of.contains(from) || !items.of.contains(to)) continue;
    if (from == to) {
      items.of[to].made.push_back(edge.dst);
      continue;
    }
    if (items.of[to].node->kind == Kind::call) measure(items.of[to], nodes.at(edge.src));
    const bool into_call = nodes.at(edge.dst)->kind == Kind::call || !edge.via;
    const std::string slot = into_call || edge.slot != "from" ? edge.slot : *edge.via;
    join(items.down, down, from, to, slot);
    join(items.up, up, to, from, slot);
  }
  for (auto& [ref, item] : items.of) {
    if (item.widest != nullptr) continue;
    for (const auto& made : item.made) measure(item, nodes.at(made));
  }
  return items;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string label(const Node& node) {
  if (node.kind == Kind::artifact && node.name) return *node.name;
  const std::string type = short_type(node);
  std::string out = what(node);
  if (node.kind == Kind::call && type.find(out) != std::string::npos) {
    out = type;
  } else if (!type.empty() && node.kind != Kind::dataset) {
    out += ' ' + type;
  }
  if (node.name && !node.name->empty()) out += ' ' + *node.name;
  if (node.status && *node.status != "finished") out += ' ' + *node.status;
  return out;
}

/// What a call made, by number where it is of the call's run.
std::string made_text(const Item& item) {
  std::vector<std::string> shown;
  for (const auto& ref : item.made) {
    if (shown.size() == most_made) return joined(shown) + ", …";
    shown.push_back(seen_from(ref, item.node->ref));
  }
  return joined(shown);
}

/// One line as it is written down.
struct Line {
  std::string ref, call, shape, took, made;
};

class Writer {
 public:
  Writer(const Items& items, std::size_t most_levels, bool with_slots)
      : items_(items), most_levels_(most_levels), with_slots_(with_slots) {}

  /// The tree from `ref` on; then those that were too deep for it.
  void write(const std::string& ref, const std::unordered_map<std::string, std::vector<Way>>& ways) {
    std::deque<std::string> tops = {ref};
    for (; !tops.empty(); tops.pop_front()) {
      if (!written_.insert(tops.front()).second && deferred_.erase(tops.front()) == 0) continue;
      add(tops.front(), "");
      branches(tops.front(), "", 0, ways, tops);
    }
  }

  /// The branches of a root whose own line is written.
  void write_branches(const std::string& root, const std::string& prefix,
                      const std::unordered_map<std::string, std::vector<Way>>& ways) {
    std::deque<std::string> tops;
    written_.insert(root);
    branches(root, prefix, 1, ways, tops);
    for (const auto& top : tops) write(top, ways);
  }

  bool has(const std::string& ref) const { return written_.contains(ref); }
  std::vector<Line>& lines() { return lines_; }

 private:
  void add(const std::string& ref, const std::string& lead) {
    const Item& item = items_.of.at(ref);
    const Node& node = *item.node;
    const Node& measured = node.kind == Kind::call && item.widest != nullptr ? *item.widest : node;
    lines_.push_back(
        {node.ref, lead + label(node), shape(measured), node.took_us ? duration(*node.took_us) : "", made_text(item)});
  }

  /// A line that only says where the other one is.
  void refer(const std::string& ref, const std::string& lead, const char* where) {
    const Node& node = *items_.of.at(ref).node;
    lines_.push_back({node.ref, lead + where + label(node), "", "", ""});
  }

  void branches(const std::string& ref, const std::string& prefix, std::size_t level,
                const std::unordered_map<std::string, std::vector<Way>>& ways, std::deque<std::string>& tops) {
    const auto found = ways.find(ref);
    if (found == ways.end()) return;
    for (const Way& way : found->second) {
      const bool last = &way == &found->second.back();
      const std::string slots = way.slots.empty() || !with_slots_ ? "" : joined(way.slots) + ": ";
      const std::string lead = prefix + (last ? "└─ " : "├─ ") + slots;
      branch(way.to, lead, prefix + (last ? "   " : "│  "), level + 1, ways, tops);
    }
  }

  void branch(const std::string& ref, const std::string& lead, const std::string& prefix, std::size_t level,
              const std::unordered_map<std::string, std::vector<Way>>& ways, std::deque<std::string>& tops) {
    const bool known = written_.contains(ref);
    const bool deep = level >= most_levels_ && ways.contains(ref);
    if (known || deep) {
      refer(ref, lead, known && !deferred_.contains(ref) ? above : below);
      if (!known) {
        written_.insert(ref);
        deferred_.insert(ref);
        tops.push_back(ref);
      }
      return;
    }
    written_.insert(ref);
    add(ref, lead);
    branches(ref, prefix, level, ways, tops);
  }

  const Items& items_;
  std::size_t most_levels_;
  bool with_slots_;
  std::set<std::string> written_{};
  std::set<std::string> deferred_{};
  std::vector<Line> lines_{};
};

/// Trees from the root, then from everything that nothing leads to: other occurrences of the content, the parts of a
/// run.
void write_trees(Writer& writer, const Items& items, const std::string& root,
                 const std::unordered_map<std::string, std::vector<Way>>& ways,
                 const std::unordered_map<std::string, std::vector<Way>>& back) {
  if (items.of.contains(root)) writer.write(root, ways);
  for (const auto& ref : items.order) {
    if (!writer.has(ref) && !back.contains(ref)) writer.write(ref, ways);
  }
}

void write_both(Writer& writer, const Items& items, const std::string& root) {
  writer.write(root, {});
  const bool down = items.down.contains(root);
  if (items.up.contains(root)) {
    writer.lines().push_back({"", std::string(down ? "├" : "└") + "─ came from", "", "", ""});
    writer.write_branches(root, down ? "│  " : "   ", items.up);
  }
  if (down) {
    writer.lines().push_back({"", "└─ went into", "", "", ""});
    writer.write_branches(root, "   ", items.down);
  }
  write_trees(writer, items, root, items.down, items.up);
}

std::string grid_text(const std::vector<Line>& lines, bool with_made, std::size_t width) {
  using enum Heading::Style;
  Grid grid({{"ref", whole}, {"call"}, {"rows x columns", number}, {"took", number}, {"made"}});
  for (const auto& line : lines) grid.add({line.ref, line.call, line.shape, line.took, with_made ? line.made : ""});
  return grid.str(width);
}

std::size_t widest_line(const std::vector<Line>& lines, bool with_made) {
  std::size_t ref = 0, call = 0, made = 0;
  for (const auto& line : lines) {
    ref = std::max(ref, line.ref.size());
    call = std::max(call, width(visible(line.call)));
    made = std::max(made, width(line.made));
  }
  constexpr std::size_t numbers_and_gaps = 28;
  return ref + call + numbers_and_gaps + (with_made ? made + 2 : 0);
}

std::vector<Line> lines_of(const Lineage& lineage, const Items& items, Growth growth, std::size_t width,
                           bool with_slots) {
  const auto most = width == 0 ? deepest : std::clamp<std::size_t>(width / 2 / indentation, 4, deepest);
  Writer writer(items, most, with_slots);
  const auto& root = lineage.root.ref;
  if (growth == Growth::both && items.of.contains(root)) {
    write_both(writer, items, root);
  } else if (growth == Growth::up && lineage.root.kind != Kind::run) {
    write_trees(writer, items, root, items.up, items.down);
  } else {
    write_trees(writer, items, root, items.down, items.up);
  }
  return std::move(writer.lines());
}

}  // namespace

std::string tree_text(const Lineage& lineage, Growth growth, std::size_t width) {
  const auto items = items_of(lineage);
  auto lines = lines_of(lineage, items, growth, width, true);
  if (width == 0 || widest_line(lines, true) <= width) return grid_text(lines, true, width);
  if (widest_line(lines, false) > width) lines = lines_of(lineage, items, growth, width, false);
  return grid_text(lines, false, width);
}

}  // namespace mltrack::cli
