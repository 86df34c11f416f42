#include <algorithm>
#include <utility>

#include "base/json.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/naming/naming_admin_http.h"
#include "faces/nacos/naming/naming_replies.h"

namespace batata::nacos {
namespace {

Read<ServiceForm> checked_form(const wire::Request& request, const NamingRoom& room) {
  auto metadata = enter(request, Family::kV3, room);
  if (!metadata) return tl::unexpected(std::move(metadata.error()));
  return service_form(request, Family::kV3, std::move(*metadata));
}

Read<registry::ServiceKey> asked_service(const wire::Request& request, const NamingRoom& room) {
  if (auto entered = enter(request, Family::kV3, room); !entered)
    return tl::unexpected(std::move(entered.error()));
  return service_of_v3(request);
}

// How upstream prints a service that it made up to look for one.
wire::Response console_knows_no(const registry::ServiceKey& service) {
  return failed_result(404, {21'008, "service not exist"},
                       "service Service{namespace='" + service.space + "', group='" + service.group +
                           "', name='" + service.name + "', ephemeral=true, revision=0} is not exist.");
}

}  // namespace

Task<wire::Response> NamingAdminHttp::create_service(wire::Request request, cluster::Context context) {
  auto form = checked_form(request, room_);
  if (!form) co_return std::move(form.error());
  const Status status = co_await room_.services.create_service(std::move(context), std::move(form->service),
                                                               std::move(form->meta));
  co_return status ? done(Family::kV3) : service_failed(status.error(), Family::kV3);
}

Task<wire::Response> NamingAdminHttp::update_service(wire::Request request, cluster::Context context) {
  auto form = checked_form(request, room_);
  if (!form) co_return std::move(form.error());
  const Status status = co_await room_.services.update_service(std::move(context), std::move(form->service),
                                                               std::move(form->meta));
  co_return status ? done(Family::kV3) : service_failed(status.error(), Family::kV3);
}

Task<wire::Response> NamingAdminHttp::console_update_service(wire::Request request,
                                                             cluster::Context context) {
  auto form = checked_form(request, room_);
  if (!form) co_return std::move(form.error());
  const Status status =
      co_await room_.services.update_service(std::move(context), form->service, std::move(form->meta));
  if (!status && status.error().code == Errc::kNotFound) co_return console_knows_no(form->service);
  co_return status ? done(Family::kV3) : service_failed(status.error(), Family::kV3);
}

Task<wire::Response> NamingAdminHttp::remove_service(wire::Request request, cluster::Context context) {
  auto service = asked_service(request, room_);
  if (!service) co_return std::move(service.error());
  const Status status = co_await room_.services.remove_service(std::move(context), std::move(*service));
  co_return status ? done(Family::kV3) : removal_failed(status.error(), Family::kV3);
}

wire::Response NamingAdminHttp::service(const wire::Request& request) const {
  const auto service = asked_service(request, room_);
  if (!service) return service.error();
  const domain::SnapshotPtr snapshot = room_.services.snapshot(*service);
  if (snapshot == nullptr) return unknown_service(*service, Family::kV3);
  std::string data;
  json::Writer out(data);
  write_service_detail(out, *snapshot, Family::kV3);
  return result(data);
}

wire::Response NamingAdminHttp::console_service(const wire::Request& request) const {
  const auto service = asked_service(request, room_);
  if (!service) return service.error();
  const domain::SnapshotPtr snapshot = room_.services.snapshot(*service);
  if (snapshot == nullptr) return no_service(*service, Family::kV3);
  std::string data;
  json::Writer out(data);
  write_service_detail(out, *snapshot, Family::kV3);
  return result(data);
}

Task<wire::Response> NamingAdminHttp::services(wire::Request request, cluster::Context) {
  if (auto entered = enter(request, Family::kV3, room_); !entered) co_return std::move(entered.error());
  const auto hide_empty = member_flag(request, "ignoreEmptyService", false);
  if (!hide_empty) co_return hide_empty.error();
  const auto with_instances = member_flag(request, "withInstances", false);
  if (!with_instances) co_return with_instances.error();
  const auto page = page_of_v3(request);
  if (!page) co_return page.error();
  const auto found = room_.services.find_services({.space = listed_group_v2(request).space,
                                                   .group = as_utf8(text_param(request, "groupNameParam")),
                                                   .name = as_utf8(text_param(request, "serviceNameParam")),
                                                   .hide_empty = *hide_empty && !*with_instances,
                                                   .page_no = page->number,
                                                   .page_size = page->size});
  std::string data;
  json::Writer out(data);
  begin_page(out, found.count, page->number, page->size);
  for (const domain::SnapshotPtr& snapshot : found.services)
    *with_instances ? write_service_with_hosts(out, *snapshot, Family::kV3)
                    : write_service_counts(out, *snapshot);
  end_page(out);
  co_return result(data);
}

Task<wire::Response> NamingAdminHttp::subscribers(wire::Request request, cluster::Context) {
  const auto service = asked_service(request, room_);
  if (!service) co_return service.error();
  const auto page = page_of_v3(request);
  if (!page) co_return page.error();
  // One node knows all subscribers, aggregated or not; a word that is no boolean is refused all the same.
  if (const auto aggregation = member_flag(request, "aggregation", true); !aggregation)
    co_return aggregation.error();
  const auto all = subscribers_of(room_, [&](const registry::ServiceKey& one) {
    return one.space == service->space && one.name.find(service->name) != one.name.npos &&
           one.group.find(service->group) != one.group.npos;
  });
  const Slice slice = slice_of(all.size(), page->number, page->size);
  std::string data;
  json::Writer out(data);
  begin_page(out, all.size(), page->number, page->size);
  for (std::size_t i = slice.from; i < slice.to; ++i) write_subscriber(out, all[i], Family::kV3);
  end_page(out);
  co_return result(data);
}

wire::Response NamingAdminHttp::selector_types(const wire::Request&) const {
  return result(R"(["label","none"])");
}

Task<wire::Response> NamingAdminHttp::update_cluster(wire::Request request, cluster::Context context) {
  auto metadata = enter(request, Family::kV3, room_);
  if (!metadata) co_return std::move(metadata.error());
  auto form = cluster_form(request, std::move(*metadata));
  if (!form) co_return std::move(form.error());
  const Status status = co_await room_.services.update_cluster(
      std::move(context), form->service, std::move(form->cluster), std::move(form->meta));
  co_return status ? done(Family::kV3) : cluster_failed(status.error(), form->service, Family::kV3);
}

}  // namespace batata::nacos
