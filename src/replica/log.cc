#include "replica/log.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "replica/record.h"
#include "replica/segment.h"

namespace batata::replica {

Status Log::open(const Visit& visit) {
  if (auto read_all = read(visit); !read_all) return read_all;
  return take_over();
}

Status Log::read(const Visit& visit) {
  BATATA_ASSERT(end_.segments.empty() && end_.file == nullptr);
  auto found = read_log(disk_, visit);
  if (!found) return tl::unexpected(std::move(found.error()));
  found_ = std::move(*found);
  return {};
}

Status Log::take_over() {
  auto end = replica::take_over(std::exchange(found_, {}), disk_);
  if (!end) return tl::unexpected(std::move(end.error()));
  end_ = std::move(*end);
  return {};
}

LogIndex Log::first() const {
  return end_.segments.empty() ? LogIndex{} : end_.segments.front().first;
}

Status Log::append(std::span<const raft::Entry> entries, bool prepared) {
  constexpr std::size_t kBufferKept = 2u << 20;  // one huge command must not hold its memory for good
  BATATA_ASSERT(!entries.empty());
  BATATA_ASSERT(end_.last.value == 0 || entries.front().index.value <= end_.last.value + 1);
  std::uint64_t bytes = 0;
  for (const raft::Entry& entry : entries) bytes += record_size(entry.data->size());
  const bool full = end_.file != nullptr && end_.offset > kRecordsAt && end_.offset + bytes > segment_bytes_;
  if (end_.file == nullptr || full) {
    if (auto begun = begin_segment(entries.front().index, prepared); !begun) return begun;
  }
  buffer_.clear();
  buffer_.reserve(bytes);
  for (const raft::Entry& entry : entries)
    end_.chain = append_record(buffer_, entry, end_.offset, end_.chain, end_.salt);
  LogSegment& segment = end_.segments.back();
  if (auto done = end_.file->write(end_.offset, buffer_); !done)
    return fail(std::move(done.error()), segment.name);
  const SteadyTime written_at = clock_ == nullptr ? SteadyTime() : clock_->now();
  if (auto done = end_.file->sync(); !done) return fail(std::move(done.error()), segment.name);
  if (clock_ != nullptr) last_sync_ = clock_->now() - written_at;
  end_.offset += buffer_.size();
  if (buffer_.capacity() > kBufferKept) std::string().swap(buffer_);
  if (segment.highest.value == 0) segment.first = entries.front().index;
  end_.last = entries.back().index;
  end_.last_term = entries.back().term;
  segment.highest = std::max(segment.highest, end_.last);
  return {};
}

Status Log::begin_segment(LogIndex first_index, bool prepared) {
  auto& segments = end_.segments;
  const SegmentHeader header{segments.empty() ? 1 : segments.back().sequence + 1, first_index, end_.chain};
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
  if (auto sealed = seal(); !sealed) return sealed;
  end_.file = std::move(*file);
  end_.offset = kRecordsAt;
  end_.salt = header.salt();
  prepared_used_ += prepared ? 1 : 0;
  segments.push_back({name, header.sequence, first_index, {}});
  return {};
}

// Before anything is written to the next file, and after that one has its name for good: so a file that is
// missing where this says that there is one was never lost by a crash.
Status Log::seal() {
  if (end_.file == nullptr) return {};
  const std::string& name = end_.segments.back().name;
  const std::string record = make_seal(end_.last, end_.last_term, end_.offset, end_.chain, end_.salt);
  if (auto done = end_.file->write(end_.offset, record); !done) return fail(std::move(done.error()), name);
  if (auto done = end_.file->sync(); !done) return fail(std::move(done.error()), name);
  return {};
}

std::vector<std::string> Log::forget_upto(LogIndex upto) {
  std::vector<std::string> names;
  while (end_.segments.size() > 1 && end_.segments.front().highest <= upto) {
    names.push_back(std::move(end_.segments.front().name));
    end_.segments.pop_front();
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
