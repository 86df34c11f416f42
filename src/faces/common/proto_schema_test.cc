#include "faces/common/proto_schema.h"

#include <gtest/gtest.h>

namespace batata::proto {
namespace {

using namespace std::string_literals;

// Written out from descriptor.proto; tests/process/interop.py lets protobuf's own libraries read what is
// served.
TEST(ProtoSchema, IsAFileDescriptorProto) {
  EXPECT_EQ(encode(File{.name = "a.proto", .package = "p"}),
            "\x0a\x07"
            "a.proto\x12\x01p\x62\x06proto3");
  const File file{.name = "b",
                  .package = "",
                  .imports = {"a.proto"},
                  .messages = {{.name = "M",
                                .fields = {{"s", 1}, {"m", 2, Type::kMessage, ".M", true, true}},
                                .oneof = "o",
                                .nested = {{.name = "N", .map_entry = true}},
                                .enums = {{"E", {{"Z", 0}}}}}},
                  .services = {{"S", {{"c", ".M", ".M", false, true}}}}};
  EXPECT_EQ(encode(file),
            "\x0a\x01"
            "b\x1a\x07"
            "a.proto"
            "\x22\x39"
            "\x0a\x01M"
            "\x12\x09\x0a\x01s\x18\x01\x20\x01\x28\x09"
            "\x12\x0f\x0a\x01m\x18\x02\x20\x03\x28\x0b\x32\x02.M\x48\x00"
            "\x1a\x07\x0a\x01N\x3a\x02\x38\x01"
            "\x22\x0a\x0a\x01"
            "E\x12\x05\x0a\x01Z\x10\x00"
            "\x42\x03\x0a\x01o"
            "\x32\x12\x0a\x01S\x12\x0d\x0a\x01"
            "c\x12\x02.M\x1a\x02.M\x30\x01"
            "\x62\x06proto3"s);
}

}  // namespace
}  // namespace batata::proto
