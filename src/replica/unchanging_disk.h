#pragma once
#include <memory>
#include <string>
#include <vector>

#include "replica/disk.h"

namespace batata::replica {

/// A disk on which nothing changes: shows what another one has, says yes to every change and makes none. So
/// that a start can be tried.
class UnchangingDisk final : public Disk {
 public:
  /// `disk` must outlive it.
  explicit UnchangingDisk(Disk& disk) : disk_(disk) {}

  Result<std::unique_ptr<File>> open(const std::string& name) override;
  Result<std::unique_ptr<File>> create(const std::string& name) override;
  Status rename(const std::string&, const std::string&) override { return {}; }
  Status remove(const std::string&) override { return {}; }
  Result<std::vector<std::string>> list() override { return disk_.list(); }
  Status sync_directory() override { return {}; }
  Result<std::uint64_t> free_bytes() override { return disk_.free_bytes(); }
  Status lock() override { return {}; }
  std::string path() const override { return disk_.path(); }

 private:
  Disk& disk_;
};

}  // namespace batata::replica
