#include <utility>

#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/naming/naming_forms.h"
#include "faces/nacos/naming/naming_http.h"
#include "faces/nacos/naming/naming_writes.h"

namespace batata::nacos {
namespace {

// What a PATCH sets; `healthy` is read by upstream, and then forgotten.
Read<domain::OverridePatch> patch_of_v1(const wire::Request& request, Metadata metadata) {
  domain::OverridePatch patch;
  if (!is_blank(text_of_v1(request, "metadata"))) patch.metadata = std::move(metadata);
  if (const std::string weight = text_of_v1(request, "weight"); !is_blank(weight)) {
    const auto value = parse_double(weight);
    if (!value) return tl::unexpected(not_a_number_v1(weight));
    if (!is_weight(*value)) return tl::unexpected(answer(400, kText, std::string(kWeightRange)));
    patch.weight = value;
  }
  if (!is_blank(text_of_v1(request, "enabled"))) patch.enabled = flag_of_v1(request, "enabled", true);
  return patch;
}

struct MetadataChange {
  registry::ServiceKey service;
  std::string instances;
  Metadata metadata;
};
Read<MetadataChange> metadata_change_of_v1(const wire::Request& request, const NamingRoom& room) {
  auto metadata = enter(request, Family::kV1, room);
  if (!metadata) return tl::unexpected(std::move(metadata.error()));
  auto service = service_of_v1(request, room.runtime.wall_now());
  if (!service) return tl::unexpected(std::move(service.error()));
  if (is_blank(text_of_v1(request, "metadata"))) return tl::unexpected(required_v1("metadata"));
  return MetadataChange{std::move(*service), text_of_v1(request, "instances"), std::move(*metadata)};
}

}  // namespace

Task<wire::Response> NamingHttp::update_v1(wire::Request request, cluster::Context context) {
  auto metadata = enter(request, Family::kV1, room_);
  if (!metadata) co_return std::move(metadata.error());
  auto service = service_of_v1(request, now());
  if (!service) co_return std::move(service.error());
  auto sent = instance_of_v1(request, std::move(*metadata), default_ephemeral(room_));
  if (!sent) co_return std::move(sent.error());
  co_return co_await update_instance(room_, std::move(context), std::move(*service), std::move(*sent),
                                     Family::kV1);
}

Task<wire::Response> NamingHttp::patch_v1(wire::Request request, cluster::Context context) {
  auto metadata = enter(request, Family::kV1, room_);
  if (!metadata) co_return std::move(metadata.error());
  auto service = service_of_v1(request, now());
  if (!service) co_return std::move(service.error());
  auto address = address_of_v1(request);
  if (!address) co_return std::move(address.error());
  auto patch = patch_of_v1(request, std::move(*metadata));
  if (!patch) co_return std::move(patch.error());
  domain::InstanceRef ref{std::move(address->ip), address->port, cluster_of_v1(request)};
  co_return co_await patch_instance(room_, std::move(context), std::move(*service), std::move(ref),
                                    std::move(*patch), Family::kV1);
}

Task<wire::Response> NamingHttp::add_metadata_v1(wire::Request request, cluster::Context context) {
  auto change = metadata_change_of_v1(request, room_);
  if (!change) co_return std::move(change.error());
  co_return co_await change_metadata(room_, std::move(context), std::move(change->service),
                                     std::move(change->instances), std::move(change->metadata), true,
                                     Family::kV1);
}

Task<wire::Response> NamingHttp::remove_metadata_v1(wire::Request request, cluster::Context context) {
  auto change = metadata_change_of_v1(request, room_);
  if (!change) co_return std::move(change.error());
  co_return co_await change_metadata(room_, std::move(context), std::move(change->service),
                                     std::move(change->instances), std::move(change->metadata), false,
                                     Family::kV1);
}

}  // namespace batata::nacos
