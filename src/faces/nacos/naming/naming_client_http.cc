#include "faces/nacos/naming/naming_client_http.h"

#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/naming/naming_clients.h"
#include "faces/nacos/naming/naming_forms.h"

namespace batata::nacos {
namespace {

Read<NamingClient> client_asked_for(const wire::Request& request, const NamingRoom& room) {
  if (!request.param("clientId")) return tl::unexpected(missing_result(missing_parameter("clientId")));
  const std::string id = as_utf8(text_param(request, "clientId"));
  auto client = find_client(room, id);
  if (!client)
    return tl::unexpected(
        failed_result(404, result_code(Errc::kNotFound), "clientId [ " + id + " ] not exist"));
  return std::move(*client);
}

// Which of a service's clients are asked for.
struct ClientFilter {
  registry::ServiceKey service;
  std::optional<std::string> ip;
  std::optional<std::int32_t> port;
  [[nodiscard]] bool passes(std::string_view address, std::int32_t number) const {
    return (!ip || *ip == address) && (!port || *port == number);
  }
};
Read<ClientFilter> filter_of(const wire::Request& request, const NamingRoom& room, Family family) {
  if (auto entered = enter(request, family, room); !entered)
    return tl::unexpected(std::move(entered.error()));
  if (family == Family::kV2 && !request.param("serviceName"))
    return tl::unexpected(missing_result(missing_parameter("serviceName")));
  auto service = service_of_v3(request);
  if (!service) return tl::unexpected(std::move(service.error()));
  ClientFilter filter{std::move(*service), std::nullopt, std::nullopt};
  if (request.param("ip")) filter.ip = as_utf8(text_param(request, "ip"));
  if (!is_blank(text_param(request, "port"))) filter.port = parse_int(text_param(request, "port"));
  return filter;
}

ServiceTest exactly(const registry::ServiceKey& service) {
  return [service](const registry::ServiceKey& one) { return one == service; };
}

std::string version_of(const NamingClient& client) {
  return client.connection->client.version;
}

void begin_service_v3(json::Writer& out, const registry::ServiceKey& service) {
  out.begin_object()
      .member("namespaceId", service.space)
      .member("groupName", service.group)
      .member("serviceName", service.name);
}

void begin_service_v2(json::Writer& out, const registry::ServiceKey& service) {
  out.begin_object()
      .member("namespace", service.space)
      .member("group", service.group)
      .member("serviceName", service.name);
}

// A list; `write(json::Writer&, item)` adds an item, or nothing for one that is not to be shown.
template <class Items, class Write>
wire::Response list_of(const Items& items, Write write) {
  std::string data;
  json::Writer out(data);
  out.begin_array();
  for (const auto& item : items) write(out, item);
  out.end_array();
  return result(data);
}

}  // namespace

Task<wire::Response> NamingClientHttp::clients(wire::Request, cluster::Context) {
  std::string data;
  json::Writer out(data);
  out.begin_array();
  for (const std::string& id : client_ids(room_)) out.string(id);
  out.end_array();
  co_return result(data);
}

Task<wire::Response> NamingClientHttp::client_v2(wire::Request request, cluster::Context) {
  const auto client = client_asked_for(request, room_);
  if (!client) co_return client.error();
  std::string data;
  json::Writer out(data);
  out.begin_object()
      .member("clientId", client->view.id)
      .member("ephemeral", client->view.ephemeral)
      .member("lastUpdatedTime", client->view.last_updated.ms)
      .member("clientType", client->connection ? "connection" : "ipPort");
  if (client->connection) {
    const std::string& id = client->view.id;
    out.member("connectType", "GRPC")
        .member("appName", or_default(client->connection->client.label("AppName"), "-"))
        .member("version", version_of(*client))
        .member("clientIp", client->connection->client.ip)
        .member("clientPort", std::string_view(id).substr(id.rfind('_') + 1));
  } else {
    out.member("clientIp", client->ip).member("clientPort", client->port);
  }
  out.end_object();
  co_return result(data);
}

Task<wire::Response> NamingClientHttp::client_v3(wire::Request request, cluster::Context) {
  const auto client = client_asked_for(request, room_);
  if (!client) co_return client.error();
  std::string data;
  json::Writer out(data);
  out.begin_object()
      .member("clientId", client->view.id)
      .member("ephemeral", client->view.ephemeral)
      .member("lastUpdatedTime", client->view.last_updated.ms)
      .member("clientType", client->connection ? "connection" : "ipPort");
  if (client->connection) {
    const std::string_view id = client->view.id;
    out.member("connectType", "GRPC")
        .member("appName", or_default(client->connection->client.label("AppName"), "-"))
        .member("version", version_of(*client))
        .member("clientIp", client->connection->client.ip)
        .member("clientPort", int{parse_int(id.substr(id.rfind('_') + 1)).value_or(0)});
  } else {
    for (const std::string_view name : {"connectType", "appName", "version", "clientIp"})
      out.key(name).null();
    out.member("clientPort", 0);
  }
  out.end_object();
  co_return result(data);
}

Task<wire::Response> NamingClientHttp::published_v2(wire::Request request, cluster::Context) {
  const auto client = client_asked_for(request, room_);
  if (!client) co_return client.error();
  co_return list_of(client->view.instances, [](json::Writer& out, const auto& entry) {
    const auto& [service, instance] = entry;
    begin_service_v2(out, service);
    out.key("registeredInstance")
        .begin_object()
        .member("ip", instance->ip)
        .member("port", int{instance->port})
        .member("cluster", instance->cluster)
        .end_object()
        .end_object();
  });
}

Task<wire::Response> NamingClientHttp::published_v3(wire::Request request, cluster::Context) {
  const auto client = client_asked_for(request, room_);
  if (!client) co_return client.error();
  co_return list_of(client->view.instances, [](json::Writer& out, const auto& entry) {
    const auto& [service, instance] = entry;
    begin_service_v3(out, service);
    out.key("publisherInfo").begin_object().key("clientId").null();
    out.member("ip", instance->ip)
        .member("port", int{instance->port})
        .member("clusterName", instance->cluster)
        .end_object()
        .key("subscriberInfo")
        .null()
        .end_object();
  });
}

Task<wire::Response> NamingClientHttp::subscribed_v2(wire::Request request, cluster::Context) {
  const auto client = client_asked_for(request, room_);
  if (!client) co_return client.error();
  co_return list_of(client->subscriptions, [](json::Writer& out, const Subscriber& one) {
    begin_service_v2(out, one.service);
    out.key("subscriberInfo")
        .begin_object()
        .member("app", one.app)
        .member("agent", one.agent)
        .member("addr", one.address)
        .end_object()
        .end_object();
  });
}

Task<wire::Response> NamingClientHttp::subscribed_v3(wire::Request request, cluster::Context) {
  const auto client = client_asked_for(request, room_);
  if (!client) co_return client.error();
  co_return list_of(client->subscriptions, [](json::Writer& out, const Subscriber& one) {
    begin_service_v3(out, one.service);
    out.key("publisherInfo").null().key("subscriberInfo").begin_object().key("clientId").null();
    out.member("appName", one.app)
        .member("agent", one.agent)
        .member("address", one.address)
        .end_object()
        .end_object();
  });
}

// Without both an address and a port v2 finds nobody, as recorded.
Task<wire::Response> NamingClientHttp::publishers_v2(wire::Request request, cluster::Context) {
  const auto filter = filter_of(request, room_, Family::kV2);
  if (!filter) co_return filter.error();
  co_return list_of(
      room_.services.publishers(filter->service), [&filter](json::Writer& out, const domain::Publisher& one) {
        if (!filter->ip || !filter->port || !filter->passes(one.instance->ip, one.instance->port)) return;
        out.begin_object()
            .member("ip", one.instance->ip)
            .member("port", int{one.instance->port})
            .member("cluster", one.instance->cluster)
            .member("clientId", one.client_id)
            .end_object();
      });
}

Task<wire::Response> NamingClientHttp::publishers_v3(wire::Request request, cluster::Context) {
  const auto filter = filter_of(request, room_, Family::kV3);
  if (!filter) co_return filter.error();
  co_return list_of(room_.services.publishers(filter->service),
                    [&filter](json::Writer& out, const domain::Publisher& one) {
                      if (!filter->passes(one.instance->ip, one.instance->port)) return;
                      out.begin_object()
                          .member("clientId", one.client_id)
                          .member("ip", one.instance->ip)
                          .member("port", int{one.instance->port})
                          .member("clusterName", one.instance->cluster)
                          .end_object();
                    });
}

Task<wire::Response> NamingClientHttp::subscribers_v2(wire::Request request, cluster::Context) {
  const auto filter = filter_of(request, room_, Family::kV2);
  if (!filter) co_return filter.error();
  co_return list_of(subscribers_of(room_, exactly(filter->service)),
                    [&filter](json::Writer& out, const Subscriber& one) {
                      if (!filter->passes(one.ip, one.port)) return;
                      out.begin_object()
                          .member("clientId", one.client_id)
                          .member("ip", one.ip)
                          .member("port", int{one.port})
                          .end_object();
                    });
}

Task<wire::Response> NamingClientHttp::subscribers_v3(wire::Request request, cluster::Context) {
  const auto filter = filter_of(request, room_, Family::kV3);
  if (!filter) co_return filter.error();
  co_return list_of(subscribers_of(room_, exactly(filter->service)),
                    [&filter](json::Writer& out, const Subscriber& one) {
                      if (!filter->passes(one.ip, one.port)) return;
                      out.begin_object()
                          .member("clientId", one.client_id)
                          .member("appName", one.app)
                          .member("agent", one.agent)
                          .member("address", one.address)
                          .end_object();
                    });
}

}  // namespace batata::nacos
