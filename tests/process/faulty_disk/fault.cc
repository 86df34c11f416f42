#include "fault.h"

#include <fnmatch.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "environment.h"

namespace faulty_disk {

Fault::Fault() {
  const std::string text = setting("FAULTY_DISK_FAULT");
  if (text.empty()) return;
  std::vector<std::string> fields;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(':', at), text.size());
    fields.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (fields.size() != 5) give_up("FAULTY_DISK_FAULT has five fields");
  step_ = fields[0];
  pattern_ = fields[1];
  nth_ = std::strtoull(fields[2].c_str(), nullptr, 10);
  times_ = std::strtoull(fields[4].c_str(), nullptr, 10);
  if (fields[3] == "EIO") error_ = EIO;
  if (fields[3] == "ENOSPC") error_ = ENOSPC;
  if (fields[3] == "LIE") error_ = kLie;
  if (error_ == 0) give_up("FAULTY_DISK_FAULT knows EIO, ENOSPC and LIE");
}

int Fault::hit(std::string_view step, const std::string& path) {
  if (error_ == 0 || step != step_) return 0;
  if (::fnmatch(pattern_.c_str(), path.c_str() + path.rfind('/') + 1, 0) != 0) return 0;
  const std::uint64_t number = ++matched_;
  const bool hits = number >= nth_ && (times_ == 0 || number < nth_ + times_);
  if (hits && error_ != kLie)
    std::fprintf(stderr, "faulty disk: %s of %s fails: %s\n", step_.c_str(), path.c_str(),
                 ::strerror(error_));
  return hits ? error_ : 0;
}

}  // namespace faulty_disk
