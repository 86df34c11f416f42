#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "domain/config/config_counts.h"
#include "domain/namespaces/namespace_service.h"
#include "faces/nacos/common/family.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Namespaces over HTTP, v1 to v3 and the console.
/// Source: upstream's NamespaceController (v1, 2.5.1), NamespaceControllerV2 (2.5.1), NamespaceControllerV3
/// and ConsoleNamespaceController (3.1).
class NamespaceHttp {
 public:
  NamespaceHttp(domain::NamespaceService& namespaces, domain::ConfigCounts& counts)
      : namespaces_(namespaces), counts_(counts) {}

  [[nodiscard]] static std::span<const wire::Endpoint<NamespaceHttp>> rows();

 private:
  // The surfaces that wrap their answers differ in what stands before a handler, in how a taken id is told,
  // and in how the public namespace and custom ones are shown.
  using Response = wire::Response;
  using Request = wire::Request;
  using Context = cluster::Context;

  // namespace_http_v1.cc
  Task<Response> list_v1(Request request, Context context);
  Task<Response> show_v1(Request request, Context context);
  Task<Response> exists_v1(Request request, Context context);
  Task<Response> create_v1(Request request, Context context);
  Task<Response> update_v1(Request request, Context context);
  Task<Response> remove_v1(Request request, Context context);

  Task<Response> list_v2(Request, Context) { return list(Surface::kV2); }
  Task<Response> list_v3(Request, Context) { return list(Surface::kV3); }
  Task<Response> show_v2(Request request, Context) { return show(std::move(request), Surface::kV2); }
  Task<Response> show_admin(Request request, Context) { return show(std::move(request), Surface::kV3); }
  Task<Response> show_console(Request request, Context) {
    return show(std::move(request), Surface::kConsole);
  }
  Task<Response> create_v2(Request r, Context c) { return create(std::move(r), std::move(c), Surface::kV2); }
  Task<Response> create_admin(Request r, Context c) {
    return create(std::move(r), std::move(c), Surface::kV3);
  }
  Task<Response> create_console(Request r, Context c) {
    return create(std::move(r), std::move(c), Surface::kConsole);
  }
  Task<Response> update_v2(Request r, Context c) { return update(std::move(r), std::move(c), Surface::kV2); }
  Task<Response> update_admin(Request r, Context c) {
    return update(std::move(r), std::move(c), Surface::kV3);
  }
  Task<Response> update_console(Request r, Context c) {
    return update(std::move(r), std::move(c), Surface::kConsole);
  }
  Task<Response> remove_v2(Request r, Context c) { return remove(std::move(r), std::move(c), Surface::kV2); }
  Task<Response> remove_admin(Request r, Context c) {
    return remove(std::move(r), std::move(c), Surface::kV3);
  }
  Task<Response> remove_console(Request r, Context c) {
    return remove(std::move(r), std::move(c), Surface::kConsole);
  }
  Response count_admin(const Request& request) const;
  Response exists_console(const Request& request) const;

  Task<Response> list(Surface surface);
  Task<Response> show(Request request, Surface surface);
  Task<Response> create(Request request, Context context, Surface surface);
  Task<Response> update(Request request, Context context, Surface surface);
  Task<Response> remove(Request request, Context context, Surface surface);

  /// All of them as JSON, the public one first, named `public_id`.
  std::string all(std::string_view public_id, int custom_type);
  /// One as JSON under the id that was asked for; nothing when there is none.
  std::optional<std::string> one(std::string_view id, int custom_type);

  domain::NamespaceService& namespaces_;
  domain::ConfigCounts& counts_;
};

/// What a request says of the namespace that it makes or changes; an absent name is nothing.
struct NamespaceForm {
  std::optional<std::string> id, name, description;
};
[[nodiscard]] NamespaceForm read_namespace(const wire::Request& request, std::string_view id_parameter,
                                           std::string_view name_parameter);
/// The parameter check of upstream's console. The text of the refusal, or nothing.
[[nodiscard]] std::optional<std::string> check_namespace_parameters(const wire::Request& request);

}  // namespace batata::nacos
