#include "faces/batata/documents_http.h"

#include "faces/batata/openapi.h"

namespace batata::own {

std::span<const wire::Endpoint<DocumentsHttp>> DocumentsHttp::rows() {
  static const wire::Endpoint<DocumentsHttp> kRows[] = {
      {.method = wire::Method::kGet,
       .path = "/openapi.json",
       .handle = &DocumentsHttp::openapi,
       .summary = "Every address of this server as OpenAPI 3.1. Public: it says what these documents say.",
       .params = {},
       .source = "spec.openapis.org/oas/v3.1.0"}};
  return kRows;
}

void DocumentsHttp::add_http(wire::Router& router) {
  router.add(*this, rows());
}

Task<wire::Response> DocumentsHttp::openapi(wire::Request, cluster::Context) {
  if (openapi_ == nullptr)
    openapi_ = std::make_shared<const std::string>(openapi_document(router_.rows(), version_));
  wire::Response response;
  response.content_type = "application/json";
  response.shared_body = *openapi_;
  response.owner = openapi_;
  co_return response;
}

}  // namespace batata::own
