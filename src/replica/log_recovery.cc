#include "replica/log_recovery.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace batata::replica {
namespace {

constexpr std::size_t kWindowBytes = 1u << 20;

bool is_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

}  // namespace

tl::unexpected<Error> LogRecovery::damaged(const std::string& what) const {
  return fail(Errc::kDamaged, fmt::format("damaged log: file {} offset {}: {}", log_.segments_.back().name,
                                          log_.offset_, what));
}

Status LogRecovery::run() {
  if (auto found = find_segments(); !found) return found;
  const std::vector<Log::Segment> segments(log_.segments_.begin(), log_.segments_.end());
  log_.segments_.clear();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    log_.segments_.push_back(segments[i]);
    auto read = read_segment(i);
    if (read && i + 1 == segments.size()) read = end_of_log();
    if (read) continue;
    const bool drops = damage_ == Damage::kDropTail && read.error().code == Errc::kDamaged;
    if (!drops) return read;
    if (auto dropped = drop_tail(read.error(), std::span(segments).subspan(i + 1)); !dropped) return dropped;
    return read_anew();  // what is the newest file now may have a tail of its own that nobody has looked at
  }
  return make_durable();
}

Status LogRecovery::find_segments() {
  auto names = log_.disk_.list();
  if (!names) return tl::unexpected(std::move(names.error()));
  for (const std::string& name : *names) {
    if (name == kPreparedName || name == kUnpreparedName) {  // a crash came before it got its name
      if (auto done = log_.disk_.remove(name); !done) return done;
      continue;
    }
    const auto parsed = parse_segment_name(name);
    if (!parsed) continue;
    if (!log_.segments_.empty() && parsed->sequence != log_.segments_.back().sequence + 1) {
      const auto what =
          fmt::format("damaged log: between {} and {} a file is missing", log_.segments_.back().name, name);
      if (damage_ == Damage::kRefuse) return fail(Errc::kDamaged, what);
      if (auto dropped = drop_file(name); !dropped) return dropped;
      continue;
    }
    log_.segments_.push_back({name, parsed->sequence, parsed->first_index, {}});
  }
  return {};
}

Status LogRecovery::read_segment(std::size_t position) {
  auto file = log_.disk_.open(log_.segments_.back().name);
  if (!file) return tl::unexpected(std::move(file.error()));
  log_.file_ = std::move(*file);
  log_.offset_ = 0;
  last_write_ = 0;
  window_.clear();
  if (auto good = check_header(position); !good) return good;
  return read_records(position);
}

Status LogRecovery::check_header(std::size_t position) {
  const Log::Segment& segment = log_.segments_.back();
  auto bytes = window(0, kRecordsAt);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  auto header = decode_segment_header(*bytes);
  if (!header && header.error().code == Errc::kUnsupported)
    return fail(std::move(header.error()), "file " + segment.name);
  if (!header) return damaged(header.error().message);
  if (header->sequence != segment.sequence || header->first_index != segment.first)
    return damaged("the header belongs to " + segment_name(header->sequence, header->first_index));
  if (segment.sequence == 1 && header->seed != 0) return damaged("the first file follows another one");
  // What lies before the oldest file has been removed: its seed is taken as it is.
  if (position > 0 && header->seed != log_.chain_) {
    const std::string& before = log_.segments_[position - 1].name;
    return damaged("it does not continue " + before + ", of which records are missing");
  }
  log_.chain_ = header->seed;
  log_.salt_ = header->salt();
  log_.offset_ = kRecordsAt;
  return {};
}

Status LogRecovery::read_records(std::size_t position) {
  auto size = log_.file_->size();
  if (!size) return tl::unexpected(std::move(size.error()));
  for (;;) {
    auto header = read_record(*size);
    if (!header) return tl::unexpected(std::move(header.error()));
    if (!*header) return {};
    const bool first = log_.segments_.back().highest.value == 0;
    if (first && (*header)->index != log_.segments_.back().first)
      return damaged("not the entry the file is named for");
    const bool begins = position == 0 && first;
    if (!begins && (*header)->index.value > log_.last_.value + 1)
      return damaged(fmt::format("entry {} follows entry {}", (*header)->index.value, log_.last_.value));
    if ((*header)->index < log_.segments_.front().first) return damaged("an entry from before the log");
    if ((*header)->term < log_.last_term_) return damaged("an entry of an older term follows");
    auto record = window(log_.offset_, (*header)->size());
    if (!record) return tl::unexpected(std::move(record.error()));
    if (auto taken = accept(**header, *record); !taken) return taken;
  }
}

// The header of the record at the offset; nothing when no intact record lies there.
Result<std::optional<RecordHeader>> LogRecovery::read_record(std::uint64_t size) {
  auto bytes = window(log_.offset_, kRecordHeaderBytes);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  const auto header = recognise_header(*bytes, log_.salt_);
  if (!header || log_.offset_ + header->size() > size) return std::nullopt;
  auto record = window(log_.offset_, header->size());
  if (!record) return tl::unexpected(std::move(record.error()));
  if (!is_intact(*record, log_.chain_)) return std::nullopt;
  return header;
}

Status LogRecovery::accept(const RecordHeader& header, std::string_view record) {
  auto data = std::make_shared<const std::string>(record.substr(kRecordHeaderBytes, header.length));
  visit_(raft::Entry{header.index, header.term, header.type, std::move(data)});
  log_.last_ = header.index;
  log_.last_term_ = header.term;
  log_.chain_ = header.crc;
  last_write_ = header.write;
  log_.offset_ += header.size();
  log_.segments_.back().highest = std::max(log_.segments_.back().highest, header.index);
  return {};
}

