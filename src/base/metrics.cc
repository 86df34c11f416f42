#include "base/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "base/assert.h"

namespace batata::metrics {
namespace {

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kCounter:
      return "counter";
    case Kind::kGauge:
      return "gauge";
    case Kind::kHistogram:
      return "histogram";
    case Kind::kSummary:
      return "summary";
  }
  return {};
}

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (quotes && c == '"')) out += '\\';
    out += c;
  }
}

}  // namespace

// The one number here that belongs to no object: a thread has one place in all tables, whoever owns them.
std::size_t stripe() {
  static std::atomic<std::size_t> next = 0;
  thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed) % kStripes;
  return mine;
}

CounterTable::~CounterTable() {
  for (const auto& cells : stripes_) delete[] cells.load(std::memory_order_relaxed);
}

CounterTable::Cell* CounterTable::make(std::size_t mine) {
  constexpr std::size_t kLine = 64 / sizeof(Cell);  // a cache line between these and what lies behind them
  auto fresh = std::make_unique<Cell[]>(size_ + kLine);
  Cell* expected = nullptr;
  if (stripes_[mine].compare_exchange_strong(expected, fresh.get(), std::memory_order_acq_rel))
    return fresh.release();
  return expected;  // of a thread that shares the stripe
}

std::uint64_t CounterTable::value(std::size_t index) const {
  std::uint64_t sum = 0;
  for (const auto& cells : stripes_)
    if (const Cell* const mine = cells.load(std::memory_order_acquire); mine != nullptr)
      sum += mine[index].load(std::memory_order_relaxed);
  return sum;
}

std::uint64_t HistogramTotals::count() const {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

HistogramTotals& HistogramTotals::operator+=(const HistogramTotals& other) {
  BATATA_ASSERT(counts.size() == other.counts.size());
  std::ranges::transform(counts, other.counts, counts.begin(), std::plus());
  sum += other.sum;
  return *this;
}

void Writer::begin(const Metric& metric) {
  name_ = metric.name;
  out_.append("# HELP ").append(name_).append(" ");
  append_escaped(out_, metric.help, false);
  out_.append("\n# TYPE ").append(name_).append(" ").append(name_of(metric.kind)).append("\n");
}

void Writer::line(std::string_view suffix, Labels labels, std::string_view bound, std::string_view value) {
  out_.append(name_).append(suffix);
  char before = '{';
  const auto label = [&](std::string_view name, std::string_view text) {
    out_ += before;
    before = ',';
    out_.append(name).append("=\"");
    append_escaped(out_, text, true);
    out_ += '"';
  };
  for (const auto& [name, text] : labels) label(name, text);
  if (!bound.empty()) label("le", bound);
  if (before == ',') out_ += '}';
  out_.append(" ").append(value).append("\n");
}

void Writer::sample(Labels labels, std::uint64_t value) {
  line({}, labels, {}, std::to_string(value));
}

void Writer::sample(Labels labels, double value) {
  line({}, labels, {}, fmt::format("{}", value));
}

void Writer::sample(Labels labels, const HistogramTotals& histogram) {
  std::uint64_t upto = 0;  // each bucket of the format has those below it, too
  for (std::size_t i = 0; i < histogram.bounds.size(); ++i) {
    upto += histogram.counts.at(i);
    line("_bucket", labels, fmt::format("{}", histogram.bounds[i]), std::to_string(upto));
  }
  line("_bucket", labels, "+Inf", std::to_string(histogram.count()));
  sample(labels, histogram.count(), histogram.sum);
}

void Writer::sample(Labels labels, std::uint64_t count, double sum) {
  line("_sum", labels, {}, fmt::format("{}", sum));
  line("_count", labels, {}, std::to_string(count));
}

std::string Registry::text() const {
  std::string text;
  Writer writer(text);
  for (const Source& source : sources_) source(writer);
  return text;
}

std::string markdown(std::span<const std::span<const Metric>> tables) {
  std::string text = "| metric | type | labels | what it is |\n|---|---|---|---|\n";
  for (const auto& table : tables)
    for (const Metric& metric : table)
      text += fmt::format("| `{}` | {} | {} | {} |\n", metric.name, name_of(metric.kind), metric.labels,
                          metric.help);
  return text;
}

}  // namespace batata::metrics
