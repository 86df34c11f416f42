#include "domain/config/config_record.h"

#include "base/bytes.h"

namespace batata::domain {
namespace {

constexpr std::uint8_t kVersion = 1;

// The strings of a record in their stored order, for either direction.
template <class View, class Visit>
void each_string(View& config, Visit visit) {
  visit(config.md5);
  visit(config.type);
  visit(config.app);
  visit(config.tags);
  visit(config.description);
  visit(config.use);
  visit(config.effect);
  visit(config.schema);
  visit(config.encrypted_data_key);
  visit(config.created_by);
  visit(config.created_from);
  visit(config.modified_by);
  visit(config.modified_from);
}

}  // namespace

std::string encode_config(const ConfigView& config) {
  std::string value;
  value.reserve(config.content.size() + 128);
  append_config(config, value);
  return value;
}

void append_config(const ConfigView& config, std::string& value) {
  ByteWriter out(value);
  out.u8(kVersion);
  each_string(config, [&out](std::string_view text) { out.string(text); });
  out.i64(config.created.ms);
  out.i64(config.modified.ms);
  value.append(config.content);
}

Result<ConfigView> decode_config(std::string_view value) {
  ByteReader in(value);
  ConfigView config;
  if (in.u8() != kVersion) return fail(Errc::kInternal, "a config record of an unknown version");
  each_string(config, [&in](std::string_view& text) { text = in.string(); });
  config.created = WallTime{in.i64()};
  config.modified = WallTime{in.i64()};
  if (!in.ok()) return fail(Errc::kInternal, "a damaged config record");
  config.content = in.rest();
  return config;
}

}  // namespace batata::domain
