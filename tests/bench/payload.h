#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace batata::bench {

/// One protobuf field of wire type 2 (string, bytes, message), encoded.
std::string proto_field(std::uint32_t number, std::string_view value);

/// A gRPC message: the five-byte prefix (uncompressed, length) and `message`.
std::string grpc_frame(std::string_view message);

/// The Payload that every Nacos client message is: Metadata{type=3, clientIp=8} in field 2, Any{value=2} in
/// field 3.
std::string nacos_payload(std::string_view type, std::string_view json);

/// The two parts of a Payload that a client looks at. Views into the decoded bytes.
struct PayloadView {
  std::string_view type;
  std::string_view json;
};

/// Decodes what a server sent. Missing or malformed parts are empty.
PayloadView parse_payload(std::string_view bytes);

/// The value of the first string member `name` of a JSON text, unescaped as it stands; empty when there is
/// none.
std::string_view json_string(std::string_view json, std::string_view name);

/// `size` bytes that start with `counter`, so that no two values of a run are equal.
std::string value_of(std::uint64_t counter, std::size_t size);

}  // namespace batata::bench
