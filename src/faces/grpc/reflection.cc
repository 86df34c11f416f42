#include "faces/grpc/reflection.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/protobuf.h"

namespace batata::grpc {
namespace {

using protobuf::Fields;
using protobuf::put_bytes;
using protobuf::put_number;
using wire::GrpcCode;

// Field numbers of descriptor.proto.
constexpr std::uint32_t kName = 1, kPackage = 2, kImport = 3, kMessage = 4, kEnum = 5, kService = 6;
constexpr std::uint32_t kNestedMessage = 3, kNestedEnum = 4, kMethod = 2;

// The first field of that number that carries text; empty when there is none.
std::string_view text_of(std::string_view message, std::uint32_t number) {
  Fields fields(message);
  while (fields.next())
    if (fields.is(number)) return fields.bytes();
  return {};
}

std::string in_scope(std::string_view scope, std::string_view name) {
  return scope.empty() ? std::string(name) : std::string(scope) + "." + std::string(name);
}

// Field numbers of reflection.proto.
std::string error_response(GrpcCode code, std::string_view message) {
  std::string out;
  put_number(out, 1, static_cast<std::uint64_t>(code));
  put_bytes(out, 2, message);
  return out;
}
constexpr std::uint32_t kFiles = 4, kNumbers = 5, kServices = 6, kError = 7;

}  // namespace

std::optional<ReflectionRequest> decode_reflection_request(std::string_view message) {
  using Kind = ReflectionRequest::Kind;
  ReflectionRequest request;
  const auto ask = [&](Kind kind, std::string_view name) {
    request.kind = kind;
    request.name = name;
  };
  Fields fields(message);
  while (fields.next()) {
    if (fields.is(1)) request.host = fields.bytes();
    if (fields.is(3)) ask(Kind::kFile, fields.bytes());
    if (fields.is(4)) ask(Kind::kSymbol, fields.bytes());
    if (fields.is(5)) ask(Kind::kExtension, text_of(fields.bytes(), 1));
    if (fields.is(6)) ask(Kind::kExtensionNumbers, fields.bytes());
    if (fields.is(7)) ask(Kind::kServices, {});
  }
  return fields.ok() ? std::optional(request) : std::nullopt;
}

Reflection::Reflection(const std::vector<std::string>& files) {
  for (const auto& file : own_schema()) add(file);
  for (const auto& file : files) add(file);
  std::ranges::sort(services_);
  std::ranges::sort(messages_);
  for (const auto& [name, file] : files_)
    for (const auto& import : file.imports) BATATA_ASSERT(files_.contains(import));
}

void Reflection::add(std::string bytes) {
  File file;
  file.name = text_of(bytes, kName);
  file.bytes = std::move(bytes);
  const auto package = text_of(file.bytes, kPackage);
  Fields fields(file.bytes);
  while (fields.next()) {
    if (fields.is(kImport)) file.imports.emplace_back(fields.bytes());
    if (fields.is(kMessage)) add_message(file, package, fields.bytes());
    if (fields.is(kEnum)) symbols_.emplace(in_scope(package, text_of(fields.bytes(), kName)), file.name);
    if (fields.is(kService)) add_service(file, package, fields.bytes());
  }
  BATATA_ASSERT(fields.ok() && !file.name.empty());
  const std::string name = file.name;
  BATATA_ASSERT(files_.emplace(name, std::move(file)).second);
}

// Recursion ends with the schema's own depth.
void Reflection::add_message(const File& file, std::string_view scope,  // NOLINT(misc-no-recursion)
                             std::string_view message) {
  const std::string name = in_scope(scope, text_of(message, kName));
  symbols_.emplace(name, file.name);
  messages_.push_back(name);
  Fields fields(message);
  while (fields.next()) {
    if (fields.is(kNestedMessage)) add_message(file, name, fields.bytes());
    if (fields.is(kNestedEnum)) symbols_.emplace(in_scope(name, text_of(fields.bytes(), kName)), file.name);
  }
  BATATA_ASSERT(fields.ok());
}

void Reflection::add_service(const File& file, std::string_view scope, std::string_view service) {
  const std::string name = in_scope(scope, text_of(service, kName));
  symbols_.emplace(name, file.name);
  services_.push_back(name);
  Fields fields(service);
  while (fields.next())
    if (fields.is(kMethod)) symbols_.emplace(in_scope(name, text_of(fields.bytes(), kName)), file.name);
  BATATA_ASSERT(fields.ok());
}

// A file behind all that it imports, each once.
void Reflection::collect(const std::string& name,  // NOLINT(misc-no-recursion)
                         std::vector<const File*>& into) const {
  const File& file = files_.at(name);
  if (std::ranges::find(into, &file) != into.end()) return;
  into.push_back(&file);
  for (const auto& import : file.imports) collect(import, into);
}

std::string Reflection::file_response(const std::string& name) const {
  std::vector<const File*> files;
  collect(name, files);
  std::string out;
  for (const File* file : files) put_bytes(out, 1, file->bytes);
  return out;
}

std::optional<std::string> Reflection::answer(std::string_view message) const {
  using Kind = ReflectionRequest::Kind;
  const auto request = decode_reflection_request(message);
  if (!request) return std::nullopt;
  std::string out;
  put_bytes(out, 1, request->host);
  put_bytes(out, 2, message);
  const auto not_found = [&] {
    put_bytes(out, kError, error_response(GrpcCode::kNotFound, "there is none of that name here"));
  };
  switch (request->kind) {
    case Kind::kFile:
      files_.contains(request->name) ? put_bytes(out, kFiles, file_response(std::string(request->name)))
                                     : not_found();
      break;
    case Kind::kSymbol: {
      const auto found = symbols_.find(request->name);
      found != symbols_.end() ? put_bytes(out, kFiles, file_response(found->second)) : not_found();
      break;
    }
    case Kind::kExtension:
      not_found();  // proto3 has no extensions but of options, and nothing here has any
      break;
    case Kind::kExtensionNumbers: {
      if (!std::ranges::binary_search(messages_, request->name)) {
        not_found();
        break;
      }
      std::string numbers;
      put_bytes(numbers, 1, request->name);
      put_bytes(out, kNumbers, numbers);
      break;
    }
    case Kind::kServices: {
      std::string list;
      for (const auto& service : services_) {
        std::string entry;
        put_bytes(entry, 1, service);
        put_bytes(list, 1, entry);
      }
      put_bytes(out, kServices, list);
      break;
    }
    case Kind::kNone:
      put_bytes(out, kError, error_response(GrpcCode::kInvalidArgument, "the message asks nothing"));
  }
  return out;
}

// One stream: each message is answered at once, in order.
class Reflection::Conversation final : public wire::StreamHandler {
 public:
  Conversation(const Reflection& reflection, std::shared_ptr<wire::Duplex> duplex)
      : reflection_(reflection), duplex_(std::move(duplex)) {}

  void message(std::string_view bytes) override {
    auto answer = reflection_.answer(bytes);
    if (!answer) {
      return duplex_->finish({GrpcCode::kInternal, "the message is no ServerReflectionRequest"});
    }
    duplex_->send(std::make_shared<const std::string>(std::move(*answer)));
  }
  void ended() override {}

 private:
  const Reflection& reflection_;
  const std::shared_ptr<wire::Duplex> duplex_;
};

std::vector<wire::GrpcMethod> Reflection::methods() const {
  std::vector<wire::GrpcMethod> methods;
  for (const std::string_view path : {"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                                      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"}) {
    wire::GrpcMethod& method = methods.emplace_back();
    method.path = path;
    method.stream = [this](const std::shared_ptr<wire::Transport>&, std::shared_ptr<wire::Duplex> duplex) {
      return std::make_unique<Conversation>(*this, std::move(duplex));
    };
  }
  return methods;
}

}  // namespace batata::grpc
