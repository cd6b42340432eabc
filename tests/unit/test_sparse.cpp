#include <doctest/doctest.h>

#include "columns.hpp"

using namespace mltrack;

namespace {

// A matrix of doubles with its zeros left out, by columns or by rows.
struct Compressed {
  std::vector<double> entries;
  std::vector<std::int32_t> indexes;
  std::vector<std::int64_t> starts = {0};

  Compressed(const std::vector<double>& dense, std::size_t rows, std::size_t columns, bool by_rows)
      : rows_(rows), columns_(columns), by_rows_(by_rows) {
    for (std::size_t line = 0; line < (by_rows ? rows : columns); ++line) {
      for (std::size_t i = 0; i < (by_rows ? columns : rows); ++i) {
        const double value = by_rows ? dense[line * columns + i] : dense[i * columns + line];
        if (value == 0) continue;
        entries.push_back(value);
        indexes.push_back(static_cast<std::int32_t>(i));
      }
      starts.push_back(static_cast<std::int64_t>(entries.size()));
    }
  }

  Sparse view() const {
    return {rows_,
            columns_,
            {.data = entries.data(), .rows = entries.size()},
            {.data = indexes.data(), .rows = indexes.size(), .scalar = Scalar::int32},
            {.data = starts.data(), .rows = starts.size(), .scalar = Scalar::int64},
            by_rows_};
  }

 private:
  std::size_t rows_;
  std::size_t columns_;
  bool by_rows_;
};

std::vector<double> mostly_zeros(std::size_t count) {
  std::vector<double> values = random_doubles(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 17 != 0) values[i] = 0;
  }
  return values;
}

}  // namespace

TEST_CASE("a sparse matrix has the digests of the dense one") {
  std::vector<double> dense = mostly_zeros(2500 * 6);
  dense[0] = nan_value;
  for (std::size_t i = 0; i < 2500; ++i) dense[6 * i + 5] = 0;
  const DatasetDigest expected = digest(row_major(dense, 2500, 6));
  const std::optional<DatasetDigest> found = digest(Compressed(dense, 2500, 6, false).view());
  REQUIRE(found);
  CHECK(found->content == expected.content);
  CHECK(found->values == expected.values);
  CHECK(found->width == 6);
  for (std::size_t c = 0; c < 6; ++c) {
    CHECK(found->columns[c].digest == expected.columns[c].digest);
    CHECK(found->columns[c].varied == expected.columns[c].varied);
  }
}

TEST_CASE("of a wide sparse matrix one column stands for all") {
  const std::vector<double> dense = mostly_zeros(30 * 300);
  const DatasetDigest expected = digest(row_major(dense, 30, 300));
  const std::optional<DatasetDigest> found = digest(Compressed(dense, 30, 300, false).view(), 3);
  REQUIRE(found);
  CHECK(found->content == expected.content);
  CHECK(found->degenerate() == expected.degenerate());
  CHECK(found->columns.size() == 1);
  CHECK(found->width == 300);
}

TEST_CASE("which sparse matrices are digested by columns") {
  CHECK(is_digested_by_columns(std::size_t{1} << 40, 256));
  CHECK(is_digested_by_columns(1 << 10, 1 << 16));
  CHECK_FALSE(is_digested_by_columns((1 << 10) + 1, 1 << 16));
  CHECK_FALSE(is_digested_by_columns(1, (1 << 16) + 1));
  CHECK(is_digested_by_columns(0, 0));
}

TEST_CASE("a large sparse matrix is digested by its entries") {
  constexpr std::size_t columns = 70'000;
  const std::vector<double> dense = mostly_zeros(2 * columns);
  Compressed by_rows(dense, 2, columns, true);
  const std::optional<DatasetDigest> found = digest(by_rows.view());
  REQUIRE(found);
  CHECK(found->width == columns);
  CHECK_FALSE(found->degenerate());
  CHECK_FALSE(digest(Compressed(dense, 2, columns, false).view()));
  by_rows.entries[5] = 0;
  std::vector<double> without = dense;
  without[17 * 5] = 0;
  CHECK(digest(by_rows.view())->values == digest(Compressed(without, 2, columns, true).view())->values);
  CHECK(digest(by_rows.view())->values != found->values);
}

TEST_CASE("sparse matrices that are out of order or out of bounds have no digest") {
  const std::vector<double> dense = {1, 2, 3, 4, 5, 6};
  const Compressed fine(dense, 2, 3, false);
  CHECK(digest(fine.view()));
  Compressed twice = fine;
  twice.indexes[1] = 0;
  CHECK_FALSE(digest(twice.view()));
  Compressed outside = fine;
  outside.indexes[5] = 2;
  CHECK_FALSE(digest(outside.view()));
  Compressed behind = fine;
  behind.starts[3] = 7;
  CHECK_FALSE(digest(behind.view()));
  Compressed negative = fine;
  negative.indexes[0] = -1;
  CHECK_FALSE(digest(negative.view()));
}

TEST_CASE("rows of sparse matrices hash alike with and without stored zeros") {
  const std::vector<double> dense = {1, 2, 0, 1, 2, 3};
  Compressed matrix(dense, 2, 3, true);
  const auto before = row_hashes(matrix.view());
  REQUIRE(before);
  CHECK((*before)[0] != (*before)[1]);
  matrix.entries.back() = 0;
  const auto after = row_hashes(matrix.view());
  CHECK((*after)[0] == (*after)[1]);
}

TEST_CASE("a column in pieces has the digest of the whole") {
  const std::vector<double> values = random_doubles(5000);
  const auto piece = [&values](std::size_t first, std::size_t rows) {
    return Numbers{.data = values.data() + first, .rows = rows};
  };
  const ColumnView pieces{.values = piece(0, 1), .more = {piece(1, 0), piece(1, 2000), piece(2001, 2999)}};
  CHECK(of(pieces).digest == of_numbers(values));
  CHECK(row_hashes({.columns = {pieces}}) == row_hashes({.columns = {column<double>("", values)}}));
  const std::vector<std::string_view> texts = {"a", {}, "b", "c"};
  const std::span<const std::string_view> all = texts;
  const ColumnView words{.values = Texts{all.first(1)}, .more = {Texts{all.subspan(1)}}};
  CHECK(of(words).digest == of_texts(texts));
  const std::vector<std::int64_t> days = {1, nat, 3};
  const ColumnView times{.values = Times{.data = days.data(), .rows = 2, .unit = TimeUnit::day},
                         .more = {Times{.data = days.data() + 2, .rows = 1, .unit = TimeUnit::day}}};
  CHECK(of(times).digest == of_times(days, TimeUnit::day));
  const ColumnView mixed{.values = piece(0, 1), .more = {Texts{all}}};
  CHECK_THROWS(of(mixed));
}
