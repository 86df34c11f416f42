#include "faces/nacos/core/namespace_check.h"

#include "base/text.h"

namespace batata::nacos {
namespace {

std::optional<std::string> refuse(const domain::NamespaceService& namespaces, json::Value name) {
  const auto id = name.as_text();
  if (!id || is_blank(*id) || namespaces.exists(*id)) return std::nullopt;
  return "Namespace '" + *id + "' does not exist. Please create the namespace first.";
}

}  // namespace

std::optional<std::string> find_absent_namespace(const domain::NamespaceService& namespaces,
                                                 json::Value body) {
  for (const std::string_view member : {"tenant", "namespace", "namespaceId"}) {
    if (auto refusal = refuse(namespaces, body[member])) return refusal;
  }
  std::optional<std::string> refusal;
  body["configListenContexts"].each([&](json::Value context) {
    if (!refusal) refusal = refuse(namespaces, context["tenant"]);
  });
  return refusal;
}

}  // namespace batata::nacos
