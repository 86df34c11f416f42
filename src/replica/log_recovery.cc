#include "replica/log_recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"
#include "replica/segment_reader.h"

namespace batata::replica {
namespace {

constexpr std::size_t kPartBytes = 1u << 20;  // of what is written at once

class LogRecovery {
 public:
  LogRecovery(Disk& disk, const std::function<void(raft::Entry)>& visit) : disk_(disk), visit_(visit) {}
  Result<FoundLog> run() {
    return read().map([this] { return std::move(found_); });
  }

 private:
  Status read();
  Result<std::vector<LogSegment>> find_segments();
  Status read_segment(SegmentReader& reader);
  Status check_header(SegmentReader& reader) const;
  Status check_record(const RecordHeader& header) const;
  void accept(const SegmentReader::Record& record);
  Status end_of_log(SegmentReader& reader);
  void note_seal(SegmentReader& reader);
  [[nodiscard]] const std::string& name() const { return log_.segments.back().name; }
  [[nodiscard]] tl::unexpected<Error> damaged(const std::string& what) const {
    return damaged_log(name(), log_.offset, what);
  }
  // Bytes that the disk cannot read are damage with a place, as those that it reads wrong.
  [[nodiscard]] tl::unexpected<Error> unreadable(Error error) const {
    return error.code == Errc::kDamaged ? damaged(error.message) : tl::unexpected(std::move(error));
  }

