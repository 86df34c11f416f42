#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "replica/disk.h"

namespace batata::platform {

/// A directory of the file system, made when it is not there. Several threads, as replica::Disk says.
class PosixDisk final : public replica::Disk {
 public:
  /// Does no I/O.
  explicit PosixDisk(std::filesystem::path directory) : directory_(std::move(directory)) {}
  PosixDisk(const PosixDisk&) = delete;
  PosixDisk& operator=(const PosixDisk&) = delete;
  ~PosixDisk() override;  ///< gives the directory back

  /// Makes the directory (0700) and its parents, and takes the file `lock` in it. The other functions need it
  /// first.
  [[nodiscard]] Status lock() override;
  [[nodiscard]] Result<std::unique_ptr<replica::File>> open(const std::string& name) override;
  [[nodiscard]] Result<std::unique_ptr<replica::File>> create(const std::string& name) override;
  [[nodiscard]] Status rename(const std::string& from, const std::string& to) override;
  [[nodiscard]] Status remove(const std::string& name) override;
  [[nodiscard]] Result<std::vector<std::string>> list() override;
  [[nodiscard]] Status sync_directory() override;
  [[nodiscard]] std::string path() const override { return directory_.string(); }

 private:
  std::string file(const std::string& name) const { return (directory_ / name).string(); }
  const std::filesystem::path directory_;
  int lock_ = -1;
};

}  // namespace batata::platform
