#include "faces/nacos/grpc/schema.h"

#include "faces/common/proto_schema.h"

namespace batata::nacos {

std::vector<std::string> grpc_schema() {
  using proto::Type;
  const proto::File any{
      .name = "google/protobuf/any.proto",
      .package = "google.protobuf",
      .messages = {{.name = "Any", .fields = {{"type_url", 1}, {"value", 2, Type::kBytes}}}}};
  const proto::File service{
      .name = "nacos_grpc_service.proto",
      .imports = {any.name},
      .messages =
          {{.name = "Metadata",
            .fields = {{"type", 3},
                       {"headers", 7, Type::kMessage, ".Metadata.HeadersEntry", true},
                       {"clientIp", 8}},
            .nested = {{.name = "HeadersEntry", .fields = {{"key", 1}, {"value", 2}}, .map_entry = true}}},
           {.name = "Payload",
            .fields = {{"metadata", 2, Type::kMessage, ".Metadata"},
                       {"body", 3, Type::kMessage, ".google.protobuf.Any"}}}},
      .services = {{"Request", {{"request", ".Payload", ".Payload"}}},
                   {"BiRequestStream", {{"requestBiStream", ".Payload", ".Payload", true, true}}}}};
  return {proto::encode(any), proto::encode(service)};
}

}  // namespace batata::nacos
