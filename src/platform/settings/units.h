#pragma once
#include <cstdint>

namespace batata::platform {

// For the ranges of rows: sizes in bytes, durations in milliseconds.
constexpr std::uint64_t kKiB = 1024, kMiB = 1024 * kKiB, kGiB = 1024 * kMiB;
constexpr std::uint64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute;

}  // namespace batata::platform