  Disk& disk_;
  const std::function<void(raft::Entry)>& visit_;
  FoundLog found_;
  LogEnd& log_ = found_.end;
};

Status LogRecovery::read() {
  auto segments = find_segments();
  if (!segments) return tl::unexpected(std::move(segments.error()));
  for (const LogSegment& segment : *segments) {
    log_.segments.push_back(segment);
    log_.offset = 0;
    auto reader = SegmentReader::open(disk_, segment.name);
    if (!reader) return tl::unexpected(std::move(reader.error()));
    if (auto read = read_segment(*reader); !read) return read;
    if (&segment == &segments->back()) return end_of_log(*reader);
    note_seal(*reader);
  }
  return {};
}

// A crash may have come before the seal of the file before the newest; of those before that one nobody needs
// to know.
void LogRecovery::note_seal(SegmentReader& reader) {
  found_.unsealed.reset();
  if (reader.sealed()) return;
  found_.seal = make_seal(log_.last, log_.last_term, log_.offset, reader.chain(), reader.salt());
  found_.seal_at = log_.offset;
  found_.unsealed = reader.take_file();
}

Result<std::vector<LogSegment>> LogRecovery::find_segments() {
  auto names = disk_.list();
  if (!names) return tl::unexpected(std::move(names.error()));
  std::vector<LogSegment> segments;
  for (const std::string& name : *names) {
    const auto parsed = parse_segment_name(name);
    if (!parsed) continue;
    if (!segments.empty() && parsed->sequence != segments.back().sequence + 1)
      return fail(Errc::kDamaged, fmt::format("damaged log: between {} and {} a file is missing",
                                              segments.back().name, name));
    segments.push_back({name, parsed->sequence, parsed->first_index, {}});
  }
  return segments;
}

Status LogRecovery::read_segment(SegmentReader& reader) {
  if (auto good = check_header(reader); !good) return good;
  for (;;) {
    log_.offset = reader.offset();
    const auto record = reader.next();
    if (!record) return unreadable(record.error());
    if (!*record) break;
    if (reader.sealed()) continue;
    if (auto good = check_record((*record)->header); !good) return good;
    accept(**record);
  }
  log_.chain = reader.chain();
  log_.salt = reader.salt();
  return {};
}

Status LogRecovery::check_header(SegmentReader& reader) const {
  const LogSegment& segment = log_.segments.back();
  const auto header = reader.header();
  if (!header && header.error().code == Errc::kUnsupported)
    return fail(header.error(), "file " + segment.name);
  if (!header) return unreadable(header.error());
  if (header->sequence != segment.sequence || header->first_index != segment.first)
    return damaged("the header belongs to " + segment_name(header->sequence, header->first_index));
  if (segment.sequence == 1 && header->seed != 0) return damaged("the first file follows another one");
  // What lies before the oldest file has been removed: its seed is taken as it is.
  if (log_.segments.size() > 1 && header->seed != log_.chain) {
    const std::string& before = log_.segments[log_.segments.size() - 2].name;
    return damaged("it does not continue " + before + ", of which records are missing");
  }
  return {};
}

Status LogRecovery::check_record(const RecordHeader& header) const {
  const LogSegment& segment = log_.segments.back();
  const bool first = segment.highest.value == 0;
  if (first && header.index > segment.first) return damaged("not the entry the file is named for");
  const bool begins = log_.segments.size() == 1 && first;
  if (!begins && header.index.value > log_.last.value + 1)
    return damaged(fmt::format("entry {} follows entry {}", header.index.value, log_.last.value));
  if (!begins && header.index < log_.segments.front().first) return damaged("an entry from before the log");
  if (header.term < log_.last_term) return damaged("an entry of an older term follows");
  return {};
}

void LogRecovery::accept(const SegmentReader::Record& record) {
  const RecordHeader& header = record.header;
  visit_(raft::Entry{header.index, header.term, static_cast<raft::EntryType>(header.type),
                     std::make_shared<const std::string>(record.payload)});
  LogSegment& segment = log_.segments.back();
  // A lower one than the file is named for: the log was truncated after the file had been begun.
  if (segment.highest.value == 0) segment.first = header.index;
  segment.highest = std::max(segment.highest, header.index);
  log_.last = header.index;
  log_.last_term = header.term;
}

// Only the newest file may end in a write that is not whole: the others were synced before their successor
// began. In the others nothing needs to be looked at: the seed of the next file says whether all records were
// found.
Status LogRecovery::end_of_log(SegmentReader& reader) {
  if (reader.sealed()) return damaged("the file that continues this one is missing");
  auto tail = reader.tail();
  if (!tail) return unreadable(tail.error());
  if (tail->end > log_.offset && tail->later)
    return damaged(fmt::format(
        "the record there does not check, but was durable when the record at {} was written", *tail->later));
  if (tail->end > log_.offset) found_.tail_end = tail->end;
  found_.last_write = std::min(reader.last_write(), log_.offset);
  log_.file = reader.take_file();
  return {};
}

Status cut_tail(const LogEnd& log, std::uint64_t end) {
  const std::string zeros(kPartBytes, '\0');
  for (std::uint64_t at = log.offset; at < end; at += zeros.size()) {
    const auto part = std::string_view(zeros).substr(0, std::min<std::uint64_t>(zeros.size(), end - at));
    if (auto done = log.file->write(at, part); !done) return done;
  }
  log::warn("log cut file={} offset={} bytes={} reason=\"the last write was not whole\" last_index={}",
            log.segments.back().name, log.offset, end - log.offset, log.last.value);
  return {};
}

// A process that was killed leaves writes that the system knows and the disk does not. They are about to be
// believed. A sync is not enough: after one that has failed, which ended that process, the system shows what
// it could not write and takes it for written. So the last write, behind which nothing was synced, is made
// again.
Status make_durable(const LogEnd& log, std::uint64_t last_write) {
  const std::uint64_t bytes = log.offset - last_write;
  for (std::uint64_t done = 0; done < bytes;) {
    auto part = log.file->read(last_write + done, std::min<std::uint64_t>(kPartBytes, bytes - done));
    if (!part) return tl::unexpected(std::move(part.error()));
    if (auto written = log.file->write(last_write + done, *part); !written) return written;
    done += part->size();
  }
  return log.file->sync();
}

}  // namespace

tl::unexpected<Error> damaged_log(const std::string& file, std::uint64_t offset, const std::string& what) {
  return fail(Errc::kDamaged, fmt::format("damaged log: file {} offset {}: {}", file, offset, what));
}

Result<FoundLog> read_log(Disk& disk, const std::function<void(raft::Entry)>& visit) {
  return LogRecovery(disk, visit).run();
}

Result<LogEnd> take_over(FoundLog found, Disk& disk) {
  Status done;
  if (found.tail_end > 0) done = cut_tail(found.end, found.tail_end);
  if (done && found.end.file != nullptr) done = make_durable(found.end, found.last_write);
  if (done) done = disk.sync_directory();
  if (done && found.unsealed != nullptr) done = found.unsealed->write(found.seal_at, found.seal);
  if (done && found.unsealed != nullptr) done = found.unsealed->sync();
  if (!done) return tl::unexpected(std::move(done.error()));
  return std::move(found.end);
}

}  // namespace batata::replica
