#include "payload.h"

namespace batata::bench {
namespace {

void append_varint(std::string& out, std::uint64_t number) {
  while (number > 127) {
    out.push_back(static_cast<char>((number & 127) | 128));
    number >>= 7;
  }
  out.push_back(static_cast<char>(number));
}

/// Reads a varint and removes it from `bytes`; 0 at the end of the bytes.
std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; !bytes.empty() && shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 127) << shift;
    if (byte < 128) break;
  }
  return value;
}

/// The first field `number` of wire type 2 in a message; empty when there is none.
std::string_view find_field(std::string_view message, std::uint32_t number) {
  while (!message.empty()) {
    const std::uint64_t key = take_varint(message);
    const std::uint64_t size_or_value = take_varint(message);
    if ((key & 7) != 2) continue;
    if (size_or_value > message.size()) return {};
    if (key >> 3 == number) return message.substr(0, size_or_value);
    message.remove_prefix(size_or_value);
  }
  return {};
}

}  // namespace

std::string proto_field(std::uint32_t number, std::string_view value) {
  std::string out;
  append_varint(out, number << 3 | 2);
  append_varint(out, value.size());
  out.append(value);
  return out;
}

std::string grpc_frame(std::string_view message) {
  std::string out(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(message.size() >> shift));
  out.append(message);
  return out;
}

std::string nacos_payload(std::string_view type, std::string_view json) {
  const std::string metadata = proto_field(3, type) + proto_field(8, "127.0.0.1");
  return proto_field(2, metadata) + proto_field(3, proto_field(2, json));
}

PayloadView parse_payload(std::string_view bytes) {
  return {.type = find_field(find_field(bytes, 2), 3), .json = find_field(find_field(bytes, 3), 2)};
}

std::string_view json_string(std::string_view json, std::string_view name) {
  const std::string start = "\"" + std::string(name) + "\":\"";
  const auto at = json.find(start);
  if (at == std::string_view::npos) return {};
  json.remove_prefix(at + start.size());
  return json.substr(0, json.find('"'));
}

std::string value_of(std::uint64_t counter, std::size_t size) {
  std::string value = std::to_string(counter) + ".";
  value.resize(size, 'v');
  return value;
}

}  // namespace batata::bench
