#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The schema of a .proto file, written in C++ beside the codec that reads and writes its messages by hand,
/// so that the server can tell its clients what it speaks. Plain data; texts are literals. Source:
/// https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto
namespace batata::proto {

/// Numbers of FieldDescriptorProto.Type.
enum class Type : std::uint8_t { kInt32 = 5, kString = 9, kMessage = 11, kBytes = 12, kEnum = 14 };

struct Field {
  std::string_view name;
  std::uint32_t number;
  Type type = Type::kString;
  std::string_view type_name = {};  ///< of messages and enums, from the root on: ".package.Name"
  bool repeated = false;
  bool in_oneof = false;  ///< of the message's only one
};

struct EnumValue {
  std::string_view name;
  std::uint32_t number;
};

struct Enum {
  std::string_view name;
  std::vector<EnumValue> values;
};

struct Message {
  std::string_view name;
  std::vector<Field> fields = {};
  std::string_view oneof = {};  ///< its name; empty: there is none
  std::vector<Message> nested = {};
  std::vector<Enum> enums = {};
  bool map_entry = false;  ///< of a map<key, value>: fields 1 and 2 of a nested message "NameEntry"
};

struct Method {
  std::string_view name, input, output;  ///< types as in Field::type_name
  bool client_streams = false, server_streams = false;
};

struct Service {
  std::string_view name;
  std::vector<Method> methods;
};

struct File {
  std::string_view name, package = {};
  std::vector<std::string_view> imports = {};
  std::vector<Message> messages = {};
  std::vector<Service> services = {};
};

/// A FileDescriptorProto of the proto3 language.
[[nodiscard]] std::string encode(const File& file);

}  // namespace batata::proto
