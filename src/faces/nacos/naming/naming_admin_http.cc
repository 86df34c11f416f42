#include "faces/nacos/naming/naming_admin_http.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/naming/naming_json.h"
#include "faces/nacos/naming/naming_replies.h"
#include "faces/nacos/naming/naming_writes.h"

namespace batata::nacos {
namespace {

// The instances of one cluster; what upstream says when there is no such service or cluster.
struct Hosts {
  std::string service;  // "group@@name"
  std::vector<registry::InstancePtr> instances;
};
Read<Hosts> hosts_of(const wire::Request& request, const NamingRoom& room, bool may_leave_out) {
  if (auto entered = enter(request, Family::kV3, room, Checked::kList); !entered)
    return tl::unexpected(std::move(entered.error()));
  const auto service = service_of_v3(request);
  if (!service) return tl::unexpected(service.error());
  const auto healthy_only = member_flag(request, "healthyOnly", false);
  if (!healthy_only) return tl::unexpected(healthy_only.error());
  const domain::SnapshotPtr snapshot = room.services.snapshot(*service);
  if (snapshot == nullptr) return tl::unexpected(no_service(*service, Family::kV3));
  const std::string cluster = as_utf8(or_default(text_param(request, "clusterName"), kDefaultCluster));
  Hosts hosts{grouped_name(*service), {}};
  bool known = false;
  for (const auto& instance : snapshot->instances) {
    if (instance->cluster != cluster) continue;
    known = true;
    if (instance->healthy || !may_leave_out || !*healthy_only) hosts.instances.push_back(instance);
  }
  if (!known) return tl::unexpected(no_cluster(cluster, Family::kV3));
  return hosts;
}

}  // namespace

Task<wire::Response> NamingAdminHttp::register_one(wire::Request request, cluster::Context context) {
  auto form = instance_form(request, Family::kV3, room_);
  if (!form) co_return std::move(form.error());
  co_return co_await register_instance(room_, std::move(context), std::move(form->service),
                                       std::move(form->sent), Family::kV3);
}

Task<wire::Response> NamingAdminHttp::deregister(wire::Request request, cluster::Context context) {
  auto form = instance_form(request, Family::kV3, room_);
  if (!form) co_return std::move(form.error());
  const registry::Instance& instance = form->sent.instance;
  Address address{instance.ip, instance.port};
  co_return co_await deregister_instance(room_, std::move(context), std::move(form->service),
                                         std::move(address), instance.ephemeral, Family::kV3);
}

Task<wire::Response> NamingAdminHttp::update(wire::Request request, cluster::Context context) {
  auto form = instance_form(request, Family::kV3, room_);
  if (!form) co_return std::move(form.error());
  co_return co_await update_instance(room_, std::move(context), std::move(form->service),
                                     std::move(form->sent), Family::kV3);
}

// The form's defaults count as said: who leaves out weight and enabled sets them to 1 and true, as recorded.
Task<wire::Response> NamingAdminHttp::partial(wire::Request request, cluster::Context context) {
  auto form = instance_form(request, Family::kV3, room_);
  if (!form) co_return std::move(form.error());
  const registry::Instance& instance = form->sent.instance;
  domain::OverridePatch patch{instance.enabled, instance.weight, std::nullopt};
  if (!is_blank(text_param(request, "metadata"))) patch.metadata = instance.metadata;
  domain::InstanceRef ref = domain::ref_of(instance);
  co_return co_await patch_instance(room_, std::move(context), std::move(form->service), std::move(ref),
                                    std::move(patch), Family::kV3);
}

Task<wire::Response> NamingAdminHttp::add_metadata(wire::Request request, cluster::Context context) {
  auto form = metadata_form(request, Family::kV3, room_);
  if (!form) co_return std::move(form.error());
  co_return co_await change_metadata(room_, std::move(context), std::move(form->service),
                                     std::move(form->instances), std::move(form->metadata), true,
                                     Family::kV3);
}

Task<wire::Response> NamingAdminHttp::remove_metadata(wire::Request request, cluster::Context context) {
  auto form = metadata_form(request, Family::kV3, room_);
  if (!form) co_return std::move(form.error());
  co_return co_await change_metadata(room_, std::move(context), std::move(form->service),
                                     std::move(form->instances), std::move(form->metadata), false,
                                     Family::kV3);
}

wire::Response NamingAdminHttp::detail(const wire::Request& request) const {
  const auto form = instance_form(request, Family::kV3, room_);
  if (!form) return form.error();
  const auto found = room_.services.find(form->service, domain::ref_of(form->sent.instance));
  if (!found) return lookup_failed(found.error(), Family::kV3);
  std::string data;
  json::Writer out(data);
  write_instance(out, grouped_name(form->service), **found);
  return result(data);
}

wire::Response NamingAdminHttp::list(const wire::Request& request) const {
  const auto hosts = hosts_of(request, room_, true);
  if (!hosts) return hosts.error();
  std::string data;
  json::Writer out(data);
  out.begin_array();
  for (const auto& instance : hosts->instances) write_instance(out, hosts->service, *instance);
  out.end_array();
  return result(data);
}

// Also unhealthy ones, whatever healthyOnly says, as upstream.
wire::Response NamingAdminHttp::console_list(const wire::Request& request) const {
  const auto hosts = hosts_of(request, room_, false);
  if (!hosts) return hosts.error();
  const auto page = page_of_v3(request);
  if (!page) return page.error();
  const Slice slice = slice_of(hosts->instances.size(), page->number, page->size);
  std::string data;
  json::Writer out(data);
  begin_page(out, hosts->instances.size(), page->number, page->size);
  for (std::size_t i = slice.from; i < slice.to; ++i)
    write_instance(out, hosts->service, *hosts->instances[i]);
  end_page(out);
  return result(data);
}

Task<wire::Response> NamingAdminHttp::set_health(wire::Request request, cluster::Context context) {
  if (auto entered = enter(request, Family::kV3, room_); !entered) co_return std::move(entered.error());
  auto form = health_form(request, Family::kV3);
  if (!form) co_return std::move(form.error());
  const Status status = co_await room_.services.set_health(std::move(context), std::move(form->service),
                                                           std::move(form->ref), form->healthy);
  co_return status ? done(Family::kV3) : health_failed(status.error(), Family::kV3);
}

wire::Response NamingAdminHttp::checkers(const wire::Request&) const {
  return result(checkers_json());
}

}  // namespace batata::nacos
