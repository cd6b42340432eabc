#include <doctest/doctest.h>

#include <cstring>
#include <mltrack/error.hpp>
#include <string>

#include "columns.hpp"
#include "digest/dataset.hpp"
#include "digest/kernel.hpp"

using namespace mltrack;

TEST_CASE("the digest does not depend on memory order, stride or container") {
  constexpr std::size_t rows = 1500;
  for (const std::size_t columns : {std::size_t{1}, std::size_t{2}, std::size_t{13}, std::size_t{300}}) {
    std::vector<double> c_order = random_doubles(rows * columns);
    c_order[5] = nan_value;
    c_order[rows - 1] = -0.0;
    std::vector<double> f_order(c_order.size());
    std::vector<double> gaps(c_order.size() * 2 + 7);
    DatasetView vectors;
    DatasetView strided;
    for (std::size_t c = 0; c < columns; ++c) {
      for (std::size_t r = 0; r < rows; ++r) {
        const double value = c_order[r * columns + c];
        f_order[c * rows + r] = value;
        gaps[(r * columns + c) * 2] = value;
      }
      vectors.columns.push_back({.values = Numbers{.data = &f_order[c * rows], .rows = rows}});
      strided.columns.push_back({.values = Numbers{
                                     .data = &c_order[c],
                                     .rows = rows,
                                     .stride_bytes = static_cast<std::ptrdiff_t>(8 * columns),
                                 }});
    }
    const auto wide = static_cast<std::ptrdiff_t>(8 * columns);
    const Digest expected = digest(row_major(c_order, rows, columns)).values;
    CHECK(digest(vectors).values == expected);
    CHECK(digest(strided).values == expected);
    const Matrix f{.data = f_order.data(),
                   .rows = rows,
                   .columns = columns,
                   .row_stride_bytes = 8,
                   .column_stride_bytes = 8 * rows};
    CHECK(digest({.matrix = f}).values == expected);
    const Matrix g{
        .data = gaps.data(), .rows = rows, .columns = columns, .row_stride_bytes = 2 * wide, .column_stride_bytes = 16};
    CHECK(digest({.matrix = g}).values == expected);
    const auto last_row = static_cast<std::ptrdiff_t>(rows - 1) * wide;
    std::vector<double> upside_down(c_order.size());
    for (std::size_t r = 0; r < rows; ++r) {
      std::memcpy(&upside_down[(rows - 1 - r) * columns], &c_order[r * columns], 8 * columns);
    }
    const auto* end = reinterpret_cast<const char*>(upside_down.data()) + last_row;
    const Matrix u{.data = end, .rows = rows, .columns = columns, .row_stride_bytes = -wide, .column_stride_bytes = 8};
    CHECK(digest({.matrix = u}).values == expected);
  }
}

TEST_CASE("matrices of every scalar type agree with their doubles") {
  constexpr std::size_t rows = 300;
  constexpr std::size_t columns = 5;
  std::vector<double> doubles(rows * columns);
  std::vector<float> floats(rows * columns);
  std::vector<std::int64_t> longs(rows * columns);
  std::vector<std::uint8_t> bytes(rows * columns);
  for (std::size_t i = 0; i < doubles.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(i * 31);
    doubles[i] = floats[i] = bytes[i];
    longs[i] = bytes[i];
  }
  const auto values_of = [](const void* data, Scalar scalar) {
    return digest({.matrix = Matrix{.data = data, .rows = rows, .columns = columns, .scalar = scalar}}).values;
  };
  const Digest expected = values_of(doubles.data(), Scalar::float64);
  CHECK(values_of(floats.data(), Scalar::float32) == expected);
  CHECK(values_of(longs.data(), Scalar::int64) == expected);
  CHECK(values_of(bytes.data(), Scalar::uint8) == expected);
  longs[7] = (std::int64_t{1} << 60) + 1;
  CHECK(values_of(longs.data(), Scalar::int64) != expected);
}

TEST_CASE("unaligned buffers are read as they are") {
  const std::vector<double> values = random_doubles(2000);
  std::vector<char> shifted(values.size() * 8 + 3);
  std::memcpy(shifted.data() + 3, values.data(), values.size() * 8);
  CHECK(of({.values = Numbers{.data = shifted.data() + 3, .rows = values.size()}}).digest == of_numbers(values));
}

TEST_CASE("threads change nothing") {
  constexpr std::size_t rows = 20'000;
  constexpr std::size_t columns = 67;
  const std::vector<double> values = random_doubles(rows * columns);
  DatasetView view = row_major(values, rows, columns);
  const std::vector<std::string_view> texts(rows, "text");
  view.columns.push_back({.values = Texts{.values = texts}});
  const DatasetDigest one = digest(view, 1);
  for (const unsigned threads : {0U, 2U, 3U, 16U}) CHECK(digest(view, threads).content == one.content);
}

