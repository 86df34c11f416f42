#include "faces/common/proto_schema.h"
#include "faces/grpc/reflection.h"

namespace batata::grpc {
namespace {

using proto::Type;

std::string health_file() {
  return proto::encode(
      {.name = "grpc/health/v1/health.proto",
       .package = "grpc.health.v1",
       .messages =
           {{.name = "HealthCheckRequest", .fields = {{"service", 1}}},
            {.name = "HealthCheckResponse",
             .fields = {{"status", 1, Type::kEnum, ".grpc.health.v1.HealthCheckResponse.ServingStatus"}},
             .enums = {{"ServingStatus",
                        {{"UNKNOWN", 0}, {"SERVING", 1}, {"NOT_SERVING", 2}, {"SERVICE_UNKNOWN", 3}}}}},
            {.name = "HealthListRequest"},
            {.name = "HealthListResponse",
             .fields = {{"statuses", 1, Type::kMessage, ".grpc.health.v1.HealthListResponse.StatusesEntry",
                         true}},
             .nested = {{.name = "StatusesEntry",
                         .fields = {{"key", 1},
                                    {"value", 2, Type::kMessage, ".grpc.health.v1.HealthCheckResponse"}},
                         .map_entry = true}}}},
       .services = {{"Health",
                     {{"Check", ".grpc.health.v1.HealthCheckRequest", ".grpc.health.v1.HealthCheckResponse"},
                      {"List", ".grpc.health.v1.HealthListRequest", ".grpc.health.v1.HealthListResponse"},
                      {"Watch", ".grpc.health.v1.HealthCheckRequest", ".grpc.health.v1.HealthCheckResponse",
                       false, true}}}}});
}

// The names of one version of reflection. They live until its file is encoded.
class Names {
 public:
  explicit Names(std::string_view version)
      : file("grpc/reflection/" + std::string(version) + "/reflection.proto"),
        package("grpc.reflection." + std::string(version)) {}
  std::string of(std::string_view message) const { return "." + package + "." + std::string(message); }
  const std::string file, package;
};

std::string reflection_file(std::string_view version) {
  const Names names(version);
  const std::string request = names.of("ServerReflectionRequest");
  const std::string response = names.of("ServerReflectionResponse");
  const std::string extension = names.of("ExtensionRequest"), service = names.of("ServiceResponse");
  const std::string files = names.of("FileDescriptorResponse");
  const std::string numbers = names.of("ExtensionNumberResponse");
  const std::string list = names.of("ListServiceResponse"), error = names.of("ErrorResponse");
  return proto::encode(
      {.name = names.file,
       .package = names.package,
       .messages =
           {{.name = "ServerReflectionRequest",
             .fields = {{"host", 1},
                        {.name = "file_by_filename", .number = 3, .in_oneof = true},
                        {.name = "file_containing_symbol", .number = 4, .in_oneof = true},
                        {"file_containing_extension", 5, Type::kMessage, extension, false, true},
                        {.name = "all_extension_numbers_of_type", .number = 6, .in_oneof = true},
                        {.name = "list_services", .number = 7, .in_oneof = true}},
             .oneof = "message_request"},
            {.name = "ExtensionRequest",
             .fields = {{"containing_type", 1}, {"extension_number", 2, Type::kInt32}}},
            {.name = "ServerReflectionResponse",
             .fields = {{"valid_host", 1},
                        {"original_request", 2, Type::kMessage, request},
                        {"file_descriptor_response", 4, Type::kMessage, files, false, true},
                        {"all_extension_numbers_response", 5, Type::kMessage, numbers, false, true},
                        {"list_services_response", 6, Type::kMessage, list, false, true},
                        {"error_response", 7, Type::kMessage, error, false, true}},
             .oneof = "message_response"},
            {.name = "FileDescriptorResponse",
             .fields =
                 {{.name = "file_descriptor_proto", .number = 1, .type = Type::kBytes, .repeated = true}}},
            {.name = "ExtensionNumberResponse",
             .fields = {{"base_type_name", 1},
                        {.name = "extension_number", .number = 2, .type = Type::kInt32, .repeated = true}}},
            {.name = "ListServiceResponse", .fields = {{"service", 1, Type::kMessage, service, true}}},
            {.name = "ServiceResponse", .fields = {{"name", 1}}},
            {.name = "ErrorResponse", .fields = {{"error_code", 1, Type::kInt32}, {"error_message", 2}}}},
       .services = {{"ServerReflection", {{"ServerReflectionInfo", request, response, true, true}}}}});
}

}  // namespace

std::vector<std::string> own_schema() {
  return {health_file(), reflection_file("v1"), reflection_file("v1alpha")};
}

}  // namespace batata::grpc
