#include "arrow_column.hpp"

#include <cstring>

namespace mltrack::python {
namespace {

constexpr std::int64_t inline_view = 12;  // longest text that lies in its view
constexpr std::int64_t view_size = 16;

struct NumberFormat {
  Scalar scalar;
  std::size_t size;
};

std::optional<NumberFormat> number_format(std::string_view format) {
  if (format.size() != 1) return {};
  switch (format[0]) {
    case 'c':
      return NumberFormat{Scalar::int8, 1};
    case 'C':
      return NumberFormat{Scalar::uint8, 1};
    case 's':
      return NumberFormat{Scalar::int16, 2};
    case 'S':
      return NumberFormat{Scalar::uint16, 2};
    case 'i':
      return NumberFormat{Scalar::int32, 4};
    case 'I':
      return NumberFormat{Scalar::uint32, 4};
    case 'l':
      return NumberFormat{Scalar::int64, 8};
    case 'L':
      return NumberFormat{Scalar::uint64, 8};
    case 'e':
      return NumberFormat{Scalar::float16, 2};
    case 'f':
      return NumberFormat{Scalar::float32, 4};
    case 'g':
      return NumberFormat{Scalar::float64, 8};
    default:
      return {};
  }
}

// What a temporal format means, and whether its values have 32 bits.
struct TimeFormat {
  TimeUnit unit;
  bool aware = false;
  bool duration = false;
  bool narrow = false;
};

std::optional<TimeUnit> unit_of(char letter) {
  switch (letter) {
    case 's':
      return TimeUnit::second;
    case 'm':
      return TimeUnit::milli;
    case 'u':
      return TimeUnit::micro;
    case 'n':
      return TimeUnit::nano;
    default:
      return {};
  }
}

std::optional<TimeFormat> time_format(std::string_view format) {
  if (format == "tdD") return TimeFormat{TimeUnit::day, false, false, true};
  if (format == "tdm") return TimeFormat{TimeUnit::milli};
  if (format.size() < 3 || format[0] != 't') return {};
  const std::optional<TimeUnit> unit = unit_of(format[2]);
  if (!unit) return {};
  switch (format[1]) {
    case 's':
      return TimeFormat{*unit, format.size() > 4, false};
    case 'D':
      return TimeFormat{*unit, false, true};
    case 't':  // a time of day is the duration since midnight
      return TimeFormat{*unit, false, true, *unit == TimeUnit::second || *unit == TimeUnit::milli};
    default:
      return {};
  }
}

bool is_text(std::string_view format) {
  return format == "u" || format == "U" || format == "z" || format == "Z" || format == "vu" || format == "vz";
}

template <class T>
T value_at(const void* data, std::int64_t i) {
  T value;
  std::memcpy(&value, static_cast<const char*>(data) + i * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
  return value;
}

bool bit_at(const void* bits, std::int64_t i) {
  return (static_cast<const std::uint8_t*>(bits)[i >> 3] >> (i & 7) & 1) != 0;
}

bool is_null(const ArrowArray& array, std::int64_t i) {
  return array.n_buffers > 0 && array.buffers[0] != nullptr && !bit_at(array.buffers[0], i);
}

// Not null even where the text is empty and has no memory.
std::string_view text_from(const char* data, std::int64_t size) {
  return size == 0 ? std::string_view("", 0) : std::string_view(data, static_cast<std::size_t>(size));
}

template <class Offset>
std::string_view text_at(const ArrowArray& array, std::int64_t i) {
  const auto first = value_at<Offset>(array.buffers[1], i);
  const auto end = value_at<Offset>(array.buffers[1], i + 1);
  return text_from(static_cast<const char*>(array.buffers[2]) + first, static_cast<std::int64_t>(end - first));
}

// A view has the size, then the text itself or its first four bytes, the number of a buffer and the place there.
std::string_view viewed_text(const ArrowArray& array, std::int64_t i) {
  const char* view = static_cast<const char*>(array.buffers[1]) + i * view_size;
  const auto size = value_at<std::int32_t>(view, 0);
  if (size <= inline_view) return text_from(view + 4, size);
  const auto* data = static_cast<const char*>(array.buffers[2 + value_at<std::int32_t>(view, 2)]);
  return text_from(data + value_at<std::int32_t>(view, 3), size);
}

std::string_view text_of(const ArrowArray& array, std::string_view format, std::int64_t i) {
  if (is_null(array, i)) return {};
  if (format[0] == 'v') return viewed_text(array, i);
  return format == "u" || format == "z" ? text_at<std::int32_t>(array, i) : text_at<std::int64_t>(array, i);
}

std::int64_t code_at(const ArrowArray& array, Scalar scalar, std::int64_t i) {
  const void* codes = array.buffers[1];
  switch (scalar) {
    case Scalar::int8:
      return value_at<std::int8_t>(codes, i);
    case Scalar::uint8:
      return value_at<std::uint8_t>(codes, i);
    case Scalar::int16:
      return value_at<std::int16_t>(codes, i);
    case Scalar::uint16:
      return value_at<std::uint16_t>(codes, i);
    case Scalar::int32:
      return value_at<std::int32_t>(codes, i);
    case Scalar::uint32:
      return value_at<std::uint32_t>(codes, i);
    default:
      return value_at<std::int64_t>(codes, i);
  }
}

// An extension type gives its storage a meaning that only its library knows. The metadata is a count, then keys and
// values, each with its length in front.
bool is_extension(const char* metadata) {
  if (metadata == nullptr) return false;
  const auto count = value_at<std::int32_t>(metadata, 0);
  const char* at = metadata + 4;
  for (std::int32_t i = 0; i < 2 * count; ++i) {
    const std::string_view text = text_from(at + 4, value_at<std::int32_t>(at, 0));
    if (i % 2 == 0 && text == "ARROW:extension:name") return true;
    at += 4 + text.size();
  }
  return false;
}

// The first piece is the column's own, the others follow it.
void append(ColumnView& column, bool first, ColumnView::Values piece) {
  if (first) {
    column.values = std::move(piece);
  } else {
    column.more.push_back(std::move(piece));
  }
}

}  // namespace

std::optional<std::vector<ColumnView>> ArrowColumns::read() {
  const std::optional<std::vector<ArrowField>> fields = data_.fields();
  if (!fields) return {};
  std::vector<ColumnView> out;
  for (const ArrowField& field : *fields) {
    ColumnView& column = out.emplace_back(ColumnView{Texts{}, std::nullopt});
    const char* name = field.schema->name;
    if (name != nullptr && (*name != '\0' || data_.is_table())) column.name = name;
    if (is_extension(field.schema->metadata) || !read_field(field, column)) return {};
  }
  return out;
}

bool ArrowColumns::read_field(const ArrowField& field, ColumnView& out) {
  const std::string_view format = field.schema->format;
  if (field.schema->dictionary != nullptr) return read_dictionary(field, out);
  if (format == "n") {
    read_nothing(field, out);
    return true;
  }
  if (is_text(format)) return read_texts(field, format, out);
  if (format[0] == 't') return read_times(field, format, out);
  const std::optional<NumberFormat> number = number_format(format);
  if (!number && format != "b") return false;
  out.values = Numbers{.scalar = number ? number->scalar : Scalar::boolean};
  bool first = true;
  for (const ArrowSlice& slice : field.slices) {
    append(out, first, number ? numbers_of(slice, number->scalar, number->size) : booleans_of(slice));
    first = false;
  }
  return true;
}

Numbers ArrowColumns::numbers_of(const ArrowSlice& slice, Scalar scalar, std::size_t size) {
  Numbers out{.rows = static_cast<std::size_t>(slice.rows), .scalar = scalar};
  if (slice.rows == 0) return out;
  out.data = static_cast<const char*>(slice.array->buffers[1]) + slice.first * static_cast<std::int64_t>(size);
  out.missing = mask_of(slice);
  size_bytes_ += out.rows * size;
  return out;
}

Numbers ArrowColumns::booleans_of(const ArrowSlice& slice) {
  Numbers out{.rows = static_cast<std::size_t>(slice.rows), .scalar = Scalar::boolean};
  if (slice.rows == 0) return out;
  out.data = widened_bits(slice.array->buffers[1], slice, false);
  out.missing = mask_of(slice);
  size_bytes_ += out.rows;
  return out;
}

const std::uint8_t* ArrowColumns::mask_of(const ArrowSlice& slice) {
  const ArrowArray& array = *slice.array;
  if (array.null_count == 0 || array.n_buffers == 0 || array.buffers[0] == nullptr) return nullptr;
  return widened_bits(array.buffers[0], slice, true);
}

const std::uint8_t* ArrowColumns::widened_bits(const void* bits, const ArrowSlice& slice, bool flipped) {
  std::vector<std::uint8_t>& bytes = bytes_.emplace_back(static_cast<std::size_t>(slice.rows));
  for (std::int64_t i = 0; i < slice.rows; ++i) {
    bytes[static_cast<std::size_t>(i)] = bit_at(bits, slice.first + i) != flipped;
  }
  return bytes.data();
}

bool ArrowColumns::read_times(const ArrowField& field, std::string_view format, ColumnView& out) {
  const std::optional<TimeFormat> meaning = time_format(format);
  if (!meaning) return false;
  Times times{.unit = meaning->unit, .aware = meaning->aware, .duration = meaning->duration};
  out.values = times;
  bool first = true;
  for (const ArrowSlice& slice : field.slices) {
    times.rows = static_cast<std::size_t>(slice.rows);
    times.missing = slice.rows == 0 ? nullptr : mask_of(slice);
    if (meaning->narrow) {
      std::vector<std::int64_t>& wide = integers_.emplace_back(times.rows);
      for (std::int64_t i = 0; i < slice.rows; ++i) {
        wide[static_cast<std::size_t>(i)] = value_at<std::int32_t>(slice.array->buffers[1], slice.first + i);
      }
      times.data = wide.data();
    } else {
      times.data = static_cast<const std::int64_t*>(slice.array->buffers[1]) + slice.first;
    }
    size_bytes_ += 8 * times.rows;
    append(out, first, times);
    first = false;
  }
  return true;
}

bool ArrowColumns::read_texts(const ArrowField& field, std::string_view format, ColumnView& out) {
  std::vector<std::string_view>& texts = texts_.emplace_back();
  for (const ArrowSlice& slice : field.slices) {
    for (std::int64_t i = 0; i < slice.rows; ++i) texts.push_back(text_of(*slice.array, format, slice.first + i));
  }
  out.values = Texts{.values = texts, .binary = format.back() == 'z' || format.back() == 'Z'};
  size_bytes_ += texts.size() * sizeof(texts[0]);
  return true;
}

// A column of the null type is like one of nothing but None.
void ArrowColumns::read_nothing(const ArrowField& field, ColumnView& out) {
  std::vector<std::string_view>& texts = texts_.emplace_back();
  for (const ArrowSlice& slice : field.slices) texts.resize(texts.size() + static_cast<std::size_t>(slice.rows));
  out.values = Texts{.values = texts};
  out.type = "object";
}

bool ArrowColumns::read_dictionary(const ArrowField& field, ColumnView& out) {
  const std::optional<NumberFormat> codes = number_format(field.schema->format);
  const ArrowSchema& of_values = *field.schema->dictionary;
  const std::string_view format = of_values.format;
  const std::optional<NumberFormat> number = number_format(format);
  if (!codes || (!is_text(format) && !number) || is_extension(of_values.metadata)) return false;
  out.type = "category";
  std::vector<std::string_view>& values = texts_.emplace_back();
  for (const ArrowSlice& slice : field.slices) {
    const ArrowArray& array = *slice.array;
    const ArrowArray& dictionary = *array.dictionary;
    for (std::int64_t i = slice.first; i < slice.first + slice.rows; ++i) {
      const std::int64_t code = is_null(array, i) ? 0 : code_at(array, codes->scalar, i) + dictionary.offset;
      if (is_null(array, i) || is_null(dictionary, code)) {
        values.emplace_back();
      } else if (number) {
        const auto size = static_cast<std::int64_t>(number->size);
        values.emplace_back(static_cast<const char*>(dictionary.buffers[1]) + code * size, number->size);
      } else {
        values.push_back(text_of(dictionary, format, code));
      }
    }
  }
  size_bytes_ += values.size() * sizeof(values[0]);
  out.values =
      number ? ColumnView::Values(gathered(values, number->scalar, number->size))
             : ColumnView::Values(Texts{.values = values, .binary = format.back() == 'z' || format.back() == 'Z'});
  return true;
}

// Numbers that do not lie in order, brought into order.
Numbers ArrowColumns::gathered(const std::vector<std::string_view>& values, Scalar scalar, std::size_t size) {
  std::vector<std::uint8_t>& bytes = bytes_.emplace_back(values.size() * size);
  std::vector<std::uint8_t>& missing = bytes_.emplace_back(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    missing[i] = values[i].data() == nullptr;
    if (missing[i] == 0) std::memcpy(bytes.data() + i * size, values[i].data(), size);
  }
  return {.data = bytes.data(), .rows = values.size(), .scalar = scalar, .missing = missing.data()};
}

}  // namespace mltrack::python
