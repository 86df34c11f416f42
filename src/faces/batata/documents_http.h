#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "wire/endpoint.h"
#include "wire/router.h"

namespace batata::own {

/// What the server tells about itself to people and tools: its addresses as OpenAPI.
class DocumentsHttp {
 public:
  /// `router`: whose rows are told, once all have been added; it and `version` outlive this.
  DocumentsHttp(const wire::Router& router, std::string_view version) : router_(router), version_(version) {}

  [[nodiscard]] static std::span<const wire::Endpoint<DocumentsHttp>> rows();
  /// This outlives the router.
  void add_http(wire::Router& router);

 private:
  Task<wire::Response> openapi(wire::Request request, cluster::Context context);

  const wire::Router& router_;
  const std::string_view version_;
  std::shared_ptr<const std::string> openapi_;  // made for the first who asks; loop only
};

}  // namespace batata::own
