#pragma once
#include <string>
#include <vector>

#include "async/task.h"
#include "cluster/context.h"
#include "faces/nacos/naming/naming_forms.h"
#include "faces/nacos/naming/naming_instance.h"
#include "faces/nacos/naming/naming_room.h"
#include "wire/http.h"

namespace batata::nacos {

// What the generations of the API do alike once they have read their parameters. Loop only.

/// Registers an instance, ephemeral or persistent as it says.
[[nodiscard]] Task<wire::Response> register_instance(const NamingRoom& room, cluster::Context context,
                                                     registry::ServiceKey service, SentInstance sent,
                                                     Family family);
/// Takes out what the address has in the service: its ephemeral instance, or its persistent one.
[[nodiscard]] Task<wire::Response> deregister_instance(const NamingRoom& room, cluster::Context context,
                                                       registry::ServiceKey service, Address address,
                                                       bool ephemeral, Family family);
/// Sets weight, whether it is enabled and metadata on an instance.
[[nodiscard]] Task<wire::Response> update_instance(const NamingRoom& room, cluster::Context context,
                                                   registry::ServiceKey service, SentInstance sent,
                                                   Family family);
[[nodiscard]] Task<wire::Response> patch_instance(const NamingRoom& room, cluster::Context context,
                                                  registry::ServiceKey service, domain::InstanceRef ref,
                                                  domain::OverridePatch patch, Family family);
/// Adds `metadata` to the instances that `instances` (JSON) names, or removes its keys from them.
[[nodiscard]] Task<wire::Response> change_metadata(const NamingRoom& room, cluster::Context context,
                                                   registry::ServiceKey service, std::string instances,
                                                   Metadata metadata, bool add, Family family);

/// Subscribes whoever asks to pushes over UDP, at the port that it names. Any thread.
void subscribe_over_udp(const NamingRoom& room, const wire::Request& request,
                        const registry::ServiceKey& service, std::int32_t port, std::string_view clusters);
/// {"ips": ["ip:port_true", …]} of a key "namespace##group@@name" or "group@@name".
[[nodiscard]] wire::Response statuses(const NamingRoom& room, std::string_view key);

}  // namespace batata::nacos
