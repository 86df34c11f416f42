#pragma once
#include <string_view>
#include <vector>

#include "wire/endpoint.h"

namespace batata::nacos {

// What the tables of naming's endpoints have in common.

namespace naming_param {
using wire::Param;
inline constexpr Param kServiceName = {"serviceName", true, "Name of the service, or group@@name"};
inline constexpr Param kPlainName = {"serviceName", true, "Name of the service"};
inline constexpr Param kGroupName = {"groupName", false, "Group of the service; DEFAULT_GROUP"};
inline constexpr Param kNamespace = {"namespaceId", false, "Namespace; blank is public"};
inline constexpr Param kIp = {"ip", true, "Address of the instance"};
inline constexpr Param kPort = {"port", true, "Its port, 0 to 65535"};
inline constexpr Param kCluster = {"clusterName", false, "Cluster of the instance; DEFAULT"};
inline constexpr Param kWeight = {"weight", false, "0 to 10000; 1"};
inline constexpr Param kEnabled = {"enabled", false, "Whether it is to be called; true"};
inline constexpr Param kHealthy = {"healthy", false,
                                   "Whether it can be called until its beats or checks say so; true"};
inline constexpr Param kMetadata = {"metadata", false, "JSON object or k=v,k2=v2; up to 1024 characters"};
inline constexpr Param kEphemeral = {"ephemeral", false,
                                     "true: it lives by beats; false: it stays until taken out"};
inline constexpr Param kEncoding = {
    "encoding", false,
    "The other parameters are URL-encoded once more, in this character set: UTF-8, "
    "ISO-8859-1"};
inline constexpr Param kInstances = {
    "instances", false, "JSON list of {ip, port, clusterName}, up to 1000; blank: all of the service"};
inline constexpr Param kNewMetadata = {"metadata", true, "What to add, or whose keys to remove"};
inline constexpr Param kThreshold = {"protectThreshold", false,
                                     "Share of healthy instances below which all are said to be; 0"};
inline constexpr Param kServiceMetadata = {"metadata", false, "JSON object or k=v,k2=v2"};
inline constexpr Param kSelector = {"selector", false, "JSON {type: none | label, expression}; none"};
inline constexpr Param kServiceEphemeral = {"ephemeral", false, "Which instances the service takes; false"};
inline constexpr Param kPageNo = {"pageNo", false, "From 1; 1"};
inline constexpr Param kPageSize = {"pageSize", false, "Entries on a page"};
inline constexpr Param kNeededPageNo = {"pageNo", true, "From 1"};
inline constexpr Param kNeededPageSize = {"pageSize", true, "Entries on a page"};
inline constexpr Param kClusterName = {"clusterName", true, "The cluster"};
inline constexpr Param kCheckPort = {"checkPort", true,
                                     "Port to check, unless instances are checked at their own"};
inline constexpr Param kOwnPort = {"useInstancePort4Check", true, "Check instances at their own ports"};
inline constexpr Param kChecker = {"healthChecker", true,
                                   "JSON {type: TCP | HTTP | MYSQL | NONE, …}; other types mean NONE"};
inline constexpr Param kNewHealth = {"healthy", true, "Whether it can be called"};
inline constexpr Param kNamePart = {"serviceNameParam", false, "A part of the names looked for"};
inline constexpr Param kGroupPart = {"groupNameParam", false, "A part of the groups looked for"};
inline constexpr Param kAggregation = {"aggregation", false, "Of all nodes; true"};
inline constexpr Param kEntry = {"entry", true, "Name of the switch"};
inline constexpr Param kValue = {"value", true, "Its new value"};
inline constexpr Param kDebug = {"debug", false, "Only on this node, until another change; false"};
inline constexpr Param kOnlyStatus = {"onlyStatus", false, "Without counters; true"};
inline constexpr Param kLogName = {"logName", true, "Name of a log of upstream's; each means the one log"};
inline constexpr Param kLogLevel = {"logLevel", true, "debug, info, warn or error"};
inline constexpr Param kClientId = {"clientId", true, "Id of a connection, or ip:port#true, ip:port#false"};
}  // namespace naming_param

inline constexpr std::string_view kNamingV1 = "docs: nacos.io/docs/v2/guide/user/open-api (2.5.1)";
inline constexpr std::string_view kNamingV3 = "docs: nacos.io/docs/v3.0/manual/user/open-api (3.1)";
inline constexpr std::string_view kNamingAdmin = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";
inline constexpr std::string_view kNamingConsole = "docs: nacos.io/docs/v3.0/manual/admin/console-api (3.1)";

/// Adds the row for every method: upstream's path has none of its own. HEAD goes to GET.
template <class Face>
void add_any(std::vector<wire::Endpoint<Face>>& rows, wire::Endpoint<Face> row) {
  using wire::Method;
  for (const Method method : {Method::kGet, Method::kPost, Method::kPut, Method::kDelete, Method::kPatch}) {
    row.method = method;
    rows.push_back(row);
  }
}

}  // namespace batata::nacos
