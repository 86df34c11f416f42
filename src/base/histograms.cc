#include "base/histograms.h"

#include <algorithm>

namespace batata::metrics {
namespace {

// Puts what `make` gives into an empty place; of two that do so at the same time one is thrown away.
template <class T, class Make>
T* filled(std::atomic<T*>& place, Make make) {
  if (T* const there = place.load(std::memory_order_acquire)) return there;
  std::unique_ptr<T[]> fresh = make();
  T* expected = nullptr;
  if (place.compare_exchange_strong(expected, fresh.get(), std::memory_order_acq_rel)) return fresh.release();
  return expected;
}

constexpr std::size_t kLineBytes = 64;

}  // namespace

HistogramTable::~HistogramTable() {
  for (const auto& stripe : stripes_) {
    const std::unique_ptr<Row[]> rows(stripe.load(std::memory_order_relaxed));
    if (rows == nullptr) continue;
    for (std::size_t i = 0; i < size_; ++i) delete[] rows[i].load(std::memory_order_relaxed);
  }
}

HistogramTable::Cell* HistogramTable::cells_of(std::size_t index) {
  Row* const rows = filled(stripes_[stripe()], [this] { return std::make_unique<Row[]>(size_); });
  return filled(rows[index], [this] {  // a cache line between these and what lies behind them
    return std::make_unique<Cell[]>(buckets_.bounds.size() + 2 + kLineBytes / sizeof(Cell));
  });
}

void HistogramTable::observe(std::size_t index, std::int64_t value) {
  Cell* const cells = cells_of(index);
  value = std::max(value, std::int64_t{0});
  const auto bound = std::ranges::lower_bound(buckets_.bounds, value) - buckets_.bounds.begin();
  cells[bound].fetch_add(1, std::memory_order_relaxed);
  cells[buckets_.bounds.size() + 1].fetch_add(static_cast<std::uint64_t>(value), std::memory_order_relaxed);
}

HistogramTotals HistogramTable::totals(std::size_t index) const {
  const std::size_t bounds = buckets_.bounds.size();
  HistogramTotals totals;
  totals.counts.resize(bounds + 1);
  for (const std::int64_t bound : buckets_.bounds)
    totals.bounds.push_back(static_cast<double>(bound) / buckets_.unit);
  std::uint64_t sum = 0;
  for (const auto& stripe : stripes_) {
    const Row* const rows = stripe.load(std::memory_order_acquire);
    const Cell* const cells = rows == nullptr ? nullptr : rows[index].load(std::memory_order_acquire);
    if (cells == nullptr) continue;
    for (std::size_t i = 0; i <= bounds; ++i) totals.counts[i] += cells[i].load(std::memory_order_relaxed);
    sum += cells[bounds + 1].load(std::memory_order_relaxed);
  }
  totals.sum = static_cast<double>(sum) / buckets_.unit;
  return totals;
}

}  // namespace batata::metrics