TEST_CASE("an error in any thread reaches the caller") {
  constexpr std::size_t rows = 300'000;
  const std::vector<double> values = random_doubles(rows);
  std::vector<std::string_view> texts(rows, "fine");
  texts[rows - 1] = "\xff";
  DatasetView view;
  for (int i = 0; i < 4; ++i) view.columns.push_back({.values = Numbers{.data = values.data(), .rows = rows}});
  view.columns.push_back({.values = Texts{.values = texts}});
  CHECK_THROWS_WITH_AS(digest(view, 2), doctest::Contains("in row 299999"), Error);
}

TEST_CASE("the kernel for AVX2 agrees with the one for any processor") {
  const kernel::Kernel* avx2 = kernel::avx2();
  const kernel::Kernel& other = avx2 != nullptr ? *avx2 : kernel::best();
  CHECK(std::string(other.name) == (__builtin_cpu_supports("avx2") ? "avx2" : "baseline"));
  for (const std::size_t rows : {0, 1, 7, 30, 31, 255, 256, 257, 1023, 1025, 4000}) {
    std::vector<double> values = random_doubles(rows * 11);
    if (rows > 2) values[rows] = nan_value, values[rows + 1] = -0.0;
    const DatasetView view = row_major(values, rows, 11);
    CHECK(digest_with(*kernel::baseline(), view, 1).content == digest_with(other, view, 1).content);
    const DatasetView packed = row_major(values, rows * 11, 1);
    CHECK(digest_with(*kernel::baseline(), packed, 1).content == digest_with(other, packed, 1).content);
  }
}

TEST_CASE("the content digest tells names, logical types and shape; the values digest does not") {
  const std::vector<std::int32_t> ints = {1, 2, 3, 4};
  const std::vector<double> doubles = {1, 2, 3, 4};
  const ColumnView plain{.values = Numbers{.data = ints.data(), .rows = 4, .scalar = Scalar::int32}};
  const DatasetDigest base = digest({.columns = {plain}});
  ColumnView named = plain;
  named.name = "age";
  ColumnView nameless = plain;
  nameless.name = "";
  ColumnView category = plain;
  category.type = "category";
  const ColumnView wide{.values = Numbers{.data = doubles.data(), .rows = 4}};
  for (const DatasetView& view :
       {DatasetView{.columns = {named}}, DatasetView{.columns = {nameless}}, DatasetView{.columns = {category}},
        DatasetView{.columns = {wide}}, DatasetView{.columns = {plain}, .shape = {4, 1, 1}}}) {
    CHECK(digest(view).values == base.values);
    CHECK(digest(view).content != base.content);
  }
  CHECK(digest({.columns = {named}}).columns[0].name == "age");
  CHECK(digest({.columns = {category}}).columns[0].type == "category");
}

TEST_CASE("matrix columns come first and take their names from the view") {
  const std::vector<double> values = {1, 2, 3, 4, 5, 6};
  DatasetView view = row_major(values, 3, 2);
  view.names = {"a", "b"};
  view.columns.push_back({.values = Numbers{.data = values.data(), .rows = 3}, .name = "c"});
  const DatasetDigest found = digest(view);
  REQUIRE(found.columns.size() == 3);
  CHECK(found.rows == 3);
  CHECK(found.columns[1].name == "b");
  CHECK(found.columns[2].name == "c");
  CHECK(found.columns[1].digest == of_numbers<double>({2, 4, 6}));
  view.names = {"a"};
  CHECK_THROWS_WITH_AS(digest(view), doctest::Contains("1 names for 2 matrix columns"), Error);
}

TEST_CASE("columns of unequal length are refused by name") {
  const std::vector<double> values = {1, 2, 3};
  const ColumnView three{.values = Numbers{.data = values.data(), .rows = 3}};
  const ColumnView two{.values = Numbers{.data = values.data(), .rows = 2}, .name = "age"};
  CHECK_THROWS_WITH_AS(digest({.columns = {three, two}}),
                       doctest::Contains("column 1 ('age') has 2 rows where the dataset has 3"), Error);
}

TEST_CASE("values digests tell rows from columns") {
  const std::vector<double> values = {1, 2, 3, 4};
  CHECK(digest(row_major(values, 2, 2)).values != digest(row_major(values, 4, 1)).values);
  CHECK(digest(row_major(values, 0, 2)).values != digest(row_major(values, 0, 3)).values);
  CHECK(digest(DatasetView{}).rows == 0);
  CHECK(digest(DatasetView{}).values);
}

