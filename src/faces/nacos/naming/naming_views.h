#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "domain/discovery/naming_switches.h"
#include "domain/discovery/service_snapshot.h"
#include "faces/nacos/common/family.h"
#include "faces/nacos/naming/subscriber.h"

namespace batata::nacos {

// What operators see of services, in upstream's members and order. Pure; any thread.

void write_metadata(json::Writer& out, const domain::Metadata& metadata);
/// {"type": "TCP"}; members of other types are there for theirs only.
void write_checker(json::Writer& out, const domain::HealthCheck& check);
/// {"TCP": {…}, "HTTP": {…}, "MYSQL": {…}, "NONE": {…}} with the defaults of each, without `type`.
[[nodiscard]] std::string checkers_json();
/// v2 and v3 say `type` twice, the name of upstream's class first, because its own clients read that one.
void write_selector(json::Writer& out, const domain::ServiceSelector& selector, Family family);

/// v1's answer about a service: names, what is set for it, its clusters.
void write_service_v1(json::Writer& out, const domain::ServiceSnapshot& snapshot);
/// v1's answer of the catalog about a service.
void write_catalog_service(json::Writer& out, const domain::ServiceSnapshot& snapshot);
/// The same for v2 and v3, clusters by name and without their instances.
void write_service_detail(json::Writer& out, const domain::ServiceSnapshot& snapshot, Family family);
/// A service in a list with its instances, for v1 and v3.
void write_service_with_hosts(json::Writer& out, const domain::ServiceSnapshot& snapshot, Family family);
/// A service in a list: counts of clusters, instances and healthy ones, and whether protection is reached.
void write_service_counts(json::Writer& out, const domain::ServiceSnapshot& snapshot);

/// A subscriber in v1's list, in v3's.
void write_subscriber(json::Writer& out, const Subscriber& subscriber, Family family);

/// All switches; the two generations name the versions of clients differently.
[[nodiscard]] std::string switches_json(const domain::Switches& switches, Family family);

/// {"totalCount", "pageNumber", "pagesAvailable", "pageItems": [ … ; the caller writes the items and `]}`.
/// Pages are counted as upstream does: one more than full ones, none when there is nothing.
void begin_page(json::Writer& out, std::size_t total, std::int64_t number, std::int64_t size);
void end_page(json::Writer& out);

}  // namespace batata::nacos
