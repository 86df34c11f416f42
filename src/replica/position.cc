#include "replica/position.h"

#include "base/bytes.h"
#include "store/record_check.h"

namespace batata::replica {
namespace {

// u8 version | varint applied | varint term | varint configuration index | string configuration
constexpr std::uint8_t kVersion = 1;

// Indexes and terms begin with 1.
bool is_number(std::uint64_t value) {
  return value >= 1 && value <= store::kNumberMax;
}

}  // namespace

store::Record encode(const Position& position) {
  store::Record record{std::string(kPositionName), {}, false};
  ByteWriter out(record.value);
  out.u8(kVersion);
  out.varint(position.applied.value);
  out.varint(position.term.value);
  out.varint(position.configuration_index.value);
  out.string(position.configuration);
  return record;
}

Result<Position> decode_position(std::string_view value) {
  ByteReader in(value);
  if (in.u8() != kVersion)
    return fail(Errc::kUnsupported, "the state's position has a format that is not known here");
  Position position;
  position.applied = LogIndex{in.varint()};
  position.term = Term{in.varint()};
  position.configuration_index = LogIndex{in.varint()};
  position.configuration = in.string();
  const bool is_sound = in.ok() && in.at_end() && is_number(position.applied.value) &&
                        is_number(position.term.value) && position.configuration_index <= position.applied;
  if (!is_sound) return fail(Errc::kDamaged, "damaged position record of the state");
  return position;
}

}  // namespace batata::replica
