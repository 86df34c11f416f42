#include "platform/log/queued_file.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"

namespace batata::platform {

Result<std::unique_ptr<QueuedFile>> QueuedFile::open(const char* name, std::string path, Rotation rotation) {
  auto file = RotatingFile::open(std::move(path), rotation);
  if (!file) return tl::unexpected(std::move(file.error()));
  return std::unique_ptr<QueuedFile>(new QueuedFile(name, std::move(*file)));
}

QueuedFile::QueuedFile(const char* name, RotatingFile file)
    : name_(name), file_(std::move(file)), thread_([this] { run(); }) {}

QueuedFile::~QueuedFile() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool QueuedFile::write(std::string_view line) {
  {
    const std::lock_guard guard(mutex_);
    if (queued_.size() + line.size() > kQueuedMax) {
      ++dropped_;
      return false;
    }
    queued_ += line;
    // The thread looks again when it has written; it needs to be woken only where there was nothing.
    if (queued_.size() != line.size()) return true;
  }
  wake_.notify_one();
  return true;
}

void QueuedFile::reopen() {
  {
    const std::lock_guard guard(mutex_);
    reopens_ = true;
  }
  wake_.notify_one();
}

std::uint64_t QueuedFile::dropped() const {
  const std::lock_guard guard(mutex_);
  return dropped_;
}

void QueuedFile::run() {
  std::string lines;
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || reopens_ || !queued_.empty(); });
    lines.clear();
    std::swap(lines, queued_);
    const bool reopens = std::exchange(reopens_, false), stops = stopping_;
    lock.unlock();
    write_out(lines, reopens);
    if (stops) return;
  }
}

void QueuedFile::write_out(const std::string& lines, bool reopens) {
  if (reopens && !file_.reopen()) log::error("the {} cannot be opened anew", name_);
  const bool written = file_.append(lines);
  std::uint64_t dropped = 0;
  {
    const std::lock_guard guard(mutex_);
    if (!written) dropped_ += static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
    dropped = dropped_;
  }
  const auto now = std::chrono::steady_clock::now();
  if (dropped == told_ || now - told_at_ < kTellEvery) return;
  log::error("lines of the {} were lost lines={}", name_, dropped - told_);
  told_ = dropped;
  told_at_ = now;
}

}  // namespace batata::platform
