#include "faces/nacos/core/namespace_http.h"

#include "base/json.h"
#include "base/text.h"
#include "domain/config/config_id.h"
#include "domain/namespaces/plan.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/param_check.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {
namespace {

// Upstream shows this number and holds nobody to it.
constexpr int kQuota = 200;
constexpr int kPublicType = 0;
constexpr ResultCode kIllegal{22000, "illegal namespace"}, kAbsent{22001, "namespace not exist"},
    kTaken{22002, "namespace already exist"}, kServerError{30000, "server error"};

std::optional<std::string> text(const wire::Request& request, std::string_view name) {
  const auto given = request.param(name);
  if (!given) return std::nullopt;
  return as_utf8(*given);
}

bool is_public(std::string_view id) {
  return is_blank(id) || id == domain::kPublicNamespace;
}

void write(json::Writer& out, std::string_view id, std::string_view name,
           const std::optional<std::string>& description, std::size_t configs, int type) {
  out.begin_object().member("namespace", id).member("namespaceShowName", name).key("namespaceDesc");
  description ? out.string(*description) : out.null();
  out.member("quota", kQuota).member("configCount", static_cast<std::int64_t>(configs)).member("type", type);
  out.end_object();
}

constexpr int custom_type(bool is_v2) {
  return is_v2 ? 2 : 1;
}

wire::Response missing_member(std::string_view name) {
  return missing_result("required parameter '" + std::string(name) + "' is missing");
}

wire::Response failed(const Error& error) {
  if (error.code == Errc::kInvalidArgument) return failed_result(400, kIllegal, error.message);
  if (error.code == Errc::kConflict) return failed_result(400, kTaken, error.message);
  return failed_result(http_status(error.code), result_code(error.code), error.message);
}

}  // namespace

NamespaceForm read_namespace(const wire::Request& request, std::string_view id_parameter,
                             std::string_view name_parameter) {
  return {text(request, id_parameter), text(request, name_parameter), text(request, "namespaceDesc")};
}

std::optional<std::string> check_namespace_parameters(const wire::Request& request) {
  const auto id = request.param("namespaceId").value_or("");
  if (auto refusal = check_namespace(is_blank(id) ? request.param("customNamespaceId").value_or("") : id)) {
    return refusal;
  }
  return check_namespace_name(request.param("namespaceName").value_or(""));
}

std::string NamespaceHttp::all(std::string_view public_id, int type) {
  std::string data;
  json::Writer out(data);
  out.begin_array();
  write(out, public_id, domain::kPublicNamespace, "Default Namespace", counts_.of(domain::kPublicNamespace),
        kPublicType);
  for (const domain::Namespace& each : namespaces_.list()) {
    write(out, each.id, each.name, each.description, counts_.of(each.id), type);
  }
  out.end_array();
  return data;
}

std::optional<std::string> NamespaceHttp::one(std::string_view id, int type) {
  std::string data;
  json::Writer out(data);
  if (is_public(id)) {
    write(out, id, domain::kPublicNamespace, "Default Namespace", counts_.of(domain::kPublicNamespace),
          kPublicType);
    return data;
  }
  const auto found = namespaces_.find(id);
  if (!found) return std::nullopt;
  write(out, found->id, found->name, found->description, counts_.of(found->id), type);
  return data;
}

Task<wire::Response> NamespaceHttp::list(Surface surface) {
  const bool is_v2 = surface == Surface::kV2;
  co_return result(all(is_v2 ? "" : domain::kPublicNamespace, custom_type(is_v2)));
}

Task<wire::Response> NamespaceHttp::show(Request request, Surface surface) {
  if (surface != Surface::kV3) {
    if (const auto refusal = check_namespace_parameters(request)) co_return refused_parameter(*refusal, {});
  }
  const auto id = text(request, "namespaceId");
  if (!id) co_return missing_result(missing_parameter("namespaceId"));
  const auto found = one(*id, custom_type(surface == Surface::kV2));
  if (!found) co_return failed_result(404, kAbsent, "namespaceId [ " + *id + " ] not exist");
  co_return result(*found);
}

