#include "wire/router.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "wire/refusal.h"

namespace batata::wire {
namespace {

constexpr std::string_view kCapture = "{";         // one segment
constexpr std::string_view kCaptureRest = "{...";  // the rest, at least one segment

// What is audited of a request with a name and a password that are not good, whatever it asked for.
constexpr std::string_view kSignIn = "sign-in";

constexpr std::string_view kWholeServer = "*";  // of OPTIONS alone (RFC 9110, 9.3.7)

std::vector<std::string> segments_of(std::string_view pattern) {
  std::vector<std::string> segments;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);  // the '/'
    const auto segment = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(segment.size());
    if (segment.starts_with('{')) {
      BATATA_ASSERT(segment.ends_with('}'));
      segments.emplace_back(segment.ends_with("...}") ? kCaptureRest : kCapture);
      BATATA_ASSERT(segments.back() == kCapture || pattern.empty());
    } else {
      segments.emplace_back(segment);
    }
  }
  return segments;
}

// Matches `path` segment by segment; fills `captures` when it fits.
bool fits(const std::vector<std::string>& segments, std::string_view path,
          std::vector<std::string_view>& captures) {
  captures.clear();
  for (const auto& expected : segments) {
    if (path.size() < 2) return false;
    path.remove_prefix(1);
    const auto segment = expected == kCaptureRest ? path : path.substr(0, path.find('/'));
    if (expected == kCapture || expected == kCaptureRest) {
      captures.push_back(segment);
    } else if (segment != expected) {
      return false;
    }
    path.remove_prefix(segment.size());
  }
  return path.empty();
}

// Whether a row with that selector is for this request.
bool selects(std::string_view selector, const Request& request) {
  if (selector.empty()) return true;
  const auto equals = selector.find('=');
  const auto value = request.param(selector.substr(0, equals));
  return value && (equals == selector.npos || *value == selector.substr(equals + 1));
}

std::string allow_list(const std::map<Method, bool>& methods, std::string_view separator) {
  std::string list;
  for (const auto& [method, unused] : methods) {
    if (!list.empty()) list += separator;
    list += name_of(method);
  }
  return list;
}

// What the path may be asked, or the whole server. It tells no more than the answer to a wrong method does.
Response answer_options(std::map<Method, bool> methods) {
  if (methods.empty())
    for (const Method method : {Method::kGet, Method::kPost, Method::kPut, Method::kDelete, Method::kHead})
      methods.emplace(method, true);
  methods.emplace(Method::kOptions, true);
  Response response;
  response.header("Allow", allow_list(methods, ","));
  return response;
}

constexpr metrics::Metric kRequests{
    "batata_http_requests_total", metrics::Kind::kCounter, "method, path",
    "HTTP requests by the pattern of their address, refused ones too; `other`: of no "
    "address that there is."};
constexpr metrics::Metric kTook{
    "batata_http_request_seconds", metrics::Kind::kHistogram, "method, path",
    "Time from the head of an HTTP request until its answer was made, by the pattern of its address; that of "
    "a long poll is for the most part the client's own wish."};
constexpr metrics::Metric kAnswers{"batata_http_answers_total", metrics::Kind::kCounter, "status",
                                   "Answers over HTTP by the kind of their status."};
constexpr metrics::Metric kMetrics[] = {kRequests, kTook, kAnswers};

constexpr std::array<std::string_view, 5> kStatuses = {"1xx", "2xx", "3xx", "4xx", "5xx"};

}  // namespace

void Router::insert(Method method, std::string_view path, Route route) {
  BATATA_ASSERT(path.starts_with('/') && method != Method::kOther);
  BATATA_ASSERT((route.answer == nullptr) != (route.handle == nullptr));
  if (path.find('{') == std::string_view::npos) {
    BATATA_ASSERT(is_normal_path(path));  // nothing else would ever be matched
    return insert(exact_[std::string(path)][method], std::move(route));
  }
  auto segments = segments_of(path);
  for (Pattern& pattern : patterns_) {
    if (pattern.segments != segments) continue;
    return insert(pattern.routes[method], std::move(route));
  }
  Pattern& pattern = patterns_.emplace_back();
  pattern.segments = std::move(segments);
  insert(pattern.routes[method], std::move(route));
}

