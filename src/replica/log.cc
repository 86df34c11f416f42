#include "replica/log.h"

#include <algorithm>

#include "base/assert.h"
#include "replica/log_recovery.h"
#include "replica/record.h"
#include "replica/segment.h"

namespace batata::replica {

Status Log::open(const Visit& visit) {
  BATATA_ASSERT(segments_.empty() && file_ == nullptr);
  return LogRecovery(*this, visit).run();
}

Status Log::open_dropping_tail(const Visit& visit) {
  BATATA_ASSERT(segments_.empty() && file_ == nullptr);
  return LogRecovery(*this, visit, LogRecovery::Damage::kDropTail).run();
}

LogIndex Log::first() const {
  return segments_.empty() ? LogIndex{} : segments_.front().first;
}

Status Log::append(std::span<const raft::Entry> entries, bool prepared) {
  constexpr std::size_t kBufferKept = 2u << 20;  // one huge command must not hold its memory for good
  BATATA_ASSERT(!entries.empty());
  BATATA_ASSERT(last_.value == 0 || entries.front().index.value <= last_.value + 1);
  std::uint64_t bytes = 0;
  for (const raft::Entry& entry : entries) bytes += record_size(entry.data->size());
  const bool full = file_ != nullptr && offset_ > kRecordsAt && offset_ + bytes > segment_bytes_;
  if (file_ == nullptr || full) {
    if (auto begun = begin_segment(entries.front().index, prepared); !begun) return begun;
  }
  buffer_.clear();
  buffer_.reserve(bytes);
  for (const raft::Entry& entry : entries) chain_ = append_record(buffer_, entry, offset_, chain_, salt_);
  Segment& segment = segments_.back();
  if (auto done = file_->write(offset_, buffer_); !done) return fail(std::move(done.error()), segment.name);
  if (auto done = file_->sync(); !done) return fail(std::move(done.error()), segment.name);
  offset_ += buffer_.size();
  if (buffer_.capacity() > kBufferKept) std::string().swap(buffer_);
  if (segment.highest.value == 0) segment.first = entries.front().index;
  last_ = entries.back().index;
  last_term_ = entries.back().term;
  segment.highest = std::max(segment.highest, last_);
  return {};
}

Status Log::begin_segment(LogIndex first_index, bool prepared) {
  const SegmentHeader header{segments_.empty() ? 1 : segments_.back().sequence + 1, first_index, chain_};
  const std::string name = segment_name(header.sequence, first_index);
  const std::string made = prepared ? kPreparedName : kUnpreparedName;
  // The file gets its name when its header is durable, so a named file without a header is damage, never a
  // crash.
  auto file = prepared ? disk_.open(made) : disk_.create(made);
  if (!file) return fail(std::move(file.error()), "new log file " + name);
  if (auto done = (*file)->write(0, encode(header)); !done) return fail(std::move(done.error()), name);
  if (auto done = (*file)->sync(); !done) return fail(std::move(done.error()), name);
  if (auto done = disk_.rename(made, name); !done) return fail(std::move(done.error()), name);
  if (auto done = disk_.sync_directory(); !done) return fail(std::move(done.error()), name);
  file_ = std::move(*file);
  offset_ = kRecordsAt;
  salt_ = header.salt();
  prepared_used_ += prepared ? 1 : 0;
  segments_.push_back({name, header.sequence, first_index, {}});
  return {};
}

std::vector<std::string> Log::forget_upto(LogIndex upto) {
  std::vector<std::string> names;
  while (segments_.size() > 1 && segments_.front().highest <= upto) {
    names.push_back(std::move(segments_.front().name));
    segments_.pop_front();
  }
  return names;
}

Status remove_files(Disk& disk, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (auto done = disk.remove(name); !done) return done;
    // Oldest first and each durable before the next: a crash leaves a row without a gap.
    if (auto done = disk.sync_directory(); !done) return done;
  }
  return {};
}

}  // namespace batata::replica