TEST_CASE("the family is the type all columns share") {
  const std::vector<double> values = {1, 2, 3, 4};
  const std::vector<std::string_view> texts = {"a", "b"};
  DatasetView view = row_major(values, 2, 2);
  CHECK(digest(view).family() == "float");
  view.columns.push_back({.values = Texts{.values = texts}});
  CHECK(digest(view).family() == "table");
  CHECK(digest(DatasetView{}).family() == "table");
}

TEST_CASE("logical types are derived from what is there") {
  const std::vector<Value> values = {1, nullptr, true};
  CHECK(of({.values = Mixed{values}}).type == "int");
  const std::vector<Value> truths = {true, nan_value};
  CHECK(of({.values = Mixed{truths}}).type == "bool");
  const std::vector<Value> reals = {1, 0.5};
  CHECK(of({.values = Mixed{reals}}).type == "float");
  const std::vector<std::int64_t> times = {1};
  CHECK(of({.values = Times{.data = times.data(), .rows = 1, .aware = true}}).type == "datetime");
  CHECK(of({.values = Times{.data = times.data(), .rows = 1, .duration = true}}).type == "duration");
  CHECK(of({.values = Numbers{.data = times.data(), .rows = 1, .scalar = Scalar::boolean}}).type == "bool");
}

TEST_CASE("varied columns are those that equal ones could hardly match by chance") {
  const auto varied = [](const std::vector<double>& values) {
    return of({.values = Numbers{.data = values.data(), .rows = values.size()}}).varied;
  };
  std::vector<double> range;
  std::vector<double> tenths;
  std::vector<double> sorted_labels;
  std::vector<double> mostly_missing(3000, nan_value);
  for (int i = 0; i < 3000; ++i) {
    range.push_back(10 + 3 * i);
    tenths.push_back(i * 0.1);
    sorted_labels.push_back(i / 1000);
  }
  mostly_missing[1500] = 7;
  CHECK(varied(random_doubles(12)));
  CHECK_FALSE(varied(random_doubles(9)));
  CHECK_FALSE(varied(std::vector<double>(3000, 0)));
  CHECK_FALSE(varied(range));
  CHECK_FALSE(varied(tenths));
  CHECK_FALSE(varied(sorted_labels));
  CHECK_FALSE(varied(mostly_missing));
  std::vector<double> late(3000, 0);
  for (std::size_t i = 2900; i < 2910; i += 2) late[i] = 1;
  CHECK(varied(late));
}

TEST_CASE("dates in a row are a range, texts vary when they change") {
  std::vector<std::int64_t> days;
  std::vector<std::string_view> constant(100, "a");
  std::vector<std::string_view> changing;
  for (int i = 0; i < 100; ++i) {
    days.push_back(20'000 + i);
    changing.push_back(i % 2 == 0 ? "a" : "b");
  }
  const Times times{.data = days.data(), .rows = days.size(), .unit = TimeUnit::day};
  CHECK_FALSE(of({.values = times}).varied);
  for (std::size_t i = 0; i < days.size(); i += 7) days[i] += 3;
  CHECK(of({.values = times}).varied);
  CHECK_FALSE(of({.values = Texts{.values = constant}}).varied);
  CHECK(of({.values = Texts{.values = changing}}).varied);
}

TEST_CASE("a dataset is degenerate when none of its columns is varied") {
  std::vector<double> values(200, 1);
  CHECK(digest(row_major(values, 100, 2)).degenerate());
  const std::vector<double> random = random_doubles(100);
  for (std::size_t i = 0; i < 100; ++i) values[2 * i + 1] = random[i];
  CHECK_FALSE(digest(row_major(values, 100, 2)).degenerate());
  CHECK(digest(DatasetView{}).degenerate());
}

TEST_CASE("columns of vectors digest like the views they stand for") {
  const std::vector<double> doubles{1.5, 2, 3};
  const std::vector<std::int16_t> shorts{1, 2, 3};
  const std::vector<std::string_view> texts{"a", "b", {}};
  const auto digest_of = [](mltrack::ColumnView view) { return mltrack::digest({.columns = {std::move(view)}}); };
  const auto same = [&](const mltrack::ColumnView& a, const mltrack::ColumnView& b) {
    return digest_of(a).content == digest_of(b).content;
  };
  CHECK(same(mltrack::column("c", doubles),
             {.values = mltrack::Numbers{.data = doubles.data(), .rows = 3}, .name = "c"}));
  CHECK(same(
      mltrack::column("c", shorts),
      {.values = mltrack::Numbers{.data = shorts.data(), .rows = 3, .scalar = mltrack::Scalar::int16}, .name = "c"}));
  CHECK(same(mltrack::column("c", texts), {.values = mltrack::Texts{.values = texts}, .name = "c"}));
}