void Router::insert(std::vector<Route>& routes, Route route) {
  for (const Route& other : routes) BATATA_ASSERT(other.selector != route.selector);
  routes.insert(route.selector.empty() ? routes.end() : routes.begin(), std::move(route));
}

void Router::set_fallback(std::string_view prefix, Fallback fallback) {
  fallbacks_.insert_or_assign(std::string(prefix), std::move(fallback));
}

const Router::Routes* Router::match(Request& request) const {
  request.captures.clear();
  if (const auto it = exact_.find(request.path); it != exact_.end()) return &it->second;
  for (const Pattern& pattern : patterns_)
    if (fits(pattern.segments, request.path, request.captures)) return &pattern.routes;
  request.captures.clear();
  return nullptr;
}

const Router::Route* Router::route_for(const Request& request, const Routes* routes) {
  if (routes == nullptr) return nullptr;
  auto it = routes->find(request.method);
  if (it == routes->end() && request.method == Method::kHead) it = routes->find(Method::kGet);
  if (it == routes->end()) return nullptr;
  for (const Route& route : it->second)
    if (selects(route.selector, request)) return &route;
  return nullptr;
}

Response Router::unmatched(const Request& request, const Routes* routes) const {
  std::map<Method, bool> methods;
  if (routes != nullptr)
    for (const auto& [method, route] : *routes) methods.emplace(method, true);
  if (methods.contains(Method::kGet)) methods.emplace(Method::kHead, true);
  if (request.method == Method::kOptions && (routes != nullptr || request.path == kWholeServer))
    return answer_options(std::move(methods));
  const std::string allowed = allow_list(methods, ", ");
  // Reverse order puts "/nacos/v1/" before "/nacos/", so the first prefix that matches is the longest.
  for (const auto& [prefix, fallback] : fallbacks_)
    if (request.path.starts_with(prefix)) return fallback(request, allowed);
  Response response;
  response.status = allowed.empty() ? 404 : 405;
  if (!allowed.empty()) response.header("Allow", allowed);
  response.content_type = "text/plain;charset=UTF-8";
  response.body = allowed.empty() ? "not found\n" : "method not allowed\n";
  return response;
}

void Router::answer(std::size_t number, SteadyTime began, Responder& respond, Response response) {
  times_.observe(number, runtime_.now() - began);
  const auto digit = static_cast<std::size_t>(std::clamp(response.status / 100, 1, int{kStatusClasses}));
  answers_.add(digit - 1);
  respond(std::move(response));
}

Router::TaskId Router::dispatch(Request& request, Responder respond) {
  const SteadyTime began = runtime_.now();
  const Routes* routes = match(request);
  const Route* route = route_for(request, routes);
  const auto now = [&](Response response, std::string user = {}) {
    return answer_now(request, route, std::move(response), respond, began, std::move(user));
  };
  requests_.add(route == nullptr ? rows_.size() : route->number);
  if (route == nullptr) return now(unmatched(request, routes));
  if (load_ != nullptr && !load_->admits(route->priority)) return now(refusal_answer(kOverloaded));
  bool undecided = false;
  cluster::Context context;
  if (route->gate != nullptr) {
    Verdict verdict = route->gate->check(request, route->right);
    if (verdict.kind == Verdict::Kind::kRefused) return now(std::move(verdict.refusal));
    undecided = verdict.kind == Verdict::Kind::kUndecided;
    context.principal = std::move(verdict.principal);
  }
  if (route->answer != nullptr && !undecided) {
    Response response = route->answer(request);
    return now(std::move(response), std::move(context.principal));
  }

  Load::Place place;
  if (load_ != nullptr) {
    auto found = load_->begin(route->priority, request.size());
    if (!found) return now(refusal_answer(kOverloaded), std::move(context.principal));
    place = std::move(*found);
  }
  std::unique_ptr<Exchange> exchange;
  // What only waits is never slow, and there may be many of them.
  const bool is_told =
      log_ != nullptr && (!route->ends_with_client || log_->has_access() || !route->action.empty());
  if (is_told) {
    exchange = std::make_unique<Exchange>(log_->describe(
        request, route->pattern, undecided && route->action.empty() ? kSignIn : route->action, began));
    exchange->waits = route->ends_with_client;
    exchange->user = context.principal;
  }
  request.own();
  context.deadline = began + kRequestTimeout;
  return start_on_loop(*route, {std::move(request), std::move(context), std::move(respond), kNoTask, began,
                                undecided, std::move(place), std::move(exchange)});
}

