#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace batata::platform {

/// When a file of lines is put aside.
struct Rotation {
  std::uint64_t max_bytes = 64 << 20;  ///< then batata.log becomes batata.1.log, that batata.2.log, …
  std::uint32_t kept_files = 5;        ///< beside the current one
};

/// A file of lines that only grows, until it is put aside and begun anew. One thread at a time.
///
/// What cannot be written, for instance on a full disk, is lost: the file is tried again with the next lines.
class RotatingFile {
 public:
  /// Opens the file, or makes it, readable by its owner and the group: lines name people and addresses.
  /// Errors: kInvalidArgument with the system's reason.
  [[nodiscard]] static Result<RotatingFile> open(std::string path, Rotation rotation);
  RotatingFile(RotatingFile&& other) noexcept;
  RotatingFile& operator=(RotatingFile&& other) noexcept;
  ~RotatingFile();

  /// Adds whole lines, behind putting the file aside where they would make it too large. They are on their
  /// way to the operating system when it returns. False: they are lost.
  bool append(std::string_view lines);
  /// Closes the file and opens what now has its name, or makes it: another program has put it aside. Where
  /// that fails, false, the old one goes on.
  bool reopen();

 private:
  RotatingFile(std::string path, Rotation rotation) : path_(std::move(path)), rotation_(rotation) {}
  void put_aside();
  [[nodiscard]] std::string name_of(std::uint32_t number) const;

  std::string path_;
  Rotation rotation_;
  int descriptor_ = -1;
  std::uint64_t bytes_ = 0;
  bool is_aside_ = false;  // it has its new name, and no file has the old one
};

}  // namespace batata::platform
