#include "domain/namespaces/namespace_record.h"

#include "base/bytes.h"

namespace batata::domain {
namespace {

constexpr std::string_view kPrefix = "namespace/";
constexpr std::uint8_t kVersion = 1;

}  // namespace

std::string namespace_key(std::string_view id) {
  std::string key(kPrefix);
  key.append(id);
  return key;
}

store::KeyRange all_namespaces() {
  return store::KeyRange::prefix(kPrefix);
}

std::string encode_namespace(const Namespace& one) {
  std::string value;
  ByteWriter out(value);
  out.u8(kVersion);
  out.string(one.name);
  out.u8(one.description ? 1 : 0);
  if (one.description) out.string(*one.description);
  out.i64(one.created.ms);
  out.i64(one.modified.ms);
  return value;
}

Result<Namespace> decode_namespace(std::string_view key, std::string_view value) {
  if (!key.starts_with(kPrefix)) return fail(Errc::kInternal, "the key of no namespace");
  ByteReader in(value);
  if (in.u8() != kVersion) return fail(Errc::kInternal, "a namespace record of an unknown version");
  Namespace one;
  one.id = key.substr(kPrefix.size());
  one.name = in.string();
  const std::uint8_t described = in.u8();
  if (described == 1) one.description = in.string();
  one.created = WallTime{in.i64()};
  one.modified = WallTime{in.i64()};
  if (!in.ok() || !in.at_end() || described > 1) return fail(Errc::kInternal, "a damaged namespace record");
  return one;
}

}  // namespace batata::domain
