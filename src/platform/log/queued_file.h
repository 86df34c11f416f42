#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "platform/log/rotating_file.h"

namespace batata::platform {

/// A file of lines that many threads write without waiting for the disk: lines are queued, and a thread of
/// its own writes what has gathered, all at once.
///
/// The queue is bounded. Where the disk is slower than the lines come, lines are dropped and counted, and the
/// log is told how many with the next ones that are written, once in kTellEvery at most. Any thread.
class QueuedFile {
 public:
  /// Opens the file or makes it. `name` is a literal: "access log", for what the log is told. Errors: as
  /// RotatingFile::open.
  [[nodiscard]] static Result<std::unique_ptr<QueuedFile>> open(const char* name, std::string path,
                                                                Rotation rotation);
  QueuedFile(const QueuedFile&) = delete;
  QueuedFile& operator=(const QueuedFile&) = delete;
  /// Writes what is queued.
  ~QueuedFile();

  /// Queues a line, with its end. False: it was dropped.
  bool write(std::string_view line);
  /// As RotatingFile::reopen, before the next lines are written.
  void reopen();
  /// Lines dropped since the start.
  [[nodiscard]] std::uint64_t dropped() const;

  static constexpr std::size_t kQueuedMax = 8u << 20;  ///< bytes: some 50,000 lines

  static constexpr std::chrono::seconds kTellEvery{1};

 private:
  QueuedFile(const char* name, RotatingFile file);
  void run();
  void write_out(const std::string& lines, bool reopens);

  const char* const name_;
  RotatingFile file_;                                // of the thread
  std::uint64_t told_ = 0;                           // of the thread
  std::chrono::steady_clock::time_point told_at_{};  // of the thread
  mutable std::mutex mutex_;                         // guards what follows
  std::condition_variable wake_;
  std::string queued_;
  std::uint64_t dropped_ = 0;
  bool reopens_ = false, stopping_ = false;
  std::thread thread_;
};

}  // namespace batata::platform