// Only the newest file may end in a write that is not whole: the others were synced before their successor
// began. In the others nothing needs to be looked at: the seed of the next file says whether all records were
// found.
Status LogRecovery::end_of_log() {
  auto size = log_.file_->size();
  if (!size) return tl::unexpected(std::move(size.error()));
  auto tail = scan_tail(*size);
  if (!tail) return tl::unexpected(std::move(tail.error()));
  if (tail->end <= log_.offset_) return {};
  if (tail->later)
    return damaged(fmt::format(
        "the record there does not check, but was durable when the record at {} was written", *tail->later));
  return cut_tail(*tail, "the last write was not whole");
}

// `behind`: the files that follow the one that has been read up to the damage. From the last one backwards,
// so that a crash leaves a row of files without a gap, with the damage still in it.
Status LogRecovery::drop_tail(const Error& damage, std::span<const Log::Segment> behind) {
  log::warn("log damaged, its tail is dropped reason=\"{}\" last_index={}", damage.message, log_.last_.value);
  for (auto it = behind.rbegin(); it != behind.rend(); ++it)
    if (auto dropped = drop_file(it->name); !dropped) return dropped;
  const Log::Segment& newest = log_.segments_.back();
  if (newest.highest.value == 0) return drop_file(newest.name);  // it holds nothing before the damage
  const auto size = log_.file_->size();
  if (!size) return tl::unexpected(size.error());
  return cut_tail({*size, std::nullopt}, "it was dropped by an operator");
}

Status LogRecovery::read_anew() {
  log_.segments_.clear();
  log_.file_.reset();
  log_.last_ = {};
  log_.last_term_ = {};
  log_.chain_ = 0;
  return run();
}

Status LogRecovery::drop_file(const std::string& name) {
  log::warn("log file dropped file={}", name);
  if (auto removed = log_.disk_.remove(name); !removed) return removed;
  return log_.disk_.sync_directory();
}

// A process that was killed leaves writes that the system knows and the disk does not. They are about to be
// believed. A sync is not enough: after one that has failed, which ended that process, the system shows what
// it could not write and takes it for written. So the last write, behind which nothing was synced, is made
// again.
Status LogRecovery::make_durable() {
  if (log_.file_ != nullptr) {
    if (last_write_ == 0 || last_write_ > log_.offset_) last_write_ = log_.offset_;
    const std::uint64_t bytes = log_.offset_ - last_write_;
    for (std::uint64_t done = 0; done < bytes;) {
      auto part = log_.file_->read(last_write_ + done, std::min<std::uint64_t>(kWindowBytes, bytes - done));
      if (!part) return tl::unexpected(std::move(part.error()));
      if (auto written = log_.file_->write(last_write_ + done, *part); !written) return written;
      done += part->size();
    }
    if (auto synced = log_.file_->sync(); !synced) return synced;
  }
  return log_.disk_.sync_directory();
}

// Looks behind the last intact record. A write begins only when the one before is durable, so a record that
// knows of a write which began behind the damage proves that what is damaged was durable once.
Result<LogRecovery::Tail> LogRecovery::scan_tail(std::uint64_t size) {
  Tail tail{log_.offset_, std::nullopt};
  for (std::uint64_t at = log_.offset_; at < size; at += kRecordAlign) {
    auto bytes = window(at, kRecordHeaderBytes);
    if (!bytes) return tl::unexpected(std::move(bytes.error()));
    if (is_zero(bytes->substr(0, kRecordAlign))) {
      const auto rest = std::string_view(window_).substr(at - window_at_);
      const auto used = std::min(rest.find_first_not_of('\0'), rest.size());
      if (used > kRecordAlign) at += used / kRecordAlign * kRecordAlign - kRecordAlign;
      continue;
    }
    tail.end = std::min(at + kRecordAlign, size);
    const auto header = recognise_header(*bytes, log_.salt_);
    if (header && header->write > log_.offset_ && header->write <= at) {
      tail.later = at;
      return tail;
    }
  }
  return tail;
}

Status LogRecovery::cut_tail(const Tail& tail, std::string_view reason) {
  const std::string zeros(kWindowBytes, '\0');
  for (std::uint64_t at = log_.offset_; at < tail.end; at += zeros.size()) {
    const auto part = std::string_view(zeros).substr(0, std::min<std::uint64_t>(zeros.size(), tail.end - at));
    if (auto done = log_.file_->write(at, part); !done) return done;
  }
  log::warn("log cut file={} offset={} bytes={} reason=\"{}\" last_index={}", log_.segments_.back().name,
            log_.offset_, tail.end - log_.offset_, reason, log_.last_.value);
  return {};
}

// At least `bytes` bytes at `offset`, fewer only at the end of the file. Valid until the next call.
Result<std::string_view> LogRecovery::window(std::uint64_t offset, std::size_t bytes) {
  const bool inside = offset >= window_at_ && offset + bytes <= window_at_ + window_.size();
  if (!inside) {
    auto read = log_.file_->read(offset, std::max(bytes, kWindowBytes));
    if (!read) return tl::unexpected(std::move(read.error()));
    window_ = std::move(*read);
    window_at_ = offset;
  }
  return std::string_view(window_).substr(offset - window_at_, bytes);
}

}  // namespace batata::replica
