#include "faces/nacos/naming/naming_rpcs.h"

#include <utility>

#include "base/text.h"
#include "faces/nacos/common/errors.h"
#include "faces/nacos/common/limits.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/naming/naming_clients.h"
#include "faces/nacos/naming/naming_json.h"

namespace batata::nacos {
namespace {

constexpr std::string_view kRegister = "registerInstance", kDeregister = "deregisterInstance",
                           kBatchRegister = "batchRegisterInstance";
// What a JVM says about members that were not sent; recorded from upstream, whose clients print it.
constexpr std::string_view kNullType = "Cannot invoke \"String.hashCode()\" because \"<local4>\" is null";
constexpr std::string_view kNullList =
    "Cannot invoke \"java.util.List.iterator()\" because \"instances\" is null";

Refusal check_names(json::Value body) {
  if (auto refusal = check_namespace(body["namespace"].as_string().value_or(""))) return refusal;
  if (auto refusal = check_service_name(body["serviceName"].as_string().value_or(""))) return refusal;
  return check_group(body["groupName"].as_string().value_or(""));
}
Refusal check_one(json::Value body) {
  if (auto refusal = check_names(body)) return refusal;
  return check_instance(body["instance"]);
}
Refusal check_each(json::Value body) {
  Refusal refusal = check_names(body);
  std::size_t count = 0;
  body["instances"].each([&refusal, &count](json::Value instance) {
    if (++count > NamingRpcs::kBatchInstancesMax) {
      refusal = too_many("instances", NamingRpcs::kBatchInstancesMax);
    } else if (!refusal) {
      refusal = check_instance(instance);
    }
  });
  return refusal;
}
Refusal check_query(json::Value body) {
  if (auto refusal = check_names(body)) return refusal;
  return check_clusters(body["cluster"].as_string().value_or(""));
}
Refusal check_subscribe(json::Value body) {
  if (auto refusal = check_names(body)) return refusal;
  return check_clusters(body["clusters"].as_string().value_or(""));
}

Result<registry::ServiceKey> read_service(json::Value body) {
  auto space = text_member(body, "namespace");
  if (!space) return tl::unexpected(std::move(space.error()));
  auto group = text_member(body, "groupName");
  if (!group) return tl::unexpected(std::move(group.error()));
  auto name = text_member(body, "serviceName");
  if (!name) return tl::unexpected(std::move(name.error()));
  return registry::ServiceKey{std::string(or_default(space->value_or(""), kDefaultSpace)),
                              std::move(*group).value_or(""), std::move(*name).value_or("")};
}

// Upstream demands names only where it is going to store something under them.
std::optional<RpcAnswer> refuse_blank_names(const registry::ServiceKey& service) {
  if (is_blank(service.name)) return thrown(500, "Param 'serviceName' is illegal, serviceName is blank");
  if (is_blank(service.group)) return thrown(500, "Param 'groupName' is illegal, groupName is blank");
  return std::nullopt;
}

RpcAnswer not_a_naming_client(const Connection& connection) {
  return thrown(-401, "errCode: -401, errMsg: Client [" + connection.id() +
                          "] connection already disconnect, can't register ephemeral instance. ");
}

// Why an instance was not registered, but for the end of its connection.
RpcAnswer not_registered(const Error& error) {
  if (error.code == Errc::kInvalidArgument) return thrown(400, kContradictoryTimes);
  if (error.code == Errc::kConflict) return thrown(400, "errCode: 400, errMsg: " + error.message + " ");
  return thrown(http_status(error.code), error.message);
}

RpcAnswer succeeded_with_type(std::string_view type) {
  return succeeded([type](json::Writer& out) { out.member("type", type); });
}

}  // namespace

NamingRpcs::NamingRpcs(Runtime& runtime, domain::DiscoveryService& services, NamingHub& hub,
                       Connections& connections, InstanceIds& ids)
    : runtime_(runtime), services_(services), hub_(hub), ids_(ids) {
  connections.on_gone([this](const ConnectionPtr& connection) { connection_gone(connection->serial); });
}

std::vector<Rpc> NamingRpcs::rows() {
  std::vector<Rpc> rows;
  rows.push_back(on_loop({.request = "InstanceRequest",
                          .response = "InstanceResponse",
                          .failure_members = {},
                          .summary = "Registers an ephemeral instance of this connection, or takes it out",
                          .check = check_one,
                          .permission = "naming:w",
                          .resources = naming_resources},
                         *this, &NamingRpcs::decode_instance, &NamingRpcs::instance));
  rows.push_back(on_loop({.request = "BatchInstanceRequest",
                          .response = "BatchInstanceResponse",
                          .failure_members = {},
                          .summary = "Replaces all instances of this connection in a service",
                          .check = check_each,
                          .permission = "naming:w",
                          .resources = naming_resources},
                         *this, &NamingRpcs::decode_batch, &NamingRpcs::batch));
  rows.push_back(
      on_loop({.request = "PersistentInstanceRequest",
               .response = "InstanceResponse",
               .failure_members = {},
               .summary = "Registers an instance that stays until it is taken out, or takes it out",
               .check = check_one,
               .permission = "naming:w",
               .resources = naming_resources},
              *this, &NamingRpcs::decode_instance, &NamingRpcs::persistent));
  rows.push_back(on_io_thread({.request = "ServiceQueryRequest",
                               .response = "QueryServiceResponse",
                               .failure_members = {},
                               .summary = "The instances of a service",
                               .check = check_query,
                               .permission = "naming:r",
                               .resources = naming_resources},
                              *this, &NamingRpcs::query));
  rows.push_back(on_loop({.request = "ServiceListRequest",
                          .response = "ServiceListResponse",
                          .failure_members = R"("count":0)",
                          .summary = "The services of a group, in pages",
                          .check = check_names,
                          .permission = "naming:r",
                          .resources = group_resources},
                         *this, &NamingRpcs::decode_list, &NamingRpcs::list));
  rows.push_back(on_loop({.request = "SubscribeServiceRequest",
                          .response = "SubscribeServiceResponse",
                          .failure_members = {},
                          .summary = "Starts or ends pushes of a service's instances to this connection",
                          .check = check_subscribe,
                          .permission = "naming:r",
                          .resources = naming_resources},
                         *this, &NamingRpcs::decode_subscribe, &NamingRpcs::subscribe));
  return rows;
}

Result<NamingRpcs::InstanceRequest> NamingRpcs::decode_instance(const RpcCall& call) {
  auto service = read_service(call.body);
  if (!service) return tl::unexpected(std::move(service.error()));
  auto type = text_member(call.body, "type");
  if (!type) return tl::unexpected(std::move(type.error()));
  InstanceRequest request{std::move(*service), std::move(*type), std::nullopt, std::string(call.principal)};
  const json::Value json = call.body["instance"];
  if (!json.present() || json.is_null()) return request;
  auto sent = read_instance(json);
  if (!sent) return tl::unexpected(std::move(sent.error()));
  request.instances.emplace().push_back(std::move(*sent));
  return request;
}

Result<NamingRpcs::InstanceRequest> NamingRpcs::decode_batch(const RpcCall& call) {
  auto service = read_service(call.body);
  if (!service) return tl::unexpected(std::move(service.error()));
  auto type = text_member(call.body, "type");
  if (!type) return tl::unexpected(std::move(type.error()));
  InstanceRequest request{std::move(*service), std::move(*type), std::nullopt, std::string(call.principal)};
  const json::Value list = call.body["instances"];
  if (!list.present() || list.is_null()) return request;
  if (!list.is_array()) return fail(Errc::kInvalidArgument, "instances is no list");
  request.instances.emplace();
  Status status;
  list.each([&](json::Value json) {
    if (!status) return;
    auto sent = read_instance(json);
    if (sent) {
      request.instances->push_back(std::move(*sent));
    } else {
      status = tl::unexpected(std::move(sent.error()));
    }
  });
  if (!status) return tl::unexpected(std::move(status.error()));
  return request;
}

Task<RpcAnswer> NamingRpcs::instance(ConnectionPtr connection, InstanceRequest request) {
  if (auto refusal = refuse_blank_names(request.service)) co_return std::move(*refusal);
  if (!request.instances) co_return thrown(400, "Instance can not be null.");
  if (!request.type) co_return thrown(500, kNullType);
  if (request.type == kDeregister) {
    request.instances->clear();  // whatever this connection has there, without a look at the address
  } else if (request.type != kRegister) {
    co_return thrown(400, "Unsupported request type " + *request.type);
  }
  co_return co_await publish(std::move(connection), std::move(request));
}

// Whose connection it is does not matter: the instance's client is its address.
Task<RpcAnswer> NamingRpcs::persistent(ConnectionPtr, InstanceRequest request) {
  if (auto refusal = refuse_blank_names(request.service)) co_return std::move(*refusal);
  if (!request.instances) co_return thrown(400, "Instance can not be null.");
  if (!request.type) co_return thrown(500, kNullType);
  SentInstance& sent = request.instances->front();
  cluster::Context context;
  context.deadline = runtime_.now() + kWriteTimeout;
  context.principal = std::move(request.principal);
  Status done;
  if (request.type == kRegister) {
    registry::Instance instance = ids_.named(std::move(sent), request.service);
    done = co_await services_.register_persistent(std::move(context), std::move(request.service),
                                                  std::move(instance));
  } else if (request.type == kDeregister) {
    done = co_await services_.withdraw_persistent(std::move(context), std::move(request.service),
                                                  sent.instance.ip, sent.instance.port);
  } else {
    co_return thrown(400, "Unsupported request type " + *request.type);
  }
  if (!done) co_return not_registered(done.error());
  co_return succeeded_with_type(*request.type);
}

Task<RpcAnswer> NamingRpcs::batch(ConnectionPtr connection, InstanceRequest request) {
  if (auto refusal = refuse_blank_names(request.service)) co_return std::move(*refusal);
  if (!request.instances) co_return thrown(500, kNullList);
  if (!request.type) co_return thrown(500, kNullType);
  if (request.type != kBatchRegister) co_return thrown(400, "Unsupported request type " + *request.type);
  co_return co_await publish(std::move(connection), std::move(request));
}

Task<RpcAnswer> NamingRpcs::publish(ConnectionPtr connection, InstanceRequest request) {
  if (!is_naming_client(*connection)) co_return not_a_naming_client(*connection);
  std::vector<registry::Instance> instances;
  instances.reserve(request.instances->size());
  for (SentInstance& sent : *request.instances)
    instances.push_back(ids_.named(std::move(sent), request.service));
  const registry::Owner owner = owner_of(*connection);
  const Status done = co_await services_.publish(owner, std::move(request.service), std::move(instances));
  if (done) co_return succeeded_with_type(*request.type);
  if (done.error().code == Errc::kUnavailable) co_return not_a_naming_client(*connection);
  co_return not_registered(done.error());
}

Result<RpcAnswer> NamingRpcs::query(const RpcCall& call) const {
  auto service = read_service(call.body);
  if (!service) return tl::unexpected(std::move(service.error()));
  auto clusters = text_member(call.body, "cluster");
  if (!clusters) return tl::unexpected(std::move(clusters.error()));
  const std::string names = std::move(*clusters).value_or("");
  const domain::Selection selection{names, call.body["healthyOnly"].as_bool().value_or(false)};
  const domain::SnapshotPtr snapshot = services_.snapshot(*service);
  return succeeded([&](json::Writer& out) {
    out.key("serviceInfo")
        .raw(service_info(*service, snapshot, selection, services_.time(), Destination::kGrpc,
                          services_.switches().push_cache()));
  });
}

Result<NamingRpcs::ListRequest> NamingRpcs::decode_list(const RpcCall& call) {
  auto service = read_service(call.body);
  if (!service) return tl::unexpected(std::move(service.error()));
  return ListRequest{std::move(service->space), std::move(service->group),
                     call.body["pageNo"].as_int().value_or(0), call.body["pageSize"].as_int().value_or(0)};
}

Task<RpcAnswer> NamingRpcs::list(ConnectionPtr, ListRequest request) {
  const auto page = services_.services(request.space, request.group, request.page_no, request.page_size);
  co_return succeeded([&page](json::Writer& out) {
    out.member("count", static_cast<std::int64_t>(page.count)).key("serviceNames").begin_array();
    for (const std::string& name : page.names) out.string(name);
    out.end_array();
  });
}

Result<NamingRpcs::SubscribeRequest> NamingRpcs::decode_subscribe(const RpcCall& call) {
  auto service = read_service(call.body);
  if (!service) return tl::unexpected(std::move(service.error()));
  auto clusters = text_member(call.body, "clusters");
  if (!clusters) return tl::unexpected(std::move(clusters.error()));
  return SubscribeRequest{std::move(*service), std::move(*clusters).value_or(""),
                          call.body["subscribe"].as_bool().value_or(false)};
}

Task<RpcAnswer> NamingRpcs::subscribe(ConnectionPtr connection, SubscribeRequest request) {
  if (auto refusal = refuse_blank_names(request.service)) co_return std::move(*refusal);
  if (!is_naming_client(*connection)) co_return not_a_naming_client(*connection);
  if (request.subscribe) {
    if (!hub_.subscribe(connection, request.service, request.clusters))
      co_return thrown(500, "this connection subscribes to too many services or clusters");
  } else {
    hub_.unsubscribe(*connection, request.service);
  }
  const domain::SnapshotPtr snapshot = services_.snapshot(request.service);
  const domain::Selection selection{.clusters = request.clusters};
  co_return succeeded([&](json::Writer& out) {
    out.member("message", "success")
        .key("serviceInfo")
        .raw(service_info(request.service, snapshot, selection, services_.time(), Destination::kGrpc,
                          services_.switches().push_cache()));
  });
}

registry::Owner NamingRpcs::owner_of(const Connection& connection) {
  const auto [it, is_new] = owners_.try_emplace(connection.serial);
  if (is_new) it->second = services_.connect(connection.id());
  return it->second;
}

void NamingRpcs::connection_gone(std::uint64_t serial) {
  const auto it = owners_.find(serial);
  if (it == owners_.end()) return;
  services_.disconnect(it->second);
  owners_.erase(it);
}

}  // namespace batata::nacos
