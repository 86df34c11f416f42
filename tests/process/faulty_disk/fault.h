// The fault that FAULTY_DISK_FAULT describes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace faulty_disk {

constexpr int kLie = -1;  // no error: success that is none

/// One kind of step on files of one pattern fails, from the nth on. Guarded by the disk's lock.
class Fault {
 public:
  /// The one of the environment; none when there is no such variable.
  Fault();

  /// Counts a step of the kind on `path`, and returns the error that it must fail with, or kLie; else 0.
  int hit(std::string_view step, const std::string& path);

 private:
  std::string step_, pattern_;
  std::uint64_t nth_ = 0, times_ = 0, matched_ = 0;
  int error_ = 0;
};

}  // namespace faulty_disk
