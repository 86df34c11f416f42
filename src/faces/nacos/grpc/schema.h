#pragma once
#include <string>
#include <vector>

namespace batata::nacos {

/// FileDescriptorProtos of the gRPC that this face speaks, and of what they import.
/// Source: proto/nacos_grpc_service.proto; google/protobuf/any.proto.
[[nodiscard]] std::vector<std::string> grpc_schema();

}  // namespace batata::nacos
