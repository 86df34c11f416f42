#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/grpc.h"

namespace batata::grpc {

/// What a client asks of ServerReflectionInfo, of which one message has one.
struct ReflectionRequest {
  enum class Kind : std::uint8_t {
    kNone,
    kFile,              ///< `name`: of a .proto file
    kSymbol,            ///< `name`: of a service, method, message or enum
    kExtension,         ///< `name`: of the extended message
    kExtensionNumbers,  ///< the same
    kServices,
  };
  Kind kind = Kind::kNone;
  std::string_view name, host;
};

/// Views of `message`. Nothing for bytes that are no ServerReflectionRequest. Of two questions the last one
/// counts, as protobuf has it.
[[nodiscard]] std::optional<ReflectionRequest> decode_reflection_request(std::string_view message);

/// gRPC's server reflection, v1 and v1alpha, whose messages are the same: tools such as grpcurl learn from it
/// what the server speaks. Built once, then immutable; any thread.
/// Source: https://github.com/grpc/grpc/blob/master/doc/server-reflection.md
class Reflection {
 public:
  /// `files`: a FileDescriptorProto of each .proto file with a service that is served and of all that they
  /// import, beside those of this service. Damaged ones end the process.
  explicit Reflection(const std::vector<std::string>& files);

  /// The methods; they refer to this, which must outlive them.
  [[nodiscard]] std::vector<wire::GrpcMethod> methods() const;
  /// The answer to one message; nothing for bytes that are no request.
  [[nodiscard]] std::optional<std::string> answer(std::string_view message) const;

 private:
  struct File {
    std::string name, bytes;
    std::vector<std::string> imports;
  };
  void add(std::string bytes);
  void add_message(const File& file, std::string_view scope, std::string_view message);
  void add_service(const File& file, std::string_view scope, std::string_view service);
  void collect(const std::string& name, std::vector<const File*>& into) const;
  [[nodiscard]] std::string file_response(const std::string& name) const;

  class Conversation;
  std::map<std::string, File, std::less<>> files_;
  std::map<std::string, std::string, std::less<>> symbols_;  // and the file that declares it
  std::vector<std::string> services_, messages_;             // sorted
};

/// FileDescriptorProtos of grpc.health.v1 and of both versions of reflection.
[[nodiscard]] std::vector<std::string> own_schema();

}  // namespace batata::grpc