// Whatever is answered before the dispatch returns, when the request is still there to tell of.
Router::TaskId Router::answer_now(const Request& request, const Route* route, Response response,
                                  Responder& respond, SteadyTime began, std::string user) {
  const std::string_view action = route == nullptr ? std::string_view() : route->action;
  if (log_ != nullptr && log_->tells(action, began)) {
    Exchange exchange = log_->describe(request, route == nullptr ? "other" : route->pattern, action, began);
    exchange.user = std::move(user);
    log_->tell(exchange, response);
  }
  answer(route == nullptr ? rows_.size() : route->number, began, respond, std::move(response));
  return kNoTask;
}

Router::TaskId Router::start_on_loop(const Route& route, Call call) {
  const TaskId id = last_task_.fetch_add(1, std::memory_order_relaxed) + 1;
  call.id = id;
  runtime_.post([this, id, &route, call = std::move(call)]() mutable {
    // Who only waits for something to tell is no load while it waits, but for what it holds. It was in flight
    // until the loop came to it.
    if (route.ends_with_client) call.place.wait_only();
    const auto task = scope_.spawn(run(route, std::move(call)));
    if (route.ends_with_client && scope_.runs(task)) cancellable_.emplace(id, task);
  });
  return id;
}

void Router::cancel(TaskId task) {
  if (task == kNoTask) return;
  runtime_.post([this, task] {
    const auto node = cancellable_.extract(task);
    if (!node.empty()) scope_.cancel(node.mapped());
  });
}

std::span<const metrics::Metric> Router::metric_rows() {
  return kMetrics;
}

std::vector<Router::RowTimes> Router::times() const {
  std::vector<RowTimes> all;
  for (std::size_t i = 0; i < rows_.size(); ++i)
    if (requests_.value(i) > 0)
      all.push_back({rows_[i].method, rows_[i].path, rows_[i].selector, times_.totals(i)});
  return all;
}

void Router::write(metrics::Writer& out) const {
  using Name = std::pair<std::string_view, std::string_view>;
  std::map<Name, std::uint64_t> sums;  // rows may differ by selector only
  for (std::size_t i = 0; i < rows_.size(); ++i)
    sums[{rows_[i].path, name_of(rows_[i].method)}] += requests_.value(i);
  out.begin(kRequests);
  for (const auto& [row, count] : sums)
    if (count > 0) out.sample({{"method", row.second}, {"path", row.first}}, count);
  out.sample({{"method", "other"}, {"path", "other"}}, requests_.value(rows_.size()));

  std::map<Name, metrics::HistogramTotals> took;
  for (RowTimes& row : times()) {
    const auto [it, is_new] = took.try_emplace({row.path, name_of(row.method)});
    is_new ? (it->second = std::move(row.times)) : (it->second += row.times);
  }
  out.begin(kTook);
  for (const auto& [row, times] : took) out.sample({{"method", row.second}, {"path", row.first}}, times);
  out.sample({{"method", "other"}, {"path", "other"}}, times_.totals(rows_.size()));
  out.begin(kAnswers);
  for (std::size_t i = 0; i < kStatuses.size(); ++i)
    out.sample({{"status", kStatuses.at(i)}}, answers_.value(i));
}

Task<void> Router::run(const Route& route, Call call) {
  auto response = co_await reach(route, call);
  cancellable_.erase(call.id);
  if (call.exchange != nullptr) log_->tell(*call.exchange, response);
  answer(route.number, call.began, call.respond, std::move(response));
}

// `call` is of the task that awaits this one.
Task<Response> Router::reach(const Route& route, Call& call) {
  if (call.undecided) {
    Verdict verdict = co_await route.gate->decide(call.request, route.right);
    if (verdict.kind != Verdict::Kind::kAdmitted) co_return std::move(verdict.refusal);
    call.context.principal = std::move(verdict.principal);
    if (call.exchange != nullptr) {
      call.exchange->user = call.context.principal;
      call.exchange->action = route.action;  // a password that is good is told of where it is a sign-in
    }
  }
  if (route.answer != nullptr) co_return route.answer(call.request);
  co_return co_await route.handle(std::move(call.request), std::move(call.context));
}

}  // namespace batata::wire
