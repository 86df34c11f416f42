#include "faces/batata/status_http.h"

#include "base/json.h"

namespace batata::own {

std::span<const wire::Endpoint<StatusHttp>> StatusHttp::rows() {
  static const wire::Endpoint<StatusHttp> kRows[] = {
      {wire::Method::kGet,
       "/batata/v1/status",
       nullptr,
       &StatusHttp::status,
       "",
       "Whether writes are taken: `{\"writes\":\"taken\"}`, or `{\"writes\":\"refused\",\"reason\"}`. "
       "Public: asked "
       "by `batata status` before anybody has signed in, and says no more than that.",
       {},
       "batata's own"}};
  return kRows;
}

void StatusHttp::add_http(wire::Router& router) {
  router.add(*this, rows());
}

Task<wire::Response> StatusHttp::status(wire::Request, cluster::Context) {
  const std::string reason = refusal_();
  wire::Response response;
  response.content_type = "application/json";
  json::Writer out(response.body);
  out.begin_object().member("writes", reason.empty() ? "taken" : "refused");
  if (!reason.empty()) out.member("reason", reason);
  out.end_object();
  co_return response;
}

}  // namespace batata::own
