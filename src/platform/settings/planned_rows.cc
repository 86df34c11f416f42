#include "platform/settings/planned_rows.h"

namespace batata::platform {
namespace {

constexpr Row planned(std::string_view key, std::string_view fallback, std::string_view help,
                      std::array<std::string_view, 4> also = {},
                      std::array<std::string_view, 3> variables = {}, std::string_view flag = {}) {
  return {.key = key,
          .field = {},
          .fallback = fallback,
          .also = also,
          .variables = variables,
          .flag = flag,
          .help = help};
}

// clang-format off
constexpr Row kPlanned[] = {
    // Known, without effect yet: the batata documents
    planned("nacos.server.contextPath", "/nacos", "Path in front of every Nacos address.",
            {"server.servlet.contextPath"}, {"SERVER_SERVLET_CONTEXTPATH"}),
    planned("nacos.console.port", "8081", "Port of the console."),
    planned("nacos.console.contextPath", "", "Path of the console."),
    planned("nacos.cluster.port", "9849", "Port between nodes."),
    planned("db.url", "", "SQL database to import from.", {"database.url"}),
    planned("deployment.type", "all", "Which parts this process runs.", {"nacos.deployment.type"}),
    planned("cluster.member.lookup.type", "standalone", "How members are found.",
            {"nacos.core.member.lookup.type"}),
    planned("cluster.members", "", "Members of the cluster.", {"nacos.member.list", "cluster.peers"},
            {"NACOS_SERVERS", "MEMBER_LIST"}, "--peers"),
    planned("cluster.node_id", "", "Name of this node.", {}, {}, "--node-id"),
    planned("batata.datacenter", "", "Data centre of this node."),
    planned("batata.region", "", "Region of this node."),
    planned("batata.zone", "", "Zone of this node."),
    planned("batata.locality.weight", "1.0", "Weight of near members."),
    planned("batata.cross.dc.replication", "false", "Copies to other data centres."),
    planned("batata.cross.dc.sync.delay.secs", "1", "Delay of those copies."),
    planned("batata.replication.factor", "1", "Copies in each data centre."),
    planned("nacos.otel.enabled", "false", "Traces over OTLP.", {}, {"OTEL_ENABLED"}),
    planned("nacos.otel.endpoint", "http://localhost:4317", "Where traces go.", {}, {"OTEL_EXPORTER_OTLP_ENDPOINT"}),
    planned("nacos.otel.service_name", "batata", "Name in traces.", {}, {"OTEL_SERVICE_NAME"}),
    planned("nacos.otel.sampling_ratio", "1.0", "Share of requests traced.", {}, {"OTEL_SAMPLING_RATIO"}),
    planned("nacos.otel.export_timeout_secs", "10", "Time to deliver traces.", {}, {"OTEL_EXPORT_TIMEOUT_SECS"}),
    planned("xds.enabled", "false", "Speaks xDS to proxies."),
    planned("xds.port", "15010", "Port of xDS."),
    planned("xds.server_id", "batata-xds-server", "Name of the xDS server."),
    planned("xds.sync_interval_ms", "5000", "Pause between xDS updates."),
    planned("xds.generate_listeners", "true", "Makes listeners for services."),
    planned("xds.generate_routes", "true", "Makes routes for services."),
    planned("xds.default_listener_port", "15001", "Port of those listeners."),
    planned("kvstore.bind-address", "", "Address between nodes of a key-value server.", {}, {}, "--bind-address"),
    planned("kvstore.http-port", "8081", "HTTP port of a key-value server.", {}, {}, "--http-port"),
    planned("kvstore.grpc-port", "", "gRPC port of a key-value server.", {}, {}, "--grpc-port"),
    planned("kvstore.bootstrap", "false", "First node of a new cluster.", {}, {}, "--bootstrap"),

    // Known, without effect yet: Nacos
    planned("nacos.core.auth.caching.enabled", "true", "Caches rights.", {}, {"NACOS_AUTH_CACHE_ENABLE"}),
    planned("nacos.core.auth.*", "", "Other settings of authentication."),
    planned("nacos.core.param.check.enabled", "true", "Checks parameters."),
    planned("nacos.core.snowflake.worker-id", "", "Number of this node in ids."),
    planned("nacos.core.api.compatibility.*", "", "Which older addresses are served."),
    planned("nacos.core.member.meta.*", "", "Metadata of this node."),
    planned("nacos.core.protocol.*", "", "Settings of Nacos' own consensus."),
    planned("nacos.config.push.timeout", "3000", "Time to acknowledge a change of a configuration."),
    planned("nacos.config.capacity.correct-usage-delay", "600", "Pause between corrections of counts, which are "
            "always right here.", {"correctUsageDelay"}),
    planned("nacos.config.derby.ops.enabled", "false", "Queries of an embedded SQL database; there is none."),
    planned("nacos.config.*", "", "Other settings of configurations."),
    planned("nacos.naming.expireInstance", "true", "Removes instances that stopped beating."),
    planned("nacos.naming.data.warmup", "true", "Loads services before the server is ready."),
    planned("nacos.naming.client.expired.time", "180000", "Silence after which a client is forgotten."),
    planned("nacos.naming.*", "", "Other settings of naming."),
    planned("nacos.remote.*", "", "Other settings of connections."),
    planned("nacos.inetutils.*", "", "Other rules that find this node's address."),
    planned("nacos.preferHostnameOverIp", "false", "Gives a name instead of an address.", {}, {"PREFER_HOST_MODE"}),
    planned("nacos.functionMode", "", "Only configurations or only naming."),
    planned("nacos.home", "", "Folder of Nacos."),
    planned("nacos.server.grpc.port.offset", "1000", "Distance of the gRPC port from the main port."),
    planned("nacos.lock.*", "", "Other settings of locks."),
    planned("nacos.ai.*", "", "Settings of AI registries."),
    planned("nacos.extension.ai.enabled", "true", "Serves AI registries."),
    planned("nacos.mcp.*", "", "Settings of MCP."),
    planned("nacos.cmdb.*", "", "Settings of the CMDB."),
    planned("nacos.istio.*", "", "Settings of Istio."),
    planned("nacos.k8s.*", "", "Settings of Kubernetes."),
    planned("nacos.plugin.*", "", "Settings of plugins."),
    planned("nacos.prometheus.*", "", "Settings of metrics."),
    planned("nacos.security.ignore.urls", "", "Addresses without authentication."),
    planned("nacos.console.*", "", "Other settings of the console."),
    planned("server.tomcat.*", "", "Settings of Nacos' HTTP server."),
    // In Nacos they make TLS of the main port alone; here that would be of the SDKs' port, too.
    planned("server.ssl.*", "", "TLS of Nacos' HTTP server; batata.tls is this server's."),
    planned("server.error.*", "", "Settings of Nacos' error pages."),
    planned("server.servlet.*", "", "Other settings of Nacos' HTTP server."),
    planned("management.*", "", "Settings of Nacos' management addresses."),
    planned("spring.*", "", "Settings of the Spring framework."),
    planned("db.*", "", "Settings of an SQL database."),
    planned("logging.*", "", "Settings of Nacos' log."),
};
// clang-format on

}  // namespace

std::span<const Row> planned_rows() {
  return kPlanned;
}

}  // namespace batata::platform
