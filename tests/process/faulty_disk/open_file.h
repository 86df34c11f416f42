// What descriptors and names stand for. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace faulty_disk {

/// What an open descriptor stands for. Nobody keeps one: numbers of descriptors are used again, and files get
/// other names, so the system is asked at each call.
struct OpenFile {
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  bool is_directory = false;
  std::string path;  // its name now; the last one when it has none any more

  /// What descriptor `fd` is, if that is a file or a directory in `root`.
  static std::optional<OpenFile> of(int fd, const std::string& root);
};

/// The true path of `name` in the open directory `directory`, if that is `root` or below it; else empty.
std::string path_in(const std::string& root, int directory, const char* name);

/// What stands at `offset`, as far as there is any: also of a file that has no name any more, and when `fd`
/// is for writing only.
std::string read_at(int fd, std::uint64_t offset, std::size_t bytes);

/// The number of what has this name; 0 for nothing.
std::uint64_t inode_of(const std::string& path);
std::string parent_of(const std::string& path);

}  // namespace faulty_disk
