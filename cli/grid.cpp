#include "grid.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "colour.hpp"
#include "text.hpp"

namespace mltrack::cli {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest = 8;

std::size_t total(const std::vector<std::size_t>& widths) {
  const auto shown =
      static_cast<std::size_t>(std::count_if(widths.begin(), widths.end(), [](auto w) { return w > 0; }));
  return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + gap * (shown > 0 ? shown - 1 : 0);
}

}  // namespace

void Grid::add(const std::vector<std::string>& cells) {
  auto& row = rows_.emplace_back();
  for (const auto& cell : cells) row.push_back(visible(cell));
}

std::vector<std::size_t> Grid::natural_widths() const {
  std::vector<std::size_t> widths(headings_.size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] > 0) widths[i] = std::max(widths[i], width(headings_[i].name));
  }
  return widths;
}

std::vector<std::size_t> Grid::fitted_widths(std::size_t bound) const {
  auto shown = natural_widths();
  for (auto last = shown.rbegin(); last != shown.rend(); ++last) {
    auto widths = shown;
    shrink(widths, bound);
    if (total(widths) <= bound) return widths;
    if (last + 1 != shown.rend()) *last = 0;
  }
  return shown;
}

void Grid::shrink(std::vector<std::size_t>& widths, std::size_t bound) const {
  while (total(widths) > bound) {
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const bool may_be_cut = headings_[i].style == Heading::Style::text && widths[i] > narrowest;
      if (may_be_cut && (widest == nullptr || widths[i] > *widest)) widest = &widths[i];
    }
    if (widest == nullptr) return;
    --*widest;
  }
}

std::string Grid::str(std::size_t bound) const {
  if (rows_.empty()) return "";
  const auto widths = bound > 0 ? fitted_widths(bound) : natural_widths();

  std::string out;
  const auto line = [&](const auto& cell_of, const auto& ink) {
    std::string text;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] == 0) continue;
      if (!text.empty()) text.append(gap, ' ');
      const auto cell = cut(cell_of(i), widths[i]);
      const std::string padding(widths[i] - width(cell), ' ');
      const auto shown = painted(cell, ink(i));
      text += headings_[i].style == Heading::Style::number ? padding + shown : shown + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  };
  line([&](std::size_t i) { return headings_[i].name; }, [](std::size_t) { return Ink::bold; });
  for (const auto& row : rows_) {
    line([&](std::size_t i) { return row[i]; }, [&](std::size_t i) { return ink_of(headings_[i].name, row[i]); });
  }
  return out;
}

std::size_t terminal_width() {
  if (const char* columns = std::getenv("COLUMNS")) {
    if (const auto value = std::strtoul(columns, nullptr, 10); value > 0) return value;
  }
  winsize size{};
  return ::isatty(STDOUT_FILENO) && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace mltrack::cli
