#include "replica/free_space.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/log.h"

namespace batata::replica {
namespace {

constexpr std::uint64_t kMiB = 1u << 20;
constexpr std::uint64_t kHysteresis = 16;  // a sixteenth of the floor

}  // namespace

FreeSpace::~FreeSpace() {
  *alive_ = false;
  if (timer_ != 0) runtime_.cancel(timer_);
}

void FreeSpace::start() {
  if (floor_ == 0) return;
  take(disk_.free_bytes());
  look_later();
}

std::string FreeSpace::reason() const {
  const std::string floor =
      floor_ < kMiB ? fmt::format("{} bytes", floor_) : fmt::format("{} MiB", floor_ / kMiB);
  return fmt::format("less than {} are free on the disk of {}: writes are refused until there is more", floor,
                     disk_.path());
}

// A disk that cannot be asked is left to its writes, which will say what is wrong with it.
void FreeSpace::take(const Result<std::uint64_t>& free) {
  if (!free) return;
  // Once it is low there must be some more before it is not, or writes that are taken and refused in turn
  // would fill the log with that.
  const bool low = *free < (low_ ? floor_ + floor_ / kHysteresis : floor_);
  if (std::exchange(low_, low) == low) return;
  if (low) {
    log::warn("disk nearly full path={} free={} floor={}: writes are refused", disk_.path(), *free, floor_);
  } else {
    log::info("disk has space again path={} free={}: writes are taken", disk_.path(), *free);
  }
}

void FreeSpace::look_later() {
  timer_ = runtime_.at(runtime_.now() + kPeriod, [this] {
    timer_ = 0;
    auto free = std::make_shared<Result<std::uint64_t>>(0);
    executor_.submit([&disk = disk_, free] { *free = disk.free_bytes(); },
                     [this, alive = alive_, free] {
                       if (!*alive) return;
                       take(*free);
                       look_later();
                     });
  });
}

}  // namespace batata::replica
