#include "faces/nacos/common/payload.h"

#include <cstdint>

namespace batata::nacos {
namespace {

// Field numbers of proto/nacos_grpc_service.proto and, in Any and map entries, of protobuf itself.
constexpr std::uint32_t kPayloadMetadata = 2, kPayloadBody = 3;
constexpr std::uint32_t kMetadataType = 3, kMetadataHeaders = 7, kMetadataClientIp = 8;
constexpr std::uint32_t kAnyValue = 2;
constexpr std::uint32_t kEntryKey = 1, kEntryValue = 2;
enum WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

// One field after the other of a protobuf message; never reads outside it.
class Fields {
 public:
  explicit Fields(std::string_view in) : in_(in) {}
  bool ok() const { return ok_; }
  // Of the present field; empty unless it is of wire type 2.
  std::string_view bytes() const { return bytes_; }
  // True when the present field carries bytes, as every field that we know does.
  bool is(std::uint32_t number) const { return number_ == number && type_ == kBytes; }

  // Steps to the next field; false at the end and after damage.
  bool next() {
    if (!ok_ || in_.empty()) return false;
    const std::uint64_t tag = varint();
    number_ = static_cast<std::uint32_t>(tag >> 3);
    type_ = static_cast<std::uint8_t>(tag & 7);
    bytes_ = {};
    if ((tag >> 3) == 0 || (tag >> 3) > 0x1fffffff) ok_ = false;
    switch (type_) {
      case kVarint:
        varint();
        break;
      case kFixed64:
        take(8);
        break;
      case kBytes:
        bytes_ = take(varint());
        break;
      case kFixed32:
        take(4);
        break;
      default:
        ok_ = false;  // groups are not used by proto3
    }
    return ok_;
  }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && !in_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(in_.front());
      in_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    ok_ = false;
    return 0;
  }
  std::string_view take(std::uint64_t n) {
    if (!ok_ || n > in_.size()) {
      ok_ = false;
      return {};
    }
    const auto taken = in_.substr(0, n);
    in_.remove_prefix(n);
    return taken;
  }

  std::string_view in_, bytes_;
  std::uint32_t number_ = 0;
  std::uint8_t type_ = 0;
  bool ok_ = true;
};

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

std::size_t varint_size(std::uint64_t value) {
  std::size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++size;
  }
  return size;
}
void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}
std::size_t field_size(std::size_t bytes) {
  return 1 + varint_size(bytes) + bytes;
}
void put_field_head(std::string& out, std::uint32_t number, std::size_t bytes) {
  out.push_back(static_cast<char>(number << 3 | kBytes));
  put_varint(out, bytes);
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
