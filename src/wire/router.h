#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "async/runtime.h"
#include "async/scope.h"
#include "base/hash.h"
#include "base/histograms.h"
#include "cluster/context.h"
#include "wire/endpoint.h"
#include "wire/gate.h"
#include "wire/http.h"
#include "wire/load.h"
#include "wire/request_log.h"

namespace batata::wire {

/// Finds the endpoint for a request and runs it where it belongs. Built once, then immutable.
///
/// `dispatch` may be called from any I/O thread; tasks run on the loop, owned by the router's scope.
class Router {
 public:
  /// `load`: what asks whether there is room for a request. Null: there always is. `log`: who is told of each
  /// request and what came of it; may be null. Both outlive the router.
  explicit Router(Runtime& runtime, Load* load = nullptr, RequestLog* log = nullptr)
      : runtime_(runtime), load_(load), log_(log), scope_(runtime) {}

  using PriorityOf = Priority (*)(const RowInfo& row);
  /// Adds a face's rows. `face`, the rows' texts and `gate` must outlive the router. Rows with a permission
  /// that the gate guards are reached through it; without a gate all are open. Two rows of one method, path
  /// and selector end the process.
  /// `priority_of`: of a row that has no priority of its own.
  template <class Face>
  void add(Face& face, std::span<const Endpoint<Face>> rows, Gate* gate = nullptr,
           PriorityOf priority_of = by_method) {
    for (const Endpoint<Face>& row : rows) {
      Route route;
      route.selector = row.selector;
      const Right& right = row.permission;
      if (gate != nullptr && !right.text.empty() && gate->guards(row.path, right.text)) {
        route.gate = gate;
        route.right = right;
      }
      route.ends_with_client = row.ends_with_client;
      route.number = rows_.size();
      if (row.answer != nullptr)
        route.answer = [&face, answer = row.answer](const Request& request) {
          return (face.*answer)(request);
        };
      if (row.handle != nullptr)
        route.handle = [&face, handle = row.handle](Request request, cluster::Context context) {
          return (face.*handle)(std::move(request), std::move(context));
        };
      const RowInfo& info = rows_.emplace_back(RowInfo{row.method, row.path, row.selector, right.text,
                                                       row.summary, row.source, row.params, right.resources});
      if (log_ != nullptr) route.action = log_->action_of(info);
      route.pattern = row.path;
      route.priority = row.priority != Priority::kDefault ? row.priority : priority_of(info);
      insert(row.method, row.path, std::move(route));
    }
    requests_.resize(rows_.size() + 1);
    times_.resize(rows_.size() + 1);
  }
  /// Every row that was added, in that order.
  [[nodiscard]] std::span<const RowInfo> rows() const { return rows_; }
  /// Who answers requests under `prefix` ("/nacos/v1/ns/") that no row matches; the longest prefix counts.
  /// `allowed` are the methods that the path does have ("GET, POST"), empty for an unknown path.
  using Fallback = std::function<Response(const Request& request, std::string_view allowed)>;
  void set_fallback(std::string_view prefix, Fallback fallback);

  using TaskId = std::uint64_t;
  static constexpr TaskId kNoTask = 0;
  /// I/O thread. OPTIONS is answered with the methods of a path that has no row for it, and, for "*", with
  /// those of the server. Calls `respond` before it returns for endpoints that `answer` and for those that
  /// the gate refuses, later for those that `handle` and for those that the gate must think over; the request
  /// is moved away for the latter two. HEAD goes to the row of GET where it has none of its own, gate
  /// included; leaving out the body is the transport's part. Names the task that answers later; kNoTask when
  /// there is none.
  TaskId dispatch(Request& request, Responder respond);
  /// The client of `task` has gone. When its row `ends_with_client`, it ends where it waits. By the thread
  /// that dispatched.
  void cancel(TaskId task);
  [[nodiscard]] static std::span<const metrics::Metric> metric_rows();
  /// Writes these metrics. Any thread.
  void write(metrics::Writer& out) const;
  /// How long the requests of one row took until their answers were made.
  struct RowTimes {
    Method method;
    std::string_view path, selector;  ///< as in its row
    metrics::HistogramTotals times;
  };
  /// Of the rows that have been asked for, in the order of rows. Any thread.
  [[nodiscard]] std::vector<RowTimes> times() const;
  /// Tasks that have not answered yet. Loop only.
  [[nodiscard]] std::size_t tasks() const { return scope_.size(); }

  /// How long a handled request may take before its context's deadline; long polls set their own.
  static constexpr auto kRequestTimeout = std::chrono::seconds(30);

 private:
  static constexpr std::size_t kStatusClasses = 5;
  static Priority by_method(const RowInfo& row) { return priority_of(row.method, row.permission); }
  struct Route {
    std::string selector;
    Right right;
    Gate* gate = nullptr;  // null: the row is open
    bool ends_with_client = false;
    Priority priority = Priority::kDefault;
    std::size_t number = 0;            // of its row
    std::string_view pattern, action;  // for the log; literals
    std::function<Response(const Request&)> answer;
    std::function<Task<Response>(Request, cluster::Context)> handle;
  };
  using Routes = std::map<Method, std::vector<Route>>;  // those with a selector first
  struct Pattern {
    std::vector<std::string> segments;  // "{" marks a capture, "{..." one of the rest
    Routes routes;
  };
  void insert(Method method, std::string_view path, Route route);
  const Routes* match(Request& request) const;
  static void insert(std::vector<Route>& routes, Route route);
  static const Route* route_for(const Request& request, const Routes* routes);
  Response unmatched(const Request& request, const Routes* routes) const;
  // Answers a request of the row `number` that came at `began`.
  void answer(std::size_t number, SteadyTime began, Responder& respond, Response response);
  struct Call {  // what goes to the loop
    Request request;
    cluster::Context context;
    Responder respond;
    TaskId id = kNoTask;
    SteadyTime began;
    bool undecided = false;
    Load::Place place = {};
    std::unique_ptr<Exchange> exchange = {};  // null: nobody is told
  };
  TaskId answer_now(const Request& request, const Route* route, Response response, Responder& respond,
                    SteadyTime began, std::string user = {});
  TaskId start_on_loop(const Route& route, Call call);
  Task<void> run(const Route& route, Call call);
  static Task<Response> reach(const Route& route, Call& call);

  Runtime& runtime_;
  Load* const load_;
  RequestLog* const log_;
  // By row; the last one is for those that no row matches.
  metrics::CounterTable requests_{1};
  metrics::HistogramTable times_{metrics::kTimes, 1};
  metrics::CounterTable answers_{kStatusClasses};  // by the first digit of the status, from 1 on
  std::atomic<TaskId> last_task_ = kNoTask;
  std::unordered_map<TaskId, Scope::Id> cancellable_;  // tasks that end with their clients; loop only
  Scope scope_;
  std::unordered_map<std::string, Routes, StringHash, std::equal_to<>> exact_;
  std::vector<Pattern> patterns_;
  std::vector<RowInfo> rows_;
  std::map<std::string, Fallback, std::greater<>>
      fallbacks_;  // so that of two that match the longer comes first
};

}  // namespace batata::wire
