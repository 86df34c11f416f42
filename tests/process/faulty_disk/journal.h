// The journal of what a disk would have to forget if the power went. power.py reads it, and has the twins of
// Step and Entry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace faulty_disk {

enum class Step : std::uint32_t {
  kWrite = 1,
  kTruncate,
  kSync,
  kCreate,
  kMakeDirectory,
  kRename,
  kRemove,
  kLink,
  kSyncDirectory,
  kFailedSync,
};

/// The step's name in FAULTY_DISK_FAULT.
std::string_view name_of(Step step);

/// The head of an entry. Behind it come `old_bytes` and `new_bytes` bytes: of a file, or of paths.
struct Entry {
  std::uint32_t magic = 0x4b534446;  // "FDSK"
  Step step = Step::kWrite;
  std::uint64_t inode = 0;
  std::uint64_t directory = 0;  // that a name is in; of a sync the journal's size when it began
  std::uint64_t offset = 0;     // of a write; the new size of a truncation; the inode that a rename replaces
  std::uint64_t old_size = 0;   // of the file before
  std::uint32_t old_bytes = 0, new_bytes = 0;
  std::uint64_t zeros = 0;  // that a write wrote, in place of `new_bytes`
};

/// A file to which entries are appended, behind those of earlier lives of the program. Guarded by the disk's
/// lock.
class Journal {
 public:
  /// `path` empty: nothing is kept. Half an entry, of a life that ended while it wrote it, is cut off.
  explicit Journal(const std::string& path);

  /// Appends an entry.
  void note(Entry entry, std::string_view old_bytes = {}, std::string_view new_bytes = {});

  /// Where the next entry will lie: what a sync that begins now is sure to cover lies before.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  void go_on();

  int file_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace faulty_disk
