#include "faces/nacos/naming/naming_beat.h"

#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "domain/discovery/beat_times.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/naming/naming_replies.h"
#include "faces/nacos/naming/naming_writes.h"

namespace batata::nacos {
namespace {

constexpr int kBeatOk = 10'200, kBeatUnknown = 20'404;  // upstream's NamingResponseCode
constexpr std::string_view kInterval = "preserved.heart.beat.interval";

wire::Response beat_answer(const NamingRoom& room, int code, std::chrono::milliseconds interval) {
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .member("clientBeatInterval", std::int64_t{interval.count()})
      .member("code", code)
      .member("lightBeatEnabled", room.services.switches().light_beat_enabled())
      .end_object();
  return answer(200, kJson, std::move(body));
}

// The instance that a full beat describes, checked; a refusal when it cannot be read.
Read<SentInstance> instance_of_beat(const wire::Request& request, WallTime now) {
  const auto unreadable = [&] {
    return tl::unexpected(
        framework_error(request, now, 400,
                        "Server failed, caused: errCode: 101, errMsg: Nacos deserialize for class "
                        "[com.alibaba.nacos.naming.healthcheck.RsInfo] failed. ;"));
  };
  const std::string text = text_of_v1(request, "beat");
  const auto json = json::parse(text);
  if (!json || !json->is_object()) return unreadable();
  if (const Refusal refusal = check_clusters((*json)["cluster"].as_string().value_or("")))
    return tl::unexpected(refused_parameter(*refusal, ""));
  if (const Refusal refusal = check_instance(*json)) return tl::unexpected(refused_parameter(*refusal, ""));
  auto sent = read_instance(*json);
  if (!sent) return unreadable();
  sent->instance.healthy = true;
  sent->instance.enabled = true;
  sent->instance.id.clear();
  sent->instance.cluster = or_default((*json)["cluster"].as_text().value_or(""), kDefaultCluster);
  sent->cluster_in_id = sent->instance.cluster;
  return std::move(*sent);
}

// How often the client is to beat: as its instance says, whoever has set that, or as the switch does.
std::chrono::milliseconds interval_of(const NamingRoom& room, const registry::ServiceKey& service,
                                      const Address& address) {
  if (const domain::SnapshotPtr snapshot = room.services.snapshot(service)) {
    for (const auto& instance : snapshot->instances) {
      if (instance->ip != address.ip || instance->port != address.port || !instance->ephemeral) continue;
      if (instance->metadata.contains(std::string(kInterval)))
        return domain::beat_times_of(instance->metadata).interval;
    }
  }
  return room.services.switches().beat_interval();
}

}  // namespace

Task<wire::Response> beat(const NamingRoom& room, wire::Request request, registry::ServiceKey service) {
  Address address{text_of_v1(request, "ip"), parse_port(text_of_v1(request, "port")).value_or(0)};
  std::optional<SentInstance> full;
  if (!is_blank(text_param(request, "beat"))) {
    auto sent = instance_of_beat(request, room.runtime.wall_now());
    if (!sent) co_return std::move(sent.error());
    address = {sent->instance.ip, sent->instance.port};
    full = std::move(*sent);
  }
  const bool known = co_await room.services.beat(service, address.ip, address.port);
  if (!known && !full) co_return beat_answer(room, kBeatUnknown, room.services.switches().beat_interval());
  if (!known) {
    registry::Instance instance = room.ids.named(std::move(*full), service);
    const Status status = co_await room.services.register_beating(service, std::move(instance));
    if (!status && status.error().code == Errc::kInvalidArgument)
      co_return answer(400, kText, std::string(kContradictoryTimes));
    if (!status) co_return register_failed(status.error(), Family::kV1);
  }
  co_return beat_answer(room, kBeatOk, interval_of(room, service, address));
}

}  // namespace batata::nacos
