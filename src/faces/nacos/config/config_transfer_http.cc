#include "faces/nacos/config/config_transfer_http.h"

#include "base/text.h"
#include "faces/nacos/access/resources.h"

namespace batata::nacos {
namespace {

// Who asks to publish, and into which namespace.
domain::ImportTarget target_of(const wire::Request& request, const cluster::Context& context, Surface surface,
                               std::string_view space_param) {
  domain::ImportTarget target;
  target.space = domain::canonical_space(text_of(request, space_param));
  target.user = text_of(request, surface == Surface::kConsole ? "srcUser" : "src_user");
  if (is_blank(target.user)) target.user = context.principal;
  target.address = client_address(request);
  target.needs_list = surface != Surface::kV1;
  return target;
}

// The parameter check, which allows stars in the dataId here: they make it a pattern.
Refusal check_export(const wire::Request& request) {
  for (const std::string_view name : {"tenant", "namespaceId"})
    if (auto refusal = check_namespace(text_of(request, name))) return refusal;
  std::string data_id = text_of(request, "dataId");
  std::erase(data_id, '*');
  if (auto refusal = check_data_id(data_id)) return refusal;
  for (const std::string_view name : {"group", "groupName"})
    if (auto refusal = check_group(text_of(request, name))) return refusal;
  return std::nullopt;
}

Parsed<domain::ExportQuery> query_of(const wire::Request& request, Family family) {
  domain::ExportQuery query;
  auto [space, group, data_id] = config_named(request, family == Family::kV1 ? "group" : "groupName");
  query.space = std::move(space);
  query.group = std::move(group);
  query.data_id = std::move(data_id);
  query.app = text_of(request, "appName");
  for (std::string* text : {&query.data_id, &query.group, &query.app})
    if (is_blank(*text)) text->clear();
  auto numbers = required_numbers(request, family, "ids");
  if (!numbers) return tl::unexpected(std::move(numbers.error()));
  query.numbers = std::move(*numbers);
  return query;
}

}  // namespace

Task<wire::Response> ConfigTransferHttp::export_v1(wire::Request request, cluster::Context context) {
  if (const auto refusal = check_export(request)) co_return refused_parameter(*refusal, kJsonUtf8);
  auto query = query_of(request, Family::kV1);
  if (!query) co_return std::move(query.error());
  // Of two selectors in one request the later row's is looked at first, and both name a layout.
  query->layout = request.param("exportV2") == "true" ? domain::Layout::kList : domain::Layout::kLines;
  query->sees = readable_by(rights_, std::move(context.principal));
  co_return co_await send(std::move(*query), Surface::kV1);
}

Task<wire::Response> ConfigTransferHttp::export_v3(wire::Request request, cluster::Context context) {
  if (const auto refusal = check_export(request)) co_return refused_parameter(*refusal, {});
  if (!request.param("ids")) {
    co_return exception_result(
        500, "Cannot invoke \"java.util.List.removeAll(java.util.Collection)\" because \"ids\" is null");
  }
  auto query = query_of(request, Family::kV3);
  if (!query) co_return std::move(query.error());
  query->sees = readable_by(rights_, std::move(context.principal));
  co_return co_await send(std::move(*query), surface_of(request.path));
}

Task<wire::Response> ConfigTransferHttp::send(domain::ExportQuery query, Surface surface) {
  auto bytes = co_await transfer_.export_archive(std::move(query));
  if (!bytes) co_return transfer_error(surface, bytes.error());
  co_return archive_answer(surface, std::move(*bytes), runtime_.wall_now());
}

Task<wire::Response> ConfigTransferHttp::import_v1(wire::Request request, cluster::Context context) {
  if (const auto refusal = check_config_names(request)) co_return refused_parameter(*refusal, kJsonUtf8);
  co_return co_await take(std::move(request), std::move(context), Surface::kV1, "namespace");
}

Task<wire::Response> ConfigTransferHttp::import_v3(wire::Request request, cluster::Context context) {
  if (const auto refusal = check_config_names(request)) co_return refused_parameter(*refusal, {});
  const Surface surface = surface_of(request.path);
  co_return co_await take(std::move(request), std::move(context), surface, "namespaceId");
}

Task<wire::Response> ConfigTransferHttp::take(wire::Request request, cluster::Context context,
                                              Surface surface, std::string_view space_param) {
  const auto policy = policy_of(request, surface);
  if (!policy) co_return policy.error();
  const wire::FormPart* file = request.file("file");
  if (file == nullptr) co_return transfer_failed(surface, TransferFailure::kEmpty, false);
  auto target = target_of(request, context, surface, space_param);
  if (!namespaces_.exists(target.space)) co_return transfer_failed(surface, TransferFailure::kNoNamespace);
  std::string bytes(file->content);
  request.clear();  // so that the archive is not kept twice
  const auto done =
      co_await transfer_.import_archive(std::move(context), std::move(bytes), std::move(target), *policy);
  if (!done) co_return import_failed(surface, done.error());
  co_return transferred(surface, "import success", done->outcome, done->unrecognized);
}

Task<wire::Response> ConfigTransferHttp::clone_v1(wire::Request request, cluster::Context context) {
  if (const auto refusal = check_config_names(request)) co_return refused_parameter(*refusal, kJsonUtf8);
  if (!request.param("tenant")) co_return missing_answer(Family::kV1, "tenant", "String");
  co_return co_await copy(std::move(request), std::move(context), Surface::kV1, "tenant");
}

Task<wire::Response> ConfigTransferHttp::clone_v3(wire::Request request, cluster::Context context) {
  const Surface surface = surface_of(request.path);
  const std::string_view space = surface == Surface::kConsole ? "targetNamespaceId" : "namespaceId";
  if (const auto refusal = check_config_names(request)) co_return refused_parameter(*refusal, {});
  if (!request.param(space)) co_return missing_answer(Family::kV3, space, "String");
  co_return co_await copy(std::move(request), std::move(context), surface, space);
}

Task<wire::Response> ConfigTransferHttp::copy(wire::Request request, cluster::Context context,
                                              Surface surface, std::string_view space_param) {
  auto wishes = read_wishes(request, surface);
  if (!wishes) co_return std::move(wishes.error());
  const auto policy = policy_of(request, surface);
  if (!policy) co_return policy.error();
  if (wishes->empty()) co_return transfer_failed(surface, TransferFailure::kNothingSelected);
  auto target = target_of(request, context, surface, space_param);
  if (!namespaces_.exists(target.space)) co_return transfer_failed(surface, TransferFailure::kNoNamespace);
  request.clear();
  const auto done =
      co_await transfer_.copy(std::move(context), std::move(*wishes), std::move(target), *policy);
  if (!done && done.error().code == Errc::kNotFound)
    co_return transfer_failed(surface, TransferFailure::kEmpty);
  if (!done) co_return transfer_error(surface, done.error());
  co_return transferred(surface, "Clone Completed Successfully", *done, {});
}

}  // namespace batata::nacos
