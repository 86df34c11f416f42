#include "domain/discovery/discovery_keys.h"

#include <charconv>
#include <utility>

#include "store/key_parts.h"

namespace batata::domain {
namespace {

constexpr std::string_view kService = "service/", kInstance = "instance/", kOverride = "instance-override/";

std::string key_of(std::string_view prefix, const registry::ServiceKey& service) {
  std::string key(prefix);
  store::append_part(key, service.space);
  key.push_back(store::kPartSeparator);
  store::append_part(key, service.group);
  key.push_back(store::kPartSeparator);
  store::append_part(key, service.name);
  return key;
}

std::string key_of(std::string_view prefix, const registry::ServiceKey& service, std::string_view last) {
  std::string key = key_of(prefix, service);
  key.push_back(store::kPartSeparator);
  store::append_part(key, last);
  return key;
}

// The port of "ip:port"; nothing for text that `address_of` does not make.
std::optional<std::uint16_t> port_of(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (std::to_string(port) != digits) return std::nullopt;
  return port;
}

// "ip:port:cluster". An address may have colons itself, so it is split at the last two; clusters' names are
// checked by every door to have none.
std::optional<InstanceRef> ref_of_text(std::string_view text) {
  const std::size_t last = text.rfind(':');
  if (last == text.npos || last == 0) return std::nullopt;
  const std::size_t before = text.rfind(':', last - 1);
  if (before == text.npos) return std::nullopt;
  const auto port = port_of(text.substr(before + 1, last - before - 1));
  if (!port) return std::nullopt;
  return InstanceRef{std::string(text.substr(0, before)), *port, std::string(text.substr(last + 1))};
}

}  // namespace

std::string service_meta_key(const registry::ServiceKey& service) {
  return key_of(kService, service);
}

std::string instance_key(const registry::ServiceKey& service, std::string_view address) {
  return key_of(kInstance, service, address);
}

std::string override_key(const registry::ServiceKey& service, const InstanceRef& ref) {
  return key_of(kOverride, service, address_of(ref.ip, ref.port) + ":" + ref.cluster);
}

std::optional<DiscoveryKey> discovery_key(std::string_view key) {
  DiscoveryKey read;
  if (key == kSwitchesKey) return read;
  std::size_t count = 4;
  if (key.starts_with(kService)) {
    read.kind = DiscoveryKey::Kind::kServiceMeta;
    key.remove_prefix(kService.size());
    count = 3;
  } else if (key.starts_with(kInstance)) {
    read.kind = DiscoveryKey::Kind::kInstance;
    key.remove_prefix(kInstance.size());
  } else if (key.starts_with(kOverride)) {
    read.kind = DiscoveryKey::Kind::kOverride;
    key.remove_prefix(kOverride.size());
  } else {
    return std::nullopt;
  }
  auto parts = store::split_parts(key);
  if (!parts || parts->size() != count) return std::nullopt;
  read.service = {std::move((*parts)[0]), std::move((*parts)[1]), std::move((*parts)[2])};
  if (read.kind == DiscoveryKey::Kind::kInstance) read.address = std::move((*parts)[3]);
  if (read.kind == DiscoveryKey::Kind::kOverride) {
    auto ref = ref_of_text((*parts)[3]);
    if (!ref) return std::nullopt;
    read.ref = std::move(*ref);
  }
  return read;
}

std::vector<store::KeyRange> discovery_ranges() {
  return {store::KeyRange::prefix(kService), store::KeyRange::prefix(kInstance),
          store::KeyRange::prefix(kOverride), store::KeyRange::one(kSwitchesKey)};
}

std::string address_of(std::string_view ip, std::uint16_t port) {
  std::string address(ip);
  address += ':';
  address += std::to_string(port);
  return address;
}

}  // namespace batata::domain
