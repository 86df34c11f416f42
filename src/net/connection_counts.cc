#include "net/connection_counts.h"

#include <netinet/in.h>

#include <bit>
#include <cstring>

namespace batata::net {

ClientKey client_key(const sockaddr_storage& peer) {
  ClientKey key;
  if (peer.ss_family == AF_INET) {
    key.host = reinterpret_cast<const sockaddr_in&>(peer).sin_addr.s_addr;
  } else if (peer.ss_family == AF_INET6) {
    const in6_addr& address = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
      std::uint32_t v4 = 0;
      std::memcpy(&v4, address.s6_addr + 12, sizeof v4);
      key.host = v4;  // the same client as one that comes over IPv4
    } else {
      std::memcpy(&key.network, address.s6_addr, sizeof key.network);
    }
  }
  return key;
}

std::size_t ConnectionCounts::Hash::operator()(const ClientKey& key) const noexcept {
  // Clients choose their addresses within what their networks give them: the bits are mixed (MurmurHash3's
  // finalizer).
  std::uint64_t h = key.network ^ std::rotl(key.host, 32) ^ key.host;
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdULL;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return h ^ (h >> 33);
}

std::optional<Limit> ConnectionCounts::enter(const ClientKey& client) {
  if (total_.fetch_add(1, std::memory_order_relaxed) >= most_ && most_ != 0) {
    total_.fetch_sub(1, std::memory_order_relaxed);
    return Limit::kConnections;
  }
  if (most_per_client_ == 0) return std::nullopt;
  Shard& shard = shard_of(client);
  const std::lock_guard lock(shard.mutex);
  std::size_t& count = shard.counts[client];
  if (count >= most_per_client_) {
    total_.fetch_sub(1, std::memory_order_relaxed);
    return Limit::kConnectionsPerAddress;
  }
  ++count;
  return std::nullopt;
}

void ConnectionCounts::leave(const ClientKey& client) {
  total_.fetch_sub(1, std::memory_order_relaxed);
  if (most_per_client_ == 0) return;
  Shard& shard = shard_of(client);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.counts.find(client);
  if (it != shard.counts.end() && --it->second == 0) shard.counts.erase(it);
}

bool ConnectionCounts::enter_refusal() {
  if (refusals_.fetch_add(1, std::memory_order_relaxed) < kRefusalsMax) return true;
  refusals_.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

}  // namespace batata::net
