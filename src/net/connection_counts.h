#pragma once
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "net/meters.h"

namespace batata::net {

/// By what a client's connections are counted together: an IPv4 address, or the /64 of an IPv6 one, as
/// whoever has one address of such a network has all of them. Plain data.
struct ClientKey {
  std::uint64_t network = 0, host = 0;
  bool operator==(const ClientKey&) const = default;
};
[[nodiscard]] ClientKey client_key(const sockaddr_storage& peer);

/// How many connections there are, in all and of each client, and how many there may be. Any thread; asked
/// only when a connection begins or ends.
class ConnectionCounts {
 public:
  /// 0: any number.
  explicit ConnectionCounts(std::size_t most = 0, std::size_t most_per_client = 0)
      : most_(most), most_per_client_(most_per_client) {}
  ConnectionCounts(const ConnectionCounts&) = delete;
  ConnectionCounts& operator=(const ConnectionCounts&) = delete;

  /// Counts a connection in; or says which limit it would exceed, and counts nothing.
  [[nodiscard]] std::optional<Limit> enter(const ClientKey& client);
  /// Counts out one that was counted in.
  void leave(const ClientKey& client);
  [[nodiscard]] std::size_t total() const { return total_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t most() const { return most_; }
  [[nodiscard]] std::size_t most_per_client() const { return most_per_client_; }

  /// Connections above a limit that may be told so at a time: they cost a descriptor each until they have
  /// heard it. Others are closed without a word.
  static constexpr std::size_t kRefusalsMax = 64;
  [[nodiscard]] bool enter_refusal();
  void leave_refusal() { refusals_.fetch_sub(1, std::memory_order_relaxed); }

 private:
  struct Hash {
    std::size_t operator()(const ClientKey& key) const noexcept;
  };
  struct Shard {  // so that threads that accept at the same time seldom wait for each other
    std::mutex mutex;
    std::unordered_map<ClientKey, std::size_t, Hash> counts;  // guarded by mutex; those above 0
  };
  Shard& shard_of(const ClientKey& client) { return shards_.at(Hash{}(client) % shards_.size()); }

  const std::size_t most_, most_per_client_;
  std::atomic<std::size_t> total_ = 0, refusals_ = 0;
  std::array<Shard, 16> shards_;
};

}  // namespace batata::net
