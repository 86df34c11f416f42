#include "net/meters.h"

namespace batata::net {
namespace {

using metrics::Kind;
using metrics::Metric;

constexpr Metric kActive{"batata_active_connections", Kind::kGauge, "",
                         "Connections of clients that are open."};
constexpr Metric kOpen{
    "batata_connections", Kind::kGauge, "protocol, tls",
    "The same by what they speak; `undecided`: their first bytes have not come. gRPC is http2."};
constexpr Metric kActiveMax{"batata_active_connections_max", Kind::kGauge, "of",
                            "How many there may be in all and from one address; 0: any number."};
constexpr Metric kAcceptedTotal{"batata_connections_accepted_total", Kind::kCounter, "",
                                "Connections that were let in."};
constexpr Metric kReached{
    "batata_limit_reached_total", Kind::kCounter, "limit",
    "Connections and requests refused or dropped because they exceeded a limit, which is named by "
    "its setting."};
constexpr Metric kPauses{
    "batata_accept_pauses_total", Kind::kCounter, "",
    "Times that a port stopped taking connections for a moment, as the system had no descriptor or "
    "memory for one."};
constexpr Metric kShort{"batata_accept_short_of_descriptors", Kind::kGauge, "",
                        "1 while connections wait for that, and for some seconds after it."};
constexpr Metric kGrpc{"batata_grpc_requests_total", Kind::kCounter, "",
                       "gRPC calls and streams that were begun."};
constexpr Metric kFlooded{
    "batata_http2_floods_total", Kind::kCounter, "kind",
    "HTTP/2 connections ended for a flood: of frames that ask for nothing (frames), of streams that are "
    "reset (resets), of heads that unpack to many times their size (heads), or of answers to such that are "
    "not taken (queued)."};
constexpr Metric kRows[] = {kActive,  kOpen,   kActiveMax, kAcceptedTotal, kReached,
                            kFlooded, kPauses, kShort,     kGrpc};

}  // namespace

std::string_view setting_of(Limit limit) {
  switch (limit) {
    case Limit::kConnections:
      return "batata.net.max-connections";
    case Limit::kConnectionsPerAddress:
      return "batata.net.max-connections-per-address";
    case Limit::kHeaderBytes:
      return "batata.net.max-header-size";
    case Limit::kHeaders:
      return "batata.net.max-headers";
    case Limit::kBodyBytes:
      return "batata.net.max-body-size";
    case Limit::kMessageBytes:
      return "nacos.remote.server.grpc.sdk.max-inbound-message-size";
    case Limit::kStreams:
      return "batata.net.max-streams";
    case Limit::kUnsentBytes:
      return "batata.net.max-unsent-per-connection";
    case Limit::kUnsentBytesOfStream:
      return "batata.net.max-unsent-per-stream";
    case Limit::kUnsentBytesOfAll:
      return "batata.net.max-unsent";
    case Limit::kUnfinishedBytesOfConnection:
      return "batata.net.max-unfinished-per-connection";
    case Limit::kUnfinishedBytes:
      return "batata.net.max-unfinished";
    case Limit::kHandshakeTime:
      return "batata.net.handshake-timeout";
    case Limit::kHeaderTime:
      return "batata.net.header-timeout";
    case Limit::kTransferRate:
      return "batata.net.min-transfer-rate";
    case Limit::kIdleTime:
      return "batata.net.idle-timeout";
    case Limit::kStallTime:
      return "batata.net.stall-timeout";
    case Limit::kTakeRate:
      return "batata.net.min-take-rate";
    case Limit::kPingTime:
      return "nacos.remote.server.grpc.sdk.keep-alive-timeout";
  }
  return {};
}

std::string_view name_of(Flood flood) {
  switch (flood) {
    case Flood::kFrames:
      return "frames";
    case Flood::kResets:
      return "resets";
    case Flood::kHeads:
      return "heads";
    case Flood::kQueued:
      return "queued";
  }
  return {};
}

std::string_view name_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::kUndecided:
      return "undecided";
    case Protocol::kHttp1:
      return "http1";
    case Protocol::kHttp2:
      return "http2";
    case Protocol::kWebSocket:
      return "websocket";
  }
  return {};
}

std::span<const Metric> Meters::metric_rows() {
  return kRows;
}

void Meters::write(metrics::Writer& out, std::size_t connections, std::size_t connections_max,
                   std::size_t per_address_max) const {
  out.begin(kActive);
  out.sample(std::uint64_t{connections});
  out.begin(kOpen);
  for (std::size_t i = 0; i < kProtocols; ++i)
    for (const bool tls : {false, true})
      out.sample({{"protocol", name_of(static_cast<Protocol>(i))}, {"tls", tls ? "true" : "false"}},
                 open(static_cast<Protocol>(i), tls));
  out.begin(kActiveMax);
  out.sample({{"of", "all"}}, std::uint64_t{connections_max});
  out.sample({{"of", "address"}}, std::uint64_t{per_address_max});
  out.begin(kAcceptedTotal);
  out.sample(count_of(Event::kAccepted));
  out.begin(kReached);
  for (std::size_t i = 0; i < kLimits; ++i)
    out.sample({{"limit", setting_of(static_cast<Limit>(i))}}, reached_.value(i));
  out.begin(kFlooded);
  for (std::size_t i = 0; i < kFloods; ++i)
    out.sample({{"kind", name_of(static_cast<Flood>(i))}}, floods_.value(i));
  out.begin(kPauses);
  out.sample(count_of(kAcceptPaused));
  out.begin(kShort);
  out.sample(std::uint64_t{short_of_descriptors() ? 1u : 0u});
  out.begin(kGrpc);
  out.sample(count_of(kGrpcCall));
}

}  // namespace batata::net
