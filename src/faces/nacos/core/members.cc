#include "faces/nacos/core/members.h"

#include <array>
#include <cctype>
#include <utility>

namespace batata::nacos {

Members::Members(Identity identity, WallTime since, std::function<bool()> ready,
                 std::function<RaftView()> raft)
    : identity_(std::move(identity)),
      address_(identity_.ip + ":" + std::to_string(identity_.http_port)),
      since_(since),
      ready_(std::move(ready)),
      raft_(std::move(raft)) {}

void Members::write_raft(json::Writer& out) const {
  out.begin_object().key("metaDataMap").begin_object();
  if (raft_ != nullptr) {
    const RaftView raft = raft_();
    out.key("batata").begin_object().key("leader");
    raft.leading ? out.string(address_) : out.null();
    out.key("raftGroupMember").begin_array().string(address_).end_array();
    out.member("term", static_cast<std::int64_t>(raft.term)).end_object();
  }
  out.end_object().end_object();
}

void Members::write_self(json::Writer& out) const {
  out.begin_object()
      .member("ip", identity_.ip)
      .member("port", static_cast<std::int64_t>(identity_.http_port));
  out.member("state", state()).key("extendInfo").begin_object();
  out.member("supportGrayModel", true).member("lastRefreshTime", since_.ms);
  out.member("version", identity_.version).key("raftMetaData");
  write_raft(out);
  out.member("raftPort", std::to_string(identity_.http_port)).member("readyToUpgrade", true).end_object();
  out.member("address", address_).key("abilities").begin_object();
  // What upstream's nodes tell each other; nodes of batata join no Nacos cluster.
  out.key("remoteAbility").begin_object();
  out.member("supportRemoteConnection", true).member("grpcReportEnabled", true).end_object();
  out.key("configAbility").begin_object().member("supportRemoteMetrics", false).end_object();
  out.key("namingAbility").begin_object().member("supportJraft", true).end_object().end_object();
  out.member("grpcReportEnabled", true).member("failAccessCnt", 0).end_object();
}

bool is_member_state(std::string_view state) {
  constexpr std::array<std::string_view, 5> kStates = {"STARTING", "UP", "SUSPICIOUS", "DOWN", "ISOLATION"};
  std::string upper(state);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string_view known : kStates) {
    if (upper == known) return true;
  }
  return false;
}

}  // namespace batata::nacos
