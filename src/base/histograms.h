#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/metrics.h"
#include "base/types.h"

namespace batata::metrics {

/// Where the buckets of a histogram end. Immutable; the bounds are constants.
struct Buckets {
  std::span<const std::int64_t> bounds;  ///< rising; a bound belongs to its bucket
  double unit = 1;                       ///< so many make one of what the metric is told in
};

/// Nanoseconds of what a client waits for, told in seconds: from a read out of memory to a call that its
/// deadline ends.
inline constexpr std::array<std::int64_t, 13> kTimeBounds = {
    100'000,    500'000,     1'000'000,   2'500'000,     5'000'000,     10'000'000,    25'000'000,
    50'000'000, 100'000'000, 500'000'000, 1'000'000'000, 5'000'000'000, 30'000'000'000};
inline constexpr Buckets kTimes{.bounds = kTimeBounds, .unit = 1e9};
/// How many of something come together.
inline constexpr std::array<std::int64_t, 11> kAmountBounds = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
inline constexpr Buckets kAmounts{.bounds = kAmountBounds, .unit = 1};

/// Histograms of things of one kind, told apart by a number from 0 on. Any thread, once the table has its
/// size; two threads that note the same thing do not write to the same cache line.
///
/// Costs a pointer for each thing and thread that notes any, and some 130 bytes where that thread has noted
/// that thing.
class HistogramTable {
 public:
  explicit HistogramTable(Buckets buckets, std::size_t size = 0) : buckets_(buckets), size_(size) {}
  HistogramTable(const HistogramTable&) = delete;
  HistogramTable& operator=(const HistogramTable&) = delete;
  ~HistogramTable();

  /// Before the first `observe`.
  void resize(std::size_t size) { size_ = size; }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// `index` < size(). `value`: in the unit of the bounds; below 0 counts as 0.
  void observe(std::size_t index, std::int64_t value);
  void observe(std::size_t index, Duration took) { observe(index, std::int64_t{took.count()}); }

  [[nodiscard]] HistogramTotals totals(std::size_t index) const;

 private:
  using Cell = std::atomic<std::uint64_t>;  // of one thing: the buckets, what is above them, the sum
  using Row = std::atomic<Cell*>;           // null: that thread has not noted it
  Cell* cells_of(std::size_t index);

  const Buckets buckets_;
  std::size_t size_;
  std::array<std::atomic<Row*>, kStripes> stripes_{};  // null: nobody has noted anything there
};

}  // namespace batata::metrics
