#include "base/text.h"
#include "domain/namespaces/plan.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/rest_result.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/core/namespace_http.h"

namespace batata::nacos {
namespace {

// 2.5.1 has its own numbers: type 2 is a namespace that somebody made, and the public one has no id.
constexpr int kCustomType = 2;

wire::Response truth(bool value) {
  return answer(200, kJson, value ? "true" : "false");
}

wire::Response missing(std::string_view name) {
  return caused(500, escape_html(missing_parameter(name)));
}

// v1 says no more than that it was not done when the caller is to blame.
wire::Response written(const Status& done) {
  if (done) return truth(true);
  const Errc code = done.error().code;
  if (code == Errc::kInvalidArgument || code == Errc::kConflict) return truth(false);
  return caused(http_status(code), escape_html(done.error().message));
}

}  // namespace

Task<wire::Response> NamespaceHttp::list_v1(Request, Context) {
  co_return rest_result(all("", kCustomType));
}

Task<wire::Response> NamespaceHttp::show_v1(Request request, Context) {
  if (const auto refusal = check_namespace_parameters(request)) co_return refused_parameter(*refusal, {});
  const auto given = request.param("namespaceId");
  if (!given) co_return missing("namespaceId");
  const std::string id = as_utf8(*given);
  auto found = one(id, kCustomType);
  if (!found) co_return caused(500, escape_html("namespaceId [ " + id + " ] not exist"));
  co_return answer(200, kJson, std::move(*found));
}

Task<wire::Response> NamespaceHttp::exists_v1(Request request, Context) {
  if (const auto refusal = check_namespace_parameters(request)) co_return refused_parameter(*refusal, {});
  const auto id = request.param("customNamespaceId");
  if (!id) co_return missing("customNamespaceId");
  co_return truth(namespaces_.exists(*id));
}

Task<wire::Response> NamespaceHttp::create_v1(Request request, Context context) {
  if (const auto refusal = check_namespace_parameters(request)) co_return refused_parameter(*refusal, {});
  NamespaceForm form = read_namespace(request, "customNamespaceId", "namespaceName");
  if (!form.id) co_return missing("customNamespaceId");
  if (!form.name) co_return missing("namespaceName");
  if (!domain::check_namespace_name(*form.name)) co_return truth(false);
  if (is_blank(*form.id)) form.id = namespaces_.random_id();
  co_return written(co_await namespaces_.create(
      std::move(context), {std::move(*form.id), std::move(*form.name), std::move(form.description), {}, {}}));
}

Task<wire::Response> NamespaceHttp::update_v1(Request request, Context context) {
  if (const auto refusal = check_namespace_parameters(request)) co_return refused_parameter(*refusal, {});
  NamespaceForm form = read_namespace(request, "namespace", "namespaceShowName");
  if (!form.id) co_return missing("namespace");
  if (!form.name) co_return missing("namespaceShowName");
  if (!domain::check_namespace_name(*form.name)) co_return truth(false);
  co_return written(co_await namespaces_.update(std::move(context), std::move(*form.id),
                                                std::move(*form.name), std::move(form.description)));
}

Task<wire::Response> NamespaceHttp::remove_v1(Request request, Context context) {
  if (const auto refusal = check_namespace_parameters(request)) co_return refused_parameter(*refusal, {});
  const auto id = request.param("namespaceId");
  if (!id) co_return missing("namespaceId");
  co_return written(co_await namespaces_.remove(std::move(context), as_utf8(*id)));
}

}  // namespace batata::nacos
