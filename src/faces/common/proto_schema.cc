#include "faces/common/proto_schema.h"

#include "base/protobuf.h"

namespace batata::proto {
namespace {

using protobuf::put_bytes;
using protobuf::put_number;

constexpr std::uint32_t kName = 1;  // of all that has one
constexpr std::uint32_t kOptional = 1, kRepeated = 3;

std::string encode(const Field& field) {
  std::string out;
  put_bytes(out, kName, field.name);
  put_number(out, 3, field.number);
  put_number(out, 4, field.repeated ? kRepeated : kOptional);
  put_number(out, 5, static_cast<std::uint64_t>(field.type));
  if (!field.type_name.empty()) put_bytes(out, 6, field.type_name);
  if (field.in_oneof) put_number(out, 9, 0);
  return out;
}

std::string encode(const Enum& kind) {
  std::string out;
  put_bytes(out, kName, kind.name);
  for (const EnumValue& value : kind.values) {
    std::string entry;
    put_bytes(entry, kName, value.name);
    put_number(entry, 2, value.number);
    put_bytes(out, 2, entry);
  }
  return out;
}

// Recursion ends with the schema's own depth.
std::string encode(const Message& message) {  // NOLINT(misc-no-recursion)
  std::string out;
  put_bytes(out, kName, message.name);
  for (const Field& field : message.fields) put_bytes(out, 2, encode(field));
  for (const Message& nested : message.nested) put_bytes(out, 3, encode(nested));
  for (const Enum& kind : message.enums) put_bytes(out, 4, encode(kind));
  if (message.map_entry) {
    std::string options;
    put_number(options, 7, 1);
    put_bytes(out, 7, options);
  }
  if (!message.oneof.empty()) {
    std::string oneof;
    put_bytes(oneof, kName, message.oneof);
    put_bytes(out, 8, oneof);
  }
  return out;
}

std::string encode(const Service& service) {
  std::string out;
  put_bytes(out, kName, service.name);
  for (const Method& method : service.methods) {
    std::string entry;
    put_bytes(entry, kName, method.name);
    put_bytes(entry, 2, method.input);
    put_bytes(entry, 3, method.output);
    if (method.client_streams) put_number(entry, 5, 1);
    if (method.server_streams) put_number(entry, 6, 1);
    put_bytes(out, 2, entry);
  }
  return out;
}

}  // namespace

std::string encode(const File& file) {
  std::string out;
  put_bytes(out, kName, file.name);
  if (!file.package.empty()) put_bytes(out, 2, file.package);
  for (const auto import : file.imports) put_bytes(out, 3, import);
  for (const Message& message : file.messages) put_bytes(out, 4, encode(message));
  for (const Service& service : file.services) put_bytes(out, 6, encode(service));
  put_bytes(out, 12, "proto3");
  return out;
}

}  // namespace batata::proto
