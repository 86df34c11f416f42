// Any text is metadata or is refused, and any JSON is an instance or is refused; what is accepted is written
// as JSON that can be read again.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/assert.h"
#include "base/json.h"
#include "domain/discovery/service_snapshot.h"
#include "faces/nacos/naming/naming_instance.h"
#include "faces/nacos/naming/naming_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto snapshot = std::make_shared<domain::ServiceSnapshot>();
  snapshot->key = {"public", "g", "s"};
  registry::Instance instance;
  if (auto metadata = nacos::parse_metadata(text)) instance.metadata = std::move(*metadata);
  instance.id = "m";
  snapshot->instances.push_back(std::make_shared<const registry::Instance>(instance));
  std::size_t seen = 1;
  if (const auto json = json::parse(text); json && json->is_object()) {
    (void)nacos::check_instance(*json);
    if (auto sent = nacos::read_instance(*json)) {
      if (sent->instance.enabled) ++seen;
      snapshot->instances.push_back(std::make_shared<const registry::Instance>(std::move(sent->instance)));
    }
  }
  const std::string info = nacos::service_info(snapshot->key, snapshot, {}, WallTime{0},
                                               nacos::Destination::kGrpc, std::chrono::milliseconds(10'000));
  const auto again = json::parse(info);
  BATATA_ASSERT(again.has_value());
  std::size_t hosts = 0;
  (*again)["hosts"].each([&hosts](json::Value) { ++hosts; });
  BATATA_ASSERT(hosts == seen);
  return 0;
}
