#include "raft/configuration.h"

#include <algorithm>
#include <set>

#include "base/bytes.h"

namespace batata::raft {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::uint64_t kServersMax = 1'000;

bool read_server(ByteReader& in, Server& server) {
  server.id = NodeId{in.u64()};
  const auto end = in.rest().find('\0');
  if (!in.ok() || end == std::string_view::npos) return false;
  server.address = in.bytes(end);
  (void)in.u8();
  const std::uint8_t role = in.u8();
  server.role = static_cast<Role>(role);
  return in.ok() && server.id.value != 0 && role <= static_cast<std::uint8_t>(Role::kSpare);
}

}  // namespace

bool Configuration::is_lone_voter(NodeId id) const {
  bool found = false;
  for (const Server& server : servers) {
    if (server.role != Role::kVoter) continue;
    if (server.id != id) return false;
    found = true;
  }
  return found;
}

bool is_one_step(const Configuration& from, const Configuration& to) {
  const auto votes = [](const Server& server) { return server.role == Role::kVoter; };
  if (std::ranges::none_of(to.servers, votes)) return false;
  const auto [before, after] = std::ranges::mismatch(from.servers, to.servers);
  const auto same_behind = [&](std::ptrdiff_t skipped_before, std::ptrdiff_t skipped_after) {
    return from.servers.end() - before >= skipped_before && to.servers.end() - after >= skipped_after &&
           std::ranges::equal(before + skipped_before, from.servers.end(), after + skipped_after,
                              to.servers.end());
  };
  if (same_behind(0, 1) || same_behind(1, 0)) return true;
  return same_behind(1, 1) && before->id == after->id && before->address == after->address;
}

std::string encode(const Configuration& configuration) {
  std::string out;
  ByteWriter writer(out);
  writer.u8(kFormat);
  writer.u64(configuration.servers.size());
  for (const Server& server : configuration.servers) {
    writer.u64(server.id.value);
    out.append(server.address);
    writer.u8(0);
    writer.u8(static_cast<std::uint8_t>(server.role));
  }
  out.resize((out.size() + 7) / 8 * 8, '\0');
  return out;
}

Result<Configuration> decode_configuration(std::string_view bytes) {
  const auto damaged = [] { return fail(Errc::kDamaged, "a membership entry holds no configuration"); };
  ByteReader in(bytes);
  if (in.u8() != kFormat) return damaged();
  const std::uint64_t count = in.u64();
  if (!in.ok() || count > kServersMax) return damaged();
  Configuration configuration;
  std::set<NodeId> ids;
  std::set<std::string> addresses;
  for (std::uint64_t i = 0; i < count; ++i) {
    Server server;
    if (!read_server(in, server)) return damaged();
    if (!ids.insert(server.id).second || !addresses.insert(server.address).second) return damaged();
    configuration.servers.push_back(std::move(server));
  }
  return configuration;
}

}  // namespace batata::raft
