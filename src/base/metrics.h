#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.h"

/// Numbers that the server keeps of itself, and the text in which Prometheus reads them.
///
/// Counting is cheap and may be done by any thread; reading is for one thread now and then, and sees each
/// number as it was at some moment, not all of them at the same one.
namespace batata::metrics {

enum class Kind : std::uint8_t {
  kCounter,
  kGauge,
  kHistogram,
  kSummary,  ///< a number of things and the sum of what they took, without quantiles
};

/// One metric: the row that its exposition and docs/metrics.md are made from. Immutable; the texts are
/// literals.
struct Metric {
  std::string_view name;  ///< "batata_http_requests_total"
  Kind kind;
  std::string_view labels;  ///< "method, path"; empty: it has none
  std::string_view help;    ///< one line, with a full stop
};

/// A small number that tells threads apart, so that they count in cells of their own.
[[nodiscard]] std::size_t stripe();
constexpr std::size_t kStripes =
    64;  ///< more threads than that share cells, which costs time and nothing else

/// Counters for things of one kind, told apart by a number from 0 on. Any thread, once it has its size; two
/// threads that count the same thing do not write to the same cache line.
class CounterTable {
 public:
  explicit CounterTable(std::size_t size = 0) : size_(size) {}
  CounterTable(const CounterTable&) = delete;
  CounterTable& operator=(const CounterTable&) = delete;
  ~CounterTable();

  /// Before the first `add`.
  void resize(std::size_t size) { size_ = size; }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// `index` < size().
  void add(std::size_t index, std::uint64_t n = 1) {
    const std::size_t mine = stripe();
    Cell* cells = stripes_[mine].load(std::memory_order_acquire);
    if (cells == nullptr) cells = make(mine);
    cells[index].fetch_add(n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value(std::size_t index) const;

 private:
  using Cell = std::atomic<std::uint64_t>;
  Cell* make(std::size_t mine);

  std::size_t size_;
  std::array<std::atomic<Cell*>, kStripes> stripes_{};  // null: nobody has counted there
};

/// What a histogram holds, at some moment (base/histograms.h has those that count). Plain data.
struct HistogramTotals {
  std::vector<double> bounds;         ///< rising
  std::vector<std::uint64_t> counts;  ///< of each bucket alone; the last one is for what is above all bounds
  double sum = 0;
  [[nodiscard]] std::uint64_t count() const;
  /// Those of both; the bounds must be the same.
  HistogramTotals& operator+=(const HistogramTotals& other);
};

/// Writes metrics in the Prometheus text format. One thread.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/ (version 0.0.4)
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Begins a metric: its samples follow, and no other's between them.
  void begin(const Metric& metric);
  void sample(Labels labels, std::uint64_t value);
  void sample(Labels labels, double value);
  void sample(std::uint64_t value) { sample({}, value); }
  void sample(double value) { sample({}, value); }
  void sample(Labels labels, const HistogramTotals& histogram);
  /// Of a summary.
  void sample(Labels labels, std::uint64_t count, double sum);

 private:
  void line(std::string_view suffix, Labels labels, std::string_view bound, std::string_view value);

  std::string& out_;
  std::string_view name_;
};

/// Where the metrics of a node come from, in the order in which they are written. Filled once at the start;
/// then written by one thread.
class Registry {
 public:
  /// Writes each of its metrics, on the thread that calls `write`. What it refers to outlives the registry.
  using Source = std::function<void(Writer& out)>;
  void add(Source source) { sources_.push_back(std::move(source)); }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Source> sources_;
};

/// docs/metrics.md, of these tables of metrics.
[[nodiscard]] std::string markdown(std::span<const std::span<const Metric>> tables);

}  // namespace batata::metrics
