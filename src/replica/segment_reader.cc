#include "replica/segment_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace batata::replica {
namespace {

constexpr std::size_t kWindowBytes = 1u << 20;
constexpr std::uint64_t kBlockBytes = 4096;  // what a disk cannot read is at least one

bool is_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

// The next place where a record may begin; behind the block, where the disk cannot read it.
std::uint64_t next_place(std::uint64_t at, bool readable) {
  return readable ? at + kRecordAlign : (at / kBlockBytes + 1) * kBlockBytes;
}

}  // namespace

Result<SegmentReader> SegmentReader::open(Disk& disk, const std::string& name) {
  auto file = disk.open(name);
  if (!file) return tl::unexpected(std::move(file.error()));
  SegmentReader reader(std::move(*file));
  auto size = reader.file_->size();
  if (!size) return tl::unexpected(std::move(size.error()));
  reader.size_ = *size;
  return reader;
}

Result<SegmentHeader> SegmentReader::header() {
  auto bytes = window(0, kRecordsAt);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  auto header = decode_segment_header(*bytes);
  if (header) take_for_header(*header);
  return header;
}

void SegmentReader::take_for_header(const SegmentHeader& header) {
  chain_ = header.seed;
  salt_ = header.salt();
}

Result<std::optional<SegmentReader::Record>> SegmentReader::next() {
  if (sealed_) return std::nullopt;
  auto header = record_at(offset_, chain_);
  if (!header) return tl::unexpected(std::move(header.error()));
  if (!*header) return std::nullopt;
  auto bytes = window(offset_, (*header)->size());
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  sealed_ = (*header)->type == RecordType::kSeal;
  if (!sealed_) chain_ = (*header)->crc;
  last_write_ = (*header)->write;
  offset_ += (*header)->size();
  return Record{**header, bytes->substr(kRecordHeaderBytes, (*header)->length)};
}

// An intact header there, by its own check alone, of a record that the file has room for.
Result<std::optional<RecordHeader>> SegmentReader::header_at(std::uint64_t offset) {
  auto bytes = window(offset, kRecordHeaderBytes);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  const auto header = recognise_header(*bytes, salt_);
  if (!header || offset + header->size() > size_) return std::nullopt;
  return header;
}

Result<std::optional<RecordHeader>> SegmentReader::record_at(std::uint64_t offset, std::uint32_t chain) {
  auto header = header_at(offset);
  if (!header || !*header) return header;
  auto record = window(offset, (*header)->size());
  if (!record) return tl::unexpected(std::move(record.error()));
  if (!is_intact(*record, chain)) return std::nullopt;
  return header;
}

Result<SegmentReader::Tail> SegmentReader::tail() {
  Tail tail{offset_, std::nullopt};
  for (std::uint64_t at = offset_; at < size_; at += kRecordAlign) {
    auto bytes = window(at, kRecordHeaderBytes);
    if (!bytes) return tl::unexpected(std::move(bytes.error()));
    if (is_zero(bytes->substr(0, kRecordAlign))) {
      const auto rest = std::string_view(window_).substr(at - window_at_);
      const auto used = std::min(rest.find_first_not_of('\0'), rest.size());
      if (used > kRecordAlign) at += used / kRecordAlign * kRecordAlign - kRecordAlign;
      continue;
    }
    tail.end = std::min(at + kRecordAlign, size_);
    const auto header = recognise_header(*bytes, salt_);
    if (header && header->write > offset_ && header->write <= at) {
      tail.later = at;
      return tail;
    }
  }
  return tail;
}

// A record is checked with the crc of the one before it, which lies in that one's header. What does not check
// at the offset may still have that crc; else the first record behind whose header is known says how the one
// after it is checked, and is not believed itself.
Result<bool> SegmentReader::skip_damage() {
  std::optional<std::uint32_t> crc;  // of the record at the offset, if that is not what is damaged
  if (const auto bytes = window(offset_, sizeof(std::uint32_t)); bytes && bytes->size() >= sizeof crc.value())
    std::memcpy(&crc.emplace(), bytes->data(), sizeof crc.value());
  const auto goes_on = [this](std::uint64_t at, std::uint32_t chain) -> Result<bool> {
    const auto record = record_at(at, chain);
    if (!record && record.error().code != Errc::kDamaged) return tl::unexpected(record.error());
    if (!record || !*record) return false;
    offset_ = at;
    chain_ = chain;
    return true;
  };
  for (std::uint64_t at = offset_; !sealed_ && at < size_;) {
    const auto header = header_at(at);
    if (!header && header.error().code != Errc::kDamaged) return tl::unexpected(header.error());
    if (header && *header) {
      if (crc && at > offset_)
        if (auto found = goes_on(at, *crc); !found || *found) return found;
      if (auto found = goes_on(at + (*header)->size(), (*header)->crc); !found || *found) return found;
    }
    at = next_place(at, header.has_value());
  }
  return false;
}

// At least `bytes` bytes at `offset`, fewer only at the end of the file. Valid until the next call.
Result<std::string_view> SegmentReader::window(std::uint64_t offset, std::size_t bytes) {
  const bool inside = offset >= window_at_ && offset + bytes <= window_at_ + window_.size();
  if (!inside) {
    const auto bad = unreadable_.lower_bound(offset / kBlockBytes);
    const bool is_known =
        bad != unreadable_.end() && bad->first * kBlockBytes < offset + std::max(bytes, kWindowBytes);
    auto read =
        is_known ? read_around_damage(offset, bytes) : file_->read(offset, std::max(bytes, kWindowBytes));
    if (!is_known && !read && read.error().code == Errc::kDamaged) read = read_around_damage(offset, bytes);
    if (!read) return tl::unexpected(std::move(read.error()));
    window_ = std::move(*read);
    window_at_ = offset;
  }
  return std::string_view(window_).substr(offset - window_at_, bytes);
}

// One bad block must not take what lies before it, and a disk may think about each for seconds: none is asked
// for twice.
Result<std::string> SegmentReader::read_around_damage(std::uint64_t offset, std::size_t bytes) {
  const std::uint64_t last = offset + std::max(bytes, kWindowBytes);
  std::string read;
  for (std::uint64_t block = offset / kBlockBytes; block * kBlockBytes < last; ++block) {
    const std::uint64_t begin = std::max(offset, block * kBlockBytes), end = (block + 1) * kBlockBytes;
    const bool is_needed = begin < offset + bytes;
    if (unreadable_.contains(block)) {
      if (is_needed) return unreadable_block(block);
      return read;
    }
    auto part = file_->read(begin, end - begin);
    if (part) {
      read += *part;
      if (part->size() < end - begin) return read;  // the end of the file
      continue;
    }
    if (part.error().code != Errc::kDamaged) return part;
    unreadable_.emplace(block, std::move(part.error().message));
    if (is_needed) return unreadable_block(block);
    return read;
  }
  return read;
}

tl::unexpected<Error> SegmentReader::unreadable_block(std::uint64_t block) const {
  return fail(Errc::kDamaged, fmt::format("the disk cannot read what lies at {}: {}", block * kBlockBytes,
                                          unreadable_.at(block)));
}

}  // namespace batata::replica
