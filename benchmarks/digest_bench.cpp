// Digests against plain XXH3-128 over the same bytes in the same build. One row per comparison, tab-separated:
// what, mltrack, reference, ratio, bar.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <mltrack/dataset.hpp>
#include <mltrack/digest.hpp>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr std::size_t rows = 400'000;
constexpr std::size_t columns = 50;
constexpr double gigabytes = rows * columns * sizeof(double) / 1e9;

double seconds(const std::function<void()>& job) {
  const auto begin = std::chrono::steady_clock::now();
  job();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct Best {
  double ours = 1e9;
  double reference = 1e9;
};

// The best of several tries, the two taking turns, so that both see the same machine.
Best compare(int tries, const std::function<void()>& ours, const std::function<void()>& reference) {
  Best best;
  for (int i = 0; i < tries; ++i) {
    best.reference = std::min(best.reference, seconds(reference));
    best.ours = std::min(best.ours, seconds(ours));
  }
  return best;
}

void print_rate(const char* what, const Best& best, const char* bar) {
  std::printf("%s\t%.2f GB/s\t%.2f GB/s\t%.2f\t%s\n", what, gigabytes / best.ours, gigabytes / best.reference,
              best.reference / best.ours, bar);
}

void print_time(const char* what, double ours_s, const char* bar, double bar_s) {
  std::printf("%s\t%.1f us\t%.1f us\t%.2f\t%s\n", what, ours_s * 1e6, bar_s * 1e6, ours_s / bar_s, bar);
}

mltrack::DatasetView matrix(const std::vector<double>& values, std::size_t n, std::size_t width) {
  return {.matrix = mltrack::Matrix{.data = values.data(), .rows = n, .columns = width}};
}

mltrack::DatasetView packed(const std::vector<double>& values) {
  mltrack::DatasetView view;
  for (std::size_t c = 0; c < columns; ++c) {
    view.columns.push_back({.values = mltrack::Numbers{.data = values.data() + c * rows, .rows = rows}});
  }
  return view;
}

void small(const std::vector<double>& values) {
  constexpr int times = 200;
  const auto each = [](const mltrack::DatasetView& view) {
    double best = 1e9;
    for (int i = 0; i < 20; ++i) {
      best = std::min(best, seconds([&] {
                        for (int n = 0; n < times; ++n) mltrack::digest(view, 1);
                      }));
    }
    return best / times;
  };
  print_time("digest 569 x 30 float64, row-major", each(matrix(values, 569, 30)), "<= 1", 60e-6);
  print_time("digest one column of 569 float64", each(matrix(values, 569, 1)), "<= 1", 3e-6);
}

}  // namespace

int main(int count, char** words) {
  const int tries = count > 1 ? std::stoi(words[1]) : 9;
  std::vector<double> values(rows * columns);
  std::mt19937_64 random(1);
  for (double& value : values) value = static_cast<double>(random() >> 11) * 0x1p-53;

  // The digest of bytes is XXH3-128 with a seed and nothing else.
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
  const auto plain = [&] { mltrack::digest_bytes("bytes", {bytes, values.size() * sizeof(double)}); };
  const mltrack::DatasetView contiguous = packed(values);
  const mltrack::DatasetView row_major = matrix(values, rows, columns);
  const auto digest = [](const mltrack::DatasetView& view, unsigned threads) {
    return [&view, threads] { mltrack::digest(view, threads); };
  };
  print_rate("digest contiguous columns, 1 thread, vs plain XXH3-128", compare(tries, digest(contiguous, 1), plain),
             ">= 0.5");
  print_rate("digest row-major 400,000 x 50, 1 thread, vs plain XXH3-128", compare(tries, digest(row_major, 1), plain),
             ">= 0.2");
  print_rate("digest contiguous columns, 2 threads vs 1", compare(tries, digest(contiguous, 2), digest(contiguous, 1)),
             ">= 1.6");
  print_rate("digest row-major 400,000 x 50, 2 threads vs 1",
             compare(tries, digest(row_major, 2), digest(row_major, 1)), ">= 1.6");
  small(values);
}
