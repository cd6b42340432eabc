#include "ask/marks.hpp"

#include <algorithm>

namespace mltrack::ask {

Marks passed(const Marks& marks, const std::vector<Passage>& passages, bool assumed) {
  Marks out;
  for (const Mark& mark : marks) {
    for (const auto& [source, through] : passages) {
      const std::int64_t first = std::max(mark.pos, source.in_pos);
      const std::int64_t last = std::min(mark.pos + mark.count, source.in_pos + source.ins);
      if (first >= last) continue;
      Mark made = mark;
      made.pos = source.one_to_one ? source.out_pos + (first - source.in_pos) : source.out_pos;
      made.count = source.one_to_one ? last - first : source.outs;
      made.way.through.insert(made.way.through.end(), through.begin(), through.end());
      made.way.assumed = mark.way.assumed || assumed;
      out.push_back(std::move(made));
    }
  }
  tidy(out);
  return out;
}

void tidy(Marks& marks) {
  std::sort(marks.begin(), marks.end());
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
}

bool marked(const Marks& marks, std::int64_t pos) {
  return std::any_of(marks.begin(), marks.end(),
                     [&](const Mark& mark) { return mark.pos <= pos && pos < mark.pos + mark.count; });
}

}  // namespace mltrack::ask
