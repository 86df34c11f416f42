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
    "Requests refused for overload, because as many were in flight (in_flight), as many bytes "
    "unsent (unsent_bytes) or as many bytes of requests held (unfinished_bytes) as may be."};
constexpr Metric kUnsent{"batata_unsent_bytes", Kind::kGauge, "",
                         "Bytes that wait until their clients take them."};
constexpr Metric kUnsentMax{"batata_unsent_bytes_max", Kind::kGauge, "",
                            "With more of them, all requests but vital ones are refused."};
constexpr Metric kUnfinished{"batata_unfinished_request_bytes", Kind::kGauge, "",
                             "Bytes of requests from their first byte until they are answered."};
constexpr Metric kUnfinishedMax{
    "batata_unfinished_request_bytes_max", Kind::kGauge, "",
    "With more than half of so many, requests of more than 64 KiB are refused before they have come, with "
    "more than five eighths those of more than 4 KiB, with a sixteenth more all; those that have come by "
    "their priority."};
constexpr Metric kRows[] = {kInFlight, kInFlightMax, kShed, kUnsent, kUnsentMax, kUnfinished, kUnfinishedMax};

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

Load::Load(LoadLimits limits)
    : limits_(limits),
      refused_(kReasons * kPriorities),
      unsent_(limits.unsent_bytes),
      unfinished_(limits.unfinished_bytes) {
  const auto share = [](std::size_t all) {
    std::array<std::size_t, kPriorities> room{};
    room[index_of(Priority::kVital)] = all;
    room[index_of(Priority::kRead)] = all - all / 8;
    room[index_of(Priority::kWrite)] = room[index_of(Priority::kDefault)] = all - all / 4;
    room[index_of(Priority::kAdministration)] = all - all / 2;
    return room;
  };
  room_ = share(limits_.in_flight);
  byte_room_ = share(limits_.unfinished_bytes);
}

bool Load::refuse(Priority priority) {
  refused_.add(refusal(Reason::kUnsentBytes, priority));
  return false;
}

// Its own bytes are not asked for room: what came in pieces is among those that are held already.
std::optional<Load::Place> Load::begin(Priority priority, std::size_t bytes) {
  if (unfinished_.bytes() > byte_room_[index_of(priority)]) {
    refused_.add(refusal(Reason::kUnfinishedBytes, priority));
    return std::nullopt;
  }
  if (in_flight_.fetch_add(1, std::memory_order_relaxed) >= room_[index_of(priority)]) {
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    refused_.add(refusal(Reason::kInFlight, priority));
    return std::nullopt;
  }
  unfinished_.note(static_cast<std::ptrdiff_t>(bytes));
  return Place(*this, bytes);
}

// Looks again after each change of the flag: of two threads that tell at the same time the later one may have
// seen the earlier number, and a flag that stays up with nothing held would refuse requests for ever.
void HeldBytes::note(std::ptrdiff_t bytes) {
  if (bytes == 0) return;
  bytes_.fetch_add(bytes);
  for (;;) {
    const bool were = too_many_.load();
    const bool are = bytes_.load() > (were ? most_ - most_ / 8 : most_);
    if (are == were) return;
    too_many_.store(are);
  }
}

std::size_t HeldBytes::step(std::size_t io_threads) const {
  constexpr std::size_t kLeast = 1, kMost = 256 << 10;
  return std::clamp(most() / (16 * std::max<std::size_t>(io_threads, 1)), kLeast, kMost);
}

std::size_t HeldBytes::bytes() const {
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(bytes_.load(std::memory_order_relaxed), 0));
}

std::span<const Metric> Load::metric_rows() {
  return kRows;
}

void Load::write(metrics::Writer& out) const {
  constexpr std::pair<Reason, std::string_view> kReasonNames[] = {
      {Reason::kInFlight, "in_flight"},
      {Reason::kUnsentBytes, "unsent_bytes"},
      {Reason::kUnfinishedBytes, "unfinished_bytes"}};
  out.begin(kInFlight);
  out.sample(std::uint64_t{in_flight()});
  out.begin(kInFlightMax);
  for (const Priority each : kAll)
    out.sample({{"priority", name_of(each)}}, std::uint64_t{room_[index_of(each)]});
  out.begin(kShed);
  for (const Priority each : kAll) {
    for (const auto& [reason, name] : kReasonNames)
      out.sample({{"priority", name_of(each)}, {"reason", name}}, refused_.value(refusal(reason, each)));
  }
  out.begin(kUnsent);
  out.sample(std::uint64_t{unsent_.bytes()});
  out.begin(kUnsentMax);
  out.sample(std::uint64_t{unsent_.most()});
  out.begin(kUnfinished);
  out.sample(std::uint64_t{unfinished_.bytes()});
  out.begin(kUnfinishedMax);
  out.sample(std::uint64_t{unfinished_.most()});
}

}  // namespace batata::wire
