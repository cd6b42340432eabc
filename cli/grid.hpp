#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mltrack::cli {

struct Heading {
  std::string name;
  enum class Style { text, whole, number } style = Style::text;  ///< only text may be cut; numbers go to the right
};

/// Rows of text under headings. Columns in which every cell is empty are left out.
class Grid {
 public:
  explicit Grid(std::vector<Heading> headings) : headings_(std::move(headings)) {}

  /// Adds a row with one cell per heading; what could steer a terminal is made visible.
  void add(const std::vector<std::string>& cells);

  /// One line per row below a line of headings. To keep within `width` columns the widest texts are cut, and where that
  /// is not enough the last columns are left out; a width of 0 sets no bound. Empty for a table without rows.
  std::string str(std::size_t width) const;

 private:
  std::vector<std::size_t> natural_widths() const;
  std::vector<std::size_t> fitted_widths(std::size_t bound) const;
  void shrink(std::vector<std::size_t>& widths, std::size_t bound) const;

  std::vector<Heading> headings_;
  std::vector<std::vector<std::string>> rows_;
};

/// Columns of the terminal that output goes to: $COLUMNS, else what the terminal says, else 0 (no terminal).
std::size_t terminal_width();

}  // namespace mltrack::cli
