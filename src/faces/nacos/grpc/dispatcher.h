#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "async/scope.h"
#include "base/histograms.h"
#include "base/metrics.h"
#include "faces/nacos/access/access.h"
#include "faces/nacos/grpc/connections.h"
#include "faces/nacos/grpc/rpc.h"
#include "wire/grpc.h"
#include "wire/load.h"
#include "wire/request_log.h"

namespace batata::nacos {

/// Where the answer to one request goes, and what is told of it.
struct RpcReply {
  wire::UnaryReply send;
  ConnectionPtr connection;  ///< that it came on
  SteadyTime began;
  std::unique_ptr<wire::Exchange> exchange = {};  ///< null: nothing is to be told of it yet
};

/// The gRPC door: keeps unary calls and streams apart by connection and runs them through upstream's
/// pipeline.
///
/// Rows are added before the first call; from then on the table is immutable. Calls arrive on I/O threads.
/// Source: upstream's GrpcRequestAcceptor, GrpcBiStreamRequestAcceptor and RequestHandler filters, in their
/// order: 302 unknown type, 301 unregistered, 502 unreadable, 502 cluster only, then the parameter check,
/// then the caller's rights (403 in the row's own response type), then the row. A request for which there is
/// no room is answered 503 in the row's own response type, as upstream's over-threshold: clients report that
/// and do not ask again at once. A stream is opened and pushed to without a check: it tells nothing but what
/// a checked request has asked for.
class Dispatcher {
 public:
  /// All of it outlives the dispatcher. `scope` runs what is handled on the loop. `load` is asked whether
  /// there is room for a request; null: there always is. `log`: who is told of each request; null: nobody.
  Dispatcher(Runtime& runtime, Scope& scope, Connections& connections, Pushes& pushes, Access& access,
             wire::Load* load = nullptr, wire::RequestLog* log = nullptr)
      : runtime_(runtime),
        scope_(scope),
        connections_(connections),
        pushes_(pushes),
        access_(access),
        load_(load),
        log_(log) {}
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// Two rows of one request type end the process.
  void add(Rpc row);
  /// Sets what looks whether the namespaces that a request names exist: the text of the refusal, or nothing.
  /// Called on any thread, once the caller has been admitted. Without it none is refused for that.
  using NamespaceCheck = std::function<std::optional<std::string>(json::Value body)>;
  void set_namespace_check(NamespaceCheck check) { namespace_check_ = std::move(check); }
  [[nodiscard]] const std::unordered_map<std::string_view, Rpc>& rows() const { return rows_; }
  [[nodiscard]] static std::span<const metrics::Metric> metric_rows();
  /// Writes these metrics. Any thread.
  void write(metrics::Writer& out) const;
  /// How long requests of a type took until their answers were made.
  struct TypeTimes {
    std::string_view type;
    metrics::HistogramTotals times;
  };
  /// Of the types that have been asked for, in order. Any thread.
  [[nodiscard]] std::vector<TypeTimes> times() const;

  /// I/O thread.
  void unary(const std::shared_ptr<wire::Transport>& transport, std::string_view message,
             wire::UnaryReply reply);
  [[nodiscard]] std::unique_ptr<wire::StreamHandler> stream(const std::shared_ptr<wire::Transport>& transport,
                                                            std::shared_ptr<wire::Duplex> duplex);

 private:
  class Stream;
  ConnectionPtr connection_of(const std::shared_ptr<wire::Transport>& transport);
  void call(std::string_view message, const Payload& payload, const ConnectionPtr& connection,
            RpcReply reply);
  void admit(const Rpc& row, std::string_view message, const RpcCall& rpc, RpcReply reply);
  Task<void> admit_on_loop(const Rpc& row, std::string message, RpcReply reply, wire::Load::Place place);
  void run_row(const Rpc& row, const RpcCall& rpc, RpcReply reply, wire::Load::Place place);
  void start_on_loop(const Rpc& row, Rpc::Start start, RpcReply reply, wire::Load::Place place);
  Task<void> run(const Rpc& row, Task<RpcAnswer> task, RpcReply reply, wire::Load::Place place);
  [[nodiscard]] std::unique_ptr<wire::Exchange> begin_exchange(std::string_view type,
                                                               const Connection& connection,
                                                               SteadyTime began) const;
  // Answers a request of the row.
  void answer(const Rpc& row, RpcReply& reply, const RpcAnswer& answer);
  // `pattern`: a literal that names what was asked for.
  void send(RpcReply& reply, std::string_view pattern, std::string_view type, const RpcAnswer& answer);
  std::optional<wire::Load::Place> find_place(wire::Priority priority, std::size_t bytes);
  void set_up(const Payload& payload, const ConnectionPtr& connection,
              const std::shared_ptr<wire::Duplex>& duplex);
  void acknowledge(const Payload& payload, const ConnectionPtr& connection);

  Runtime& runtime_;
  Scope& scope_;
  Connections& connections_;
  Pushes& pushes_;
  Access& access_;
  wire::Load* const load_;
  wire::RequestLog* const log_;
  std::unordered_map<std::string_view, Rpc> rows_;
  // By row, from 1 on; 0: of no type that there is.
  metrics::CounterTable calls_{1}, failures_{1};
  metrics::HistogramTable times_{metrics::kTimes, 1};
  std::atomic<std::uint64_t> set_ups_refused_ = 0;  // as there were as many connections as may be
  NamespaceCheck namespace_check_;
};

}  // namespace batata::nacos
