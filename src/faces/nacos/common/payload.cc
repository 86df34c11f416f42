#include "faces/nacos/common/payload.h"

#include <cstdint>

#include "base/protobuf.h"

namespace batata::nacos {
namespace {

using protobuf::field_size, protobuf::put_field_head;
using Fields = protobuf::Fields;

// Field numbers of proto/nacos_grpc_service.proto and, in Any and map entries, of protobuf itself.
constexpr std::uint32_t kPayloadMetadata = 2, kPayloadBody = 3;
constexpr std::uint32_t kMetadataType = 3, kMetadataHeaders = 7, kMetadataClientIp = 8;
constexpr std::uint32_t kAnyValue = 2;
constexpr std::uint32_t kEntryKey = 1, kEntryValue = 2;
struct Entry {
  std::string_view key, value;
  bool ok = true;
};
Entry read_entry(std::string_view bytes) {
  Entry entry;
  Fields fields(bytes);
  while (fields.next()) {
    if (fields.is(kEntryKey)) entry.key = fields.bytes();
    if (fields.is(kEntryValue)) entry.value = fields.bytes();
  }
  entry.ok = fields.ok();
  return entry;
}

bool read_metadata(std::string_view metadata, Payload& payload) {
  Fields fields(metadata);
  while (fields.next()) {
    if (fields.is(kMetadataType)) payload.type = fields.bytes();
    if (fields.is(kMetadataClientIp)) payload.client_ip = fields.bytes();
    if (fields.is(kMetadataHeaders) && !read_entry(fields.bytes()).ok) return false;
  }
  return fields.ok();
}

bool read_any(std::string_view any, Payload& payload) {
  Fields fields(any);
  while (fields.next())
    if (fields.is(kAnyValue)) payload.body = fields.bytes();
  return fields.ok();
}

}  // namespace

std::optional<std::string_view> PayloadHeaders::find(std::string_view name) const {
  std::optional<std::string_view> found;
  Fields fields(metadata_);
  while (fields.next()) {
    if (!fields.is(kMetadataHeaders)) continue;
    const Entry entry = read_entry(fields.bytes());
    if (entry.key == name) found = entry.value;
  }
  return found;
}

Result<Payload> decode_payload(std::string_view message) {
  Payload payload;
  std::string_view metadata, any;
  Fields fields(message);
  while (fields.next()) {
    if (fields.is(kPayloadMetadata)) metadata = fields.bytes();
    if (fields.is(kPayloadBody)) any = fields.bytes();
  }
  if (!fields.ok() || !read_metadata(metadata, payload) || !read_any(any, payload)) {
    return fail(Errc::kInvalidArgument, "not a Payload");
  }
  payload.headers = PayloadHeaders(metadata);
  return payload;
}

std::string encode_payload(std::string_view type, std::string_view client_ip, std::string_view body) {
  const std::size_t metadata =
      field_size(type.size()) + (client_ip.empty() ? 0 : field_size(client_ip.size()));
  const std::size_t any = body.empty() ? 0 : field_size(body.size());
  std::string out;
  out.reserve(field_size(metadata) + field_size(any));
  put_field_head(out, kPayloadMetadata, metadata);
  put_field_head(out, kMetadataType, type.size());
  out.append(type);
  if (!client_ip.empty()) {
    put_field_head(out, kMetadataClientIp, client_ip.size());
    out.append(client_ip);
  }
  put_field_head(out, kPayloadBody, any);
  if (!body.empty()) {
    put_field_head(out, kAnyValue, body.size());
    out.append(body);
  }
  return out;
}

}  // namespace batata::nacos
