#include "domain/config/history_record.h"

#include "base/bytes.h"

namespace batata::domain {
namespace {

constexpr std::uint8_t kVersion = 1;

bool is_kind(std::uint8_t kind) {
  return kind == 'I' || kind == 'U' || kind == 'D';
}

}  // namespace

std::string encode_history_head(const HistoryView& entry) {
  std::string value;
  value.reserve(entry.rule.expression.size() + 128);
  ByteWriter out(value);
  out.u8(kVersion);
  out.u8(static_cast<std::uint8_t>(entry.kind));
  out.i64(entry.at.ms);
  for (const std::string_view text : {entry.user, entry.address, entry.gray_name, entry.rule.type,
                                      entry.rule.version, entry.rule.expression})
    out.string(text);
  out.u32(static_cast<std::uint32_t>(entry.rule.priority));
  return value;
}

std::string encode_history(const HistoryView& entry) {
  std::string value = encode_history_head(entry);
  append_config(entry.config, value);
  return value;
}

Result<HistoryView> decode_history(std::string_view value) {
  ByteReader in(value);
  if (in.u8() != kVersion) return fail(Errc::kInternal, "a history record of an unknown version");
  HistoryView entry;
  const std::uint8_t kind = in.u8();
  entry.kind = static_cast<ChangeKind>(kind);
  entry.at = WallTime{in.i64()};
  for (std::string_view* text : {&entry.user, &entry.address, &entry.gray_name, &entry.rule.type,
                                 &entry.rule.version, &entry.rule.expression})
    *text = in.string();
  entry.rule.priority = static_cast<std::int32_t>(in.u32());
  if (!in.ok() || !is_kind(kind)) return fail(Errc::kInternal, "a damaged history record");
  auto config = decode_config(in.rest());
  if (!config) return tl::unexpected(std::move(config.error()));
  entry.config = *config;
  return entry;
}

WallTime time_of_history(std::string_view value) {
  ByteReader in(value);
  if (in.u8() != kVersion || !is_kind(in.u8())) return {};
  return WallTime{in.i64()};
}

}  // namespace batata::domain
