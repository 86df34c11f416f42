#include "faces/nacos/core/core_http.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;

constexpr Param kKeyword[] = {{"keyword", false, "How the address begins; blank is any"}};
constexpr Param kNodes[] = {{"address", false, "How the address begins; blank is any"},
                            {"state", false, "UP, DOWN, STARTING, SUSPICIOUS or ISOLATION"}};
constexpr Param kLookup[] = {{"type", true, "file or address-server"}};
constexpr Param kAddresses[] = {{"addresses", true, "Members"}};
constexpr Param kLog[] = {{"logName", true, "core, config, naming, …: there is one log"},
                          {"logLevel", true, "DEBUG, INFO, WARN or ERROR"}};
constexpr Param kLabel[] = {{"entry", true, "Address"}, {"label", true, "Name of the label"}};

constexpr std::string_view kV1 = "docs: nacos.io/docs/v2/guide/user/open-api, cluster (2.5.1)";
constexpr std::string_view kV2 = "docs: nacos.io/docs/v2/guide/user/open-api, v2 (2.5.1)";
constexpr std::string_view kAdmin = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";
constexpr std::string_view kConsole = "docs: nacos.io/docs/v3.0/manual/admin/console (3.1)";

constexpr std::string_view kReadsV1 = "/v1/core/cluster:r", kWritesV1 = "/v1/core/cluster:w";
constexpr std::string_view kReadsV2 = "/v2/core/cluster:r", kWritesV2 = "/v2/core/cluster:w";
constexpr std::string_view kReadsV3 = "/v3/admin/core/cluster:r", kWritesV3 = "/v3/admin/core/cluster:w";
constexpr std::string_view kOperates = "nacos/admin:w", kOperatesV3 = "/v3/admin/core/ops:w";

constexpr std::string_view kRaftHelp =
    "A command to a group of Nacos' consensus; body: JSON with command, value, groupId. There are no such "
    "groups.";
constexpr std::string_view kLogHelp = "Gives the log another level, until the server ends.";

