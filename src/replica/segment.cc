#include "replica/segment.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "base/hash.h"

namespace batata::replica {
namespace {

constexpr std::string_view kMagic = "BATATALG";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kCrcAt = 12, kHeaderBytes = 36;
constexpr std::size_t kPrefixBytes = 4, kSequenceDigits = 10, kIndexDigits = 20;

// The crc of all fields but itself.
std::uint32_t checksum(std::string_view header) {
  return crc32c(header.substr(kCrcAt + 4, kHeaderBytes - kCrcAt - 4), crc32c(header.substr(0, kCrcAt)));
}

bool parse_digits(std::string_view text, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string encode(const SegmentHeader& header) {
  std::string out(kMagic);
  ByteWriter writer(out);
  writer.u32(kVersion);
  writer.u32(0);
  writer.u64(header.sequence);
  writer.u64(header.first_index.value);
  writer.u32(header.seed);
  const std::uint32_t crc = checksum(out);
  std::memcpy(&out[kCrcAt], &crc, sizeof crc);
  return out;
}

std::uint32_t SegmentHeader::salt() const {
  return crc32c(encode(*this));
}

Result<SegmentHeader> decode_segment_header(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return fail(Errc::kDamaged, "the header of the file is cut off");
  const std::string_view header_bytes = bytes.substr(0, kHeaderBytes);
  ByteReader in(header_bytes);
  if (in.bytes(kMagic.size()) != kMagic)
    return fail(Errc::kDamaged, "the file does not begin as a log file does");
  const std::uint32_t version = in.u32();
  const std::uint32_t crc = in.u32();
  if (checksum(header_bytes) != crc) return fail(Errc::kDamaged, "the header of the file is damaged");
  if (version != kVersion)
    return fail(Errc::kUnsupported, fmt::format("log format {} is not known here", version));
  SegmentHeader header;
  header.sequence = in.u64();
  header.first_index = LogIndex{in.u64()};
  header.seed = in.u32();
  return header;
}

std::string segment_name(std::uint64_t sequence, LogIndex first_index) {
  return fmt::format("log-{:010}-{:020}", sequence, first_index.value);
}

std::optional<SegmentName> parse_segment_name(std::string_view name) {
  if (name.size() != kPrefixBytes + kSequenceDigits + 1 + kIndexDigits) return std::nullopt;
  if (!name.starts_with("log-") || name[kPrefixBytes + kSequenceDigits] != '-') return std::nullopt;
  SegmentName parsed;
  if (!parse_digits(name.substr(kPrefixBytes, kSequenceDigits), parsed.sequence)) return std::nullopt;
  if (!parse_digits(name.substr(kPrefixBytes + kSequenceDigits + 1), parsed.first_index.value))
    return std::nullopt;
  return parsed;
}

Status remove_unnamed_segments(Disk& disk) {
  for (const char* name : {kPreparedName, kUnpreparedName}) {
    const auto removed = disk.remove(name);
    if (!removed && removed.error().code != Errc::kNotFound) return removed;
  }
  return {};
}

}  // namespace batata::replica
