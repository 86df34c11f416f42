#include "journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "environment.h"
#include "real.h"

namespace faulty_disk {
namespace {

constexpr std::array<std::string_view, 11> kStepNames = {
    "", "write", "truncate", "sync", "create", "mkdir", "rename", "remove", "link", "syncdir", "failed"};

}  // namespace

std::string_view name_of(Step step) {
  return kStepNames[static_cast<std::size_t>(step)];
}

Journal::Journal(const std::string& path) {
  if (path.empty()) return;
  file_ = real().open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file_ < 0) give_up("the journal cannot be opened");
  go_on();
}

void Journal::go_on() {
  struct stat status{};
  if (::fstat(file_, &status) != 0) give_up("the journal cannot be looked at");
  const auto end = static_cast<std::uint64_t>(status.st_size);
  Entry entry;
  while (::pread(file_, &entry, sizeof entry, static_cast<off_t>(size_)) == sizeof entry) {
    if (entry.magic != Entry{}.magic) give_up("the journal is none");
    const std::uint64_t next = size_ + sizeof entry + entry.old_bytes + entry.new_bytes;
    if (next > end) break;
    size_ = next;
  }
  if (real().ftruncate(file_, static_cast<off_t>(size_)) != 0) give_up("the journal cannot be cut");
}

void Journal::note(Entry entry, std::string_view old_bytes, std::string_view new_bytes) {
  entry.old_bytes = static_cast<std::uint32_t>(old_bytes.size());
  entry.new_bytes = static_cast<std::uint32_t>(new_bytes.size());
  std::string all(reinterpret_cast<const char*>(&entry), sizeof entry);
  all.append(old_bytes).append(new_bytes);
  size_ += all.size();
  if (file_ < 0) return;
  if (real().write(file_, all.data(), all.size()) != static_cast<ssize_t>(all.size()))
    give_up("the journal cannot be written");
}

}  // namespace faulty_disk
