#include "wire/load.h"

#include <algorithm>

#include "wire/right.h"

namespace batata::wire {
namespace {

using metrics::Kind;
using metrics::Metric;

constexpr Metric kInFlight{
    "batata_requests_in_flight", Kind::kGauge, "",
    "Requests that the loop works on or that wait for it; those that only wait for something to "
    "tell do not count."};
constexpr Metric kInFlightMax{"batata_requests_in_flight_max", Kind::kGauge, "priority",
                              "With so many in flight, requests of this priority are refused."};
constexpr Metric kShed{
    "batata_requests_shed_total", Kind::kCounter, "priority, reason",
    "Requests refused for overload, because as many were in flight (in_flight) or as many bytes "
    "unsent (unsent_bytes) as may be."};
constexpr Metric kUnsent{"batata_unsent_bytes", Kind::kGauge, "",
                         "Bytes that wait until their clients take them."};
constexpr Metric kUnsentMax{"batata_unsent_bytes_max", Kind::kGauge, "",
                            "With more of them, all requests but vital ones are refused."};
constexpr Metric kRows[] = {kInFlight, kInFlightMax, kShed, kUnsent, kUnsentMax};

constexpr std::array kAll = {Priority::kVital, Priority::kRead, Priority::kWrite, Priority::kAdministration};

std::size_t index_of(Priority priority) {
  return static_cast<std::size_t>(priority);
}

}  // namespace

std::string_view name_of(Priority priority) {
  switch (priority) {
    case Priority::kDefault:
      break;
    case Priority::kVital:
      return "vital";
    case Priority::kRead:
      return "read";
    case Priority::kWrite:
      return "write";
    case Priority::kAdministration:
      return "administration";
  }
  return "default";
}

Priority priority_of(Method method, std::string_view permission) {
  if (permission == kAdministrators) return Priority::kAdministration;
  return method == Method::kGet || method == Method::kHead ? Priority::kRead : Priority::kWrite;
}

Load::Load(LoadLimits limits) : limits_(limits), refused_(2 * kPriorities) {
  const std::size_t all = limits_.in_flight;
  room_[index_of(Priority::kVital)] = all;
  room_[index_of(Priority::kRead)] = all - all / 8;
  room_[index_of(Priority::kWrite)] = room_[index_of(Priority::kDefault)] = all - all / 4;
  room_[index_of(Priority::kAdministration)] = all - all / 2;
}

bool Load::refuse(Priority priority) {
  refused_.add(kPriorities + index_of(priority));
  return false;
}

std::optional<Load::Place> Load::begin(Priority priority) {
  const std::size_t room = room_[index_of(priority)];
  if (in_flight_.fetch_add(1, std::memory_order_relaxed) < room) return Place(*this);
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  refused_.add(index_of(priority));
  return std::nullopt;
}

void Load::note_unsent(std::ptrdiff_t bytes) {
  const std::ptrdiff_t now = unsent_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  const auto most = static_cast<std::ptrdiff_t>(limits_.unsent_bytes);
  const bool was = short_of_memory_.load(std::memory_order_relaxed);
  const bool is = now > (was ? most - most / 8 : most);
  if (is != was) short_of_memory_.store(is, std::memory_order_relaxed);
}

std::size_t Load::unsent_step(std::size_t io_threads) const {
  constexpr std::size_t kLeast = 1, kMost = 256 << 10;
  return std::clamp(limits_.unsent_bytes / (16 * std::max<std::size_t>(io_threads, 1)), kLeast, kMost);
}

std::size_t Load::unsent_bytes() const {
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(unsent_.load(std::memory_order_relaxed), 0));
}

std::span<const Metric> Load::metric_rows() {
  return kRows;
}

void Load::write(metrics::Writer& out) const {
  out.begin(kInFlight);
  out.sample(std::uint64_t{in_flight()});
  out.begin(kInFlightMax);
  for (const Priority each : kAll)
    out.sample({{"priority", name_of(each)}}, std::uint64_t{room_[index_of(each)]});
  out.begin(kShed);
  for (const Priority each : kAll) {
    const auto name = name_of(each);
    out.sample({{"priority", name}, {"reason", "in_flight"}}, refused_.value(index_of(each)));
    out.sample({{"priority", name}, {"reason", "unsent_bytes"}},
               refused_.value(kPriorities + index_of(each)));
  }
  out.begin(kUnsent);
  out.sample(std::uint64_t{unsent_bytes()});
  out.begin(kUnsentMax);
  out.sample(std::uint64_t{limits_.unsent_bytes});
}

}  // namespace batata::wire
