#include "domain/discovery/beat_times.h"

#include <charconv>
#include <cstdint>

namespace batata::domain {
namespace {

void read(const std::map<std::string, std::string>& metadata, const char* key,
          std::chrono::milliseconds& time) {
  // A year: longer ones would overflow the steady clock's nanoseconds after three centuries only, but mean a
  // mistake.
  constexpr std::int64_t kLongestMs = 365LL * 86'400'000;
  const auto it = metadata.find(key);
  if (it == metadata.end()) return;
  const std::string& text = it->second;
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (error != std::errc{} || end != text.data() + text.size() || ms < 0 || ms > kLongestMs) return;
  time = std::chrono::milliseconds(ms);
}

}  // namespace

BeatTimes beat_times_of(const std::map<std::string, std::string>& metadata) {
  BeatTimes times;
  read(metadata, "preserved.heart.beat.interval", times.interval);
  read(metadata, "preserved.heart.beat.timeout", times.unhealthy_after);
  read(metadata, "preserved.ip.delete.timeout", times.removed_after);
  return times;
}

Status check(const BeatTimes& times) {
  if (times.unhealthy_after < times.interval || times.removed_after < times.interval)
    return fail(Errc::kInvalidArgument,
                "an instance's beat interval exceeds its beat timeout or its delete timeout");
  return {};
}

}  // namespace batata::domain