Task<wire::Response> NamespaceHttp::create(Request request, Context context, Surface surface) {
  if (surface != Surface::kV3) {
    if (const auto refusal = check_namespace_parameters(request)) co_return refused_parameter(*refusal, {});
  }
  const bool is_console = surface == Surface::kConsole;
  NamespaceForm form =
      read_namespace(request, is_console ? "customNamespaceId" : "namespaceId", "namespaceName");
  if (!form.id && !is_console) co_return missing_member("namespaceId");
  if (!form.name) co_return missing_member("namespaceName");
  std::string id(trimmed(form.id.value_or("")));
  if (id.empty()) {
    id = namespaces_.random_id();
  } else if (auto named = domain::check_namespace_id(id); !named) {
    co_return failed(named.error());
  }
  // 2.5.1 looks whether the id is free before it looks at the name.
  const std::string taken = "the namespaceId is existed, namespaceId: " + id;
  if (surface == Surface::kV2 && namespaces_.exists(id)) co_return failed_result(400, kIllegal, taken);
  if (auto named = domain::check_namespace_name(*form.name); !is_console && !named) {
    co_return failed(named.error());
  }
  // Upstream's table has no more room; recorded.
  if (!domain::check_namespace_lengths(*form.name, form.description)) {
    co_return failed_result(500, kServerError, "errCode: 500, errMsg: Namespace creation failed ");
  }
  auto done = co_await namespaces_.create(
      std::move(context), {std::move(id), std::move(*form.name), std::move(form.description), {}, {}});
  if (done) co_return result("true");
  if (surface == Surface::kV2 && done.error().code == Errc::kConflict) {
    co_return failed_result(400, kIllegal, taken);
  }
  co_return failed(done.error());
}

Task<wire::Response> NamespaceHttp::update(Request request, Context context, Surface surface) {
  if (surface != Surface::kV3) {
    if (const auto refusal = check_namespace_parameters(request)) co_return refused_parameter(*refusal, {});
  }
  NamespaceForm form = read_namespace(request, "namespaceId", "namespaceName");
  if (!form.id) co_return missing_member("namespaceId");
  if (!form.name) co_return missing_member("namespaceName");
  if (auto named = domain::check_namespace_name(*form.name); surface != Surface::kConsole && !named) {
    co_return failed(named.error());
  }
  auto done = co_await namespaces_.update(std::move(context), std::move(*form.id), std::move(*form.name),
                                          std::move(form.description));
  if (!done) co_return failed(done.error());
  co_return result("true");
}

Task<wire::Response> NamespaceHttp::remove(Request request, Context context, Surface surface) {
  if (surface != Surface::kV3) {
    if (const auto refusal = check_namespace_parameters(request)) co_return refused_parameter(*refusal, {});
  }
  auto id = text(request, "namespaceId");
  if (!id) co_return missing_result(missing_parameter("namespaceId"));
  auto done = co_await namespaces_.remove(std::move(context), std::move(*id));
  if (!done) co_return failed(done.error());
  co_return result("true");
}

wire::Response NamespaceHttp::count_admin(const Request& request) const {
  const auto id = text(request, "namespaceId");
  if (!id) return missing_result(missing_parameter("namespaceId"));
  // Of records: `public` has none.
  return result(!is_public(*id) && namespaces_.exists(*id) ? "1" : "0");
}

wire::Response NamespaceHttp::exists_console(const Request& request) const {
  if (const auto refusal = check_namespace_parameters(request)) return refused_parameter(*refusal, {});
  const auto id = text(request, "customNamespaceId");
  if (!id) return missing_result(missing_parameter("customNamespaceId"));
  return result(namespaces_.exists(*id) ? "true" : "false");
}

}  // namespace batata::nacos