using Row = wire::Endpoint<CoreHttp>;
using Http = CoreHttp;

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::span<const wire::Endpoint<CoreHttp>> CoreHttp::rows() {
  static constexpr Row kRows[] = {
      {Method::kGet, "/nacos/v1/core/cluster/self", nullptr, &Http::self_v1, kReadsV1, "This node.", {}, kV1},
      {Method::kGet, "/nacos/v1/core/cluster/nodes", nullptr, &Http::nodes_v1, kReadsV1, "All members.",
       kKeyword, kV1},
      {Method::kGet,
       "/nacos/v1/core/cluster/simple/nodes",
       &Http::simple_nodes_v1,
       nullptr,
       kReadsV1,
       "The addresses of all members.",
       {},
       kV1},
      {Method::kGet,
       "/nacos/v1/core/cluster/health",
       &Http::health_v1,
       nullptr,
       kReadsV1,
       "The state of this node.",
       {},
       kV1},
      {Method::kPost,
       "/nacos/v1/core/cluster/report",
       &Http::report_v1,
       nullptr,
       kWritesV1,
       "What a server of Nacos says of itself; it is not taken.",
       {},
       kV1},
      {Method::kPost,
       "/nacos/v1/core/cluster/server/leave",
       &Http::leave_v1,
       nullptr,
       kWritesV1,
       "Takes members out: not allowed, as in 2.5.1.",
       {},
       kV1},
      {Method::kPost, "/nacos/v1/core/cluster/switch/lookup", &Http::lookup_v1, nullptr, kWritesV1,
       "Finds members in another way: of no effect on a single node.", kLookup, kV1},
      {Method::kPost, "/nacos/v1/core/ops/raft", &Http::raft_v1, nullptr, kOperates, kRaftHelp, {}, kV1},
      {Method::kGet,
       "/nacos/v1/core/ops/idInfo",
       &Http::ids_v1,
       nullptr,
       "",
       "Makers of ids: none. Public, as upstream: it says nothing.",
       {},
       kV1},
      {Method::kPut, "/nacos/v1/core/ops/log", &Http::log_v1, nullptr, kOperates, kLogHelp, kLog, kV1},

      {Method::kGet,
       "/nacos/v2/core/cluster/node/self",
       nullptr,
       &Http::self,
       kReadsV2,
       "This node.",
       {},
       kV2},
      {Method::kGet,
       "/nacos/v2/core/cluster/node/self/health",
       &Http::health_v2,
       nullptr,
       kReadsV2,
       "The state of this node.",
       {},
       kV2},
      {Method::kGet, "/nacos/v2/core/cluster/node/list", nullptr, &Http::nodes, kReadsV2, "All members.",
       kNodes, kV2},
      {Method::kPut,
       "/nacos/v2/core/cluster/node/list",
       &Http::update_nodes_v2,
       nullptr,
       kWritesV2,
       "What others say of members, as a JSON list: of no effect on a single node.",
       {},
       kV2},
      {Method::kPut, "/nacos/v2/core/cluster/lookup", &Http::lookup, nullptr, kWritesV2,
       "Finds members in another way: of no effect on a single node.", kLookup, kV2},
      {Method::kDelete, "/nacos/v2/core/cluster/nodes", &Http::leave_v2, nullptr, kWritesV2,
       "Takes members out: not allowed, as in 2.5.1.", kAddresses, kV2},
      {Method::kPost, "/nacos/v2/core/ops/raft", &Http::raft_v2, nullptr, kOperates, kRaftHelp, {}, kV2},
      {Method::kGet,
       "/nacos/v2/core/ops/ids",
       &Http::ids_v2,
       nullptr,
       "",
       "Makers of ids: none. Public, as upstream: it says nothing.",
       {},
       kV2},
      {Method::kPut, "/nacos/v2/core/ops/log", &Http::log_v2, nullptr, kOperates, kLogHelp, kLog, kV2},

      {Method::kGet,
       "/nacos/v3/admin/core/cluster/node/self",
       nullptr,
       &Http::self,
       kReadsV3,
       "This node.",
       {},
       kAdmin},
      {Method::kGet, "/nacos/v3/admin/core/cluster/node/list", nullptr, &Http::nodes, kReadsV3,
       "All members.", kNodes, kAdmin},
      {Method::kPut,
       "/nacos/v3/admin/core/cluster/node/list",
       &Http::update_nodes_v3,
       nullptr,
       kWritesV3,
       "What others say of members, as a JSON list: of no effect on a single node.",
       {},
       kAdmin},
      {Method::kPut, "/nacos/v3/admin/core/cluster/lookup", &Http::lookup, nullptr, kWritesV3,
       "Finds members in another way: of no effect on a single node.", kLookup, kAdmin},
      {Method::kPost,
       "/nacos/v3/admin/core/ops/raft",
       &Http::raft_v3,
       nullptr,
       kOperatesV3,
       kRaftHelp,
       {},
       kAdmin},
      {Method::kGet,
       "/nacos/v3/admin/core/ops/ids",
       &Http::ids_v3,
       nullptr,
       kOperatesV3,
       "Makers of ids: none.",
       {},
       kAdmin},
      {Method::kPut, "/nacos/v3/admin/core/ops/log", &Http::log_v3, nullptr, kOperatesV3, kLogHelp, kLog,
       kAdmin},
      {Method::kGet, "/v3/console/core/cluster/nodes", nullptr, &Http::console_nodes, kReadsV1,
       "All members.", kKeyword, kConsole},

      {Method::kGet, "/nacos/v1/cmdb/ops/label", &Http::label_v1, nullptr, "",
       "A label of an address in the CMDB, of which there is none. Public, as upstream: it says nothing.",
       kLabel, kV1},
  };
  return kRows;
}

}  // namespace batata::nacos
