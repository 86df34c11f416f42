#include "faces/nacos/grpc/dispatcher.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "faces/common/audit.h"
#include "faces/nacos/common/errors.h"
#include "faces/nacos/common/priorities.h"

namespace batata::nacos {
namespace {

// What upstream says of a body that is no JSON object or has members of the wrong kind; the blanks are its
// own.
constexpr std::string_view kNotDeserialised = "errCode: 101, errMsg: Nacos deserialize failed.  ";

constexpr int kNamespaceAbsent = 22001;  // upstream's ErrorCode.NAMESPACE_NOT_EXIST

constexpr metrics::Metric kCalls{
    "batata_nacos_requests_total", metrics::Kind::kCounter, "type",
    "Requests of Nacos clients over gRPC by their type, refused ones too; `other`: of no "
    "type that there is."};
constexpr metrics::Metric kRefused{
    "batata_nacos_connections_refused_total", metrics::Kind::kCounter, "",
    "gRPC clients hung up on because there were batata.grpc.connections-max of them."};
constexpr metrics::Metric kTook{
    "batata_nacos_request_seconds", metrics::Kind::kHistogram, "type",
    "Time from the coming of a request of a Nacos client over gRPC until its answer was made, by its type."};
constexpr metrics::Metric kFailed{
    "batata_nacos_request_failures_total", metrics::Kind::kCounter, "type",
    "Those that were answered with a failure of any kind: refusals, and configs that are not there, among "
    "them."};
constexpr metrics::Metric kMetrics[] = {kCalls, kTook, kFailed, kRefused};

// What an answer says of itself, as a status of HTTP.
int status_of(std::string_view json) {
  if (json.starts_with(R"({"resultCode":200,)")) return 200;
  constexpr std::string_view kCode = R"("errorCode":)";
  const std::size_t at = json.find(kCode);
  int code = 0;
  if (at != json.npos) std::from_chars(json.data() + at + kCode.size(), json.data() + json.size(), code);
  return code >= 400 && code <= 599 ? code : 500;
}

// What a client says of itself is kept while it is connected, and it says so before it has signed in. Real
// clients have a dozen labels; what goes beyond is left out.
constexpr std::size_t kLabelsMax = 128, kLabelBytesMax = 1024;

constexpr std::size_t kLoggedTypeMax = 64;  // of a request's type; real ones have forty bytes

// What is audited of a request, and which things it names: never its content.
void note_action(wire::Exchange& exchange, std::string_view request, json::Value body) {
  exchange.action = faces::audited_rpc(request);
  if (exchange.action.empty()) return;
  for (const std::string_view name : {"tenant", "group", "dataId"})
    if (const auto text = body[name].as_text())
      exchange.touched.emplace_back(name, text->substr(0, kLabelBytesMax));
}

std::string said(json::Value value) {
  auto text = value.as_text().value_or("");
  return text.size() <= kLabelBytesMax ? std::move(text) : std::string();
}

ClientInfo read_client(const Payload& payload, json::Value body, WallTime now) {
  ClientInfo client;
  client.set_up_at = now;
  client.version = said(body["clientVersion"]);
  client.tenant = said(body["tenant"]);
  if (payload.client_ip.size() <= kLabelBytesMax) client.ip = payload.client_ip;
  body["labels"].each_member([&client](std::string_view name, json::Value value) {
    if (client.labels.size() >= kLabelsMax || name.size() > kLabelBytesMax) return;
    auto text = value.as_text();
    if (text && text->size() <= kLabelBytesMax)
      client.labels.insert_or_assign(std::string(name), std::move(*text));
  });
  client.labels.insert_or_assign("source", "sdk");  // the port decides, not the client
  if (const json::Value table = body["abilityTable"]; table.is_object()) {
    auto& abilities = client.abilities.emplace();
    table.each_member([&abilities](std::string_view name, json::Value value) {
      if (abilities.size() >= kLabelsMax || name.size() > kLabelBytesMax) return;
      if (const auto has = value.as_bool()) abilities.insert_or_assign(std::string(name), *has);
    });
  }
  return client;
}

// What this server can do beyond what every client expects. An ability that is absent counts as missing, and
// clients then refuse the calls that need it, or make them over HTTP.
constexpr std::string_view kSetUpAck =
    R"({"headers":{},"abilityTable":{"supportPersistentInstanceByGrpc":true,"fuzzyWatch":true,"lock":true},)"
    R"("module":"internal"})";

Demand demand_of_row(const Rpc& row, json::Value body) {
  return demand_of(row.permission, row.resources != nullptr ? row.resources(body) : Resources{});
}

RpcAnswer refused_access(const Rpc& row, const Error& error) {
  return typed_failure(row, http_status(error.code), refusal_text_v3(error));
}

RpcAnswer overloaded(const Rpc& row) {
  constexpr int kOverThreshold = 503;  // upstream's NacosException.OVER_THRESHOLD
  return typed_failure(row, kOverThreshold, "the server is overloaded: try again later");
}

std::shared_ptr<const std::string> set_up_ack() {
  static const auto message =
      std::make_shared<const std::string>(encode_payload("SetupAckRequest", {}, kSetUpAck));
  return message;
}

}  // namespace

class Dispatcher::Stream final : public wire::StreamHandler {
 public:
  Stream(Dispatcher& dispatcher, ConnectionPtr connection, std::shared_ptr<wire::Duplex> duplex)
      : dispatcher_(dispatcher), connection_(std::move(connection)), duplex_(std::move(duplex)) {}

  // What is neither a set-up nor an answer is ignored, as upstream does.
  void message(std::string_view bytes) override {
    const auto payload = decode_payload(bytes);
    if (!payload) return;
    if (payload->type == "ConnectionSetupRequest") {
      dispatcher_.set_up(*payload, connection_, duplex_);
    } else if (payload->type.ends_with("Response")) {
      dispatcher_.acknowledge(*payload, connection_);
    }
  }

  // A client without a stream can neither be told anything nor acknowledge: it is as gone as one without a
  // socket.
  void ended() override {
    if (connection_->set_up_on == duplex_.get()) connection_->set_registered(false);
    dispatcher_.runtime_.post(
        [&connections = dispatcher_.connections_, connection = connection_, duplex = duplex_] {
          if (connection->stream == duplex) connections.remove(connection);
        });
    duplex_->finish({});
  }

 private:
  Dispatcher& dispatcher_;
  const ConnectionPtr connection_;
  const std::shared_ptr<wire::Duplex> duplex_;
};

void Dispatcher::add(Rpc row) {
  BATATA_ASSERT(row.cluster_only || (row.answer == nullptr) != (row.prepare == nullptr));
  const std::string_view request = row.request;
  if (row.priority == wire::Priority::kDefault) row.priority = priority_of_rpc(row.permission);
  row.number = rows_.size() + 1;
  const bool added = rows_.emplace(request, std::move(row)).second;
  BATATA_ASSERT(added);
  calls_.resize(rows_.size() + 1);
  failures_.resize(rows_.size() + 1);
  times_.resize(rows_.size() + 1);
}

std::span<const metrics::Metric> Dispatcher::metric_rows() {
  return kMetrics;
}

void Dispatcher::write(metrics::Writer& out) const {
  std::map<std::string_view, std::size_t> used;  // in order, so that a page is like the one before
  for (const auto& [type, row] : rows_)
    if (calls_.value(row.number) > 0) used.emplace(type, row.number);
  out.begin(kCalls);
  for (const auto& [type, number] : used) out.sample({{"type", type}}, calls_.value(number));
  out.sample({{"type", "other"}}, calls_.value(0));
  out.begin(kTook);
  for (const auto& [type, number] : used) out.sample({{"type", type}}, times_.totals(number));
  out.begin(kFailed);
  for (const auto& [type, number] : used) out.sample({{"type", type}}, failures_.value(number));
  out.sample({{"type", "other"}}, failures_.value(0));
  out.begin(kRefused);
  out.sample(set_ups_refused_.load(std::memory_order_relaxed));
}

std::vector<Dispatcher::TypeTimes> Dispatcher::times() const {
  std::vector<TypeTimes> all;
  for (const auto& [type, row] : rows_)
    if (calls_.value(row.number) > 0) all.push_back({type, times_.totals(row.number)});
  std::ranges::sort(all, {}, &TypeTimes::type);
  return all;
}

void Dispatcher::answer(const Rpc& row, RpcReply& reply, const RpcAnswer& answer) {
  times_.observe(row.number, runtime_.now() - reply.began);
  if (answer.is_error || answer.is_failure) failures_.add(row.number);
  send(reply, row.request, row.response, answer);
}

void Dispatcher::send(RpcReply& reply, std::string_view pattern, std::string_view type,
                      const RpcAnswer& answer) {
  // Most requests are fast and nobody is told of them: those cost nothing here.
  if (log_ != nullptr && reply.exchange == nullptr && log_->tells({}, reply.began))
    reply.exchange = begin_exchange({}, *reply.connection, reply.began);
  if (reply.exchange != nullptr) {
    wire::Exchange& told = *reply.exchange;
    told.pattern = pattern;
    told.status = status_of(answer.json);
    told.bytes = answer.json.size();
    log_->tell(told);
  }
  reply.send({}, encode_payload(answer.is_error ? "ErrorResponse" : type, {}, answer.json));
}

ConnectionPtr Dispatcher::connection_of(const std::shared_ptr<wire::Transport>& transport) {
  if (transport->attachment != nullptr) return std::static_pointer_cast<Connection>(transport->attachment);
  auto connection = std::make_shared<Connection>(transport, runtime_.now());
  transport->attachment = connection;
  transport->on_closed([this, connection] {
    connection->set_registered(false);
    runtime_.post([this, connection] { connections_.remove(connection); });
  });
  return connection;
}

void Dispatcher::unary(const std::shared_ptr<wire::Transport>& transport, std::string_view message,
                       wire::UnaryReply reply) {
  const auto payload = decode_payload(message);
  if (!payload) return reply({wire::GrpcCode::kInternal, payload.error().message}, {});
  const ConnectionPtr connection = connection_of(transport);
  call(message, *payload, connection, {std::move(reply), connection, runtime_.now()});
}

void Dispatcher::call(std::string_view message, const Payload& payload, const ConnectionPtr& connection,
                      RpcReply reply) {
  const bool is_told = log_ != nullptr && (log_->has_access() ||
                                           (log_->has_audit() && !faces::audited_rpc(payload.type).empty()));
  if (is_told) reply.exchange = begin_exchange(payload.type, *connection, reply.began);
  if (payload.type == "ServerCheckRequest") {
    return send(reply, "ServerCheckRequest", "ServerCheckResponse",
                succeeded([&connection](json::Writer& out) {
                  out.member("connectionId", connection->id()).member("supportAbilityNegotiation", true);
                }));
  }
  const auto found = rows_.find(payload.type);
  calls_.add(found == rows_.end() ? 0 : found->second.number);
  if (found == rows_.end()) {
    failures_.add(0);
    return send(reply, "other", {}, refused(302, "RequestHandler Not Found"));
  }
  const Rpc& row = found->second;
  const auto answered = [&](const RpcAnswer& with) { answer(row, reply, with); };
  if (!connection->registered()) return answered(refused(301, "Connection is unregistered."));
  const auto body = json::parse(payload.body);
  if (!body || !body->is_object()) return answered(refused(502, kNotDeserialised));
  if (row.cluster_only)
    return answered(refused(502, " invoke " + std::string(row.request) + " from sdk is forbidden"));
  if (is_told && log_->has_audit()) note_action(*reply.exchange, row.request, *body);
  connection->touch(reply.began);
  if (load_ != nullptr && !load_->admits(row.priority)) return answered(overloaded(row));
  if (row.check != nullptr) {
    if (const auto refusal = row.check(*body))
      return answered(typed_failure(row, 400, "Param check invalid:" + *refusal));
  }
  admit(row, message, {payload, *body, connection}, std::move(reply));
}

// Requests of gRPC look to a reader of logs like those of HTTP that they are.
std::unique_ptr<wire::Exchange> Dispatcher::begin_exchange(std::string_view type,
                                                           const Connection& connection,
                                                           SteadyTime began) const {
  auto exchange = std::make_unique<wire::Exchange>();
  exchange->method = "POST";
  exchange->started = began;
  exchange->client = connection.remote_address();
  if (log_->has_access())
    exchange->line = "POST /Request/request/" + std::string(type.substr(0, kLoggedTypeMax)) + " HTTP/2.0";
  return exchange;
}

// Lets the call through to its row, or not.
void Dispatcher::admit(const Rpc& row, std::string_view message, const RpcCall& rpc, RpcReply reply) {
  if (row.permission.empty() || !access_.options().client) return run_row(row, rpc, std::move(reply), {});
  const Credentials who = credentials_of(rpc.payload, rpc.body);
  if (!who.has_token() && who.has_password()) {
    auto place = find_place(row.priority, message.size());
    if (!place) return answer(row, reply, overloaded(row));
    // Only the loop can compare a password. It starts anew from the bytes: views do not cross threads.
    return runtime_.post([this, &row, message = std::string(message), reply = std::move(reply),
                          place = std::move(*place)]() mutable {
      scope_.spawn(admit_on_loop(row, std::move(message), std::move(reply), std::move(place)));
    });
  }
  const Demand demand = demand_of_row(row, rpc.body);
  const Result<std::string> user = who.has_token()
                                       ? access_.admit_token(who.token, demand)
                                       : access_.admit_certificate(rpc.connection->certificate(), demand);
  if (!user) return answer(row, reply, refused_access(row, user.error()));
  run_row(row, {rpc.payload, rpc.body, rpc.connection, *user}, std::move(reply), {});
}

// Room for what the loop has to do; nothing when there is none.
std::optional<wire::Load::Place> Dispatcher::find_place(wire::Priority priority, std::size_t bytes) {
  if (load_ == nullptr) return wire::Load::Place();
  return load_->begin(priority, bytes);
}

Task<void> Dispatcher::admit_on_loop(const Rpc& row, std::string message, RpcReply reply,
                                     wire::Load::Place place) {
  const ConnectionPtr connection = reply.connection;
  const auto payload = decode_payload(message);
  BATATA_ASSERT(payload);  // the I/O thread has read these very bytes
  auto body = json::parse(payload->body);
  BATATA_ASSERT(body);
  const Credentials who = credentials_of(*payload, *body);
  const std::string name(who.user.substr(0, kLabelBytesMax));  // the views end with the wait
  const auto user = co_await access_.admit_password(std::string(who.user), Secret(std::string(who.password)),
                                                    connection->remote_address(), demand_of_row(row, *body));
  if (!user) {
    if (log_ != nullptr && log_->has_audit()) {
      if (reply.exchange == nullptr) reply.exchange = begin_exchange({}, *connection, reply.began);
      reply.exchange->action = "sign-in";
      reply.exchange->touched.emplace_back("username", name);
    }
    answer(row, reply, refused_access(row, user.error()));
    co_return;
  }
  body = json::parse(payload->body);  // others have parsed theirs meanwhile
  BATATA_ASSERT(body);
  run_row(row, {*payload, *body, connection, *user}, std::move(reply), std::move(place));
}

// `place`: what the request has already on the loop; an empty one when it has not been there yet.
void Dispatcher::run_row(const Rpc& row, const RpcCall& rpc, RpcReply reply, wire::Load::Place place) {
  if (reply.exchange != nullptr) reply.exchange->user = rpc.principal;
  // Behind access control: which namespaces exist is told to nobody who may not enter them.
  if (namespace_check_ != nullptr) {
    if (const auto refusal = namespace_check_(rpc.body)) {
      return answer(row, reply, typed_failure(row, kNamespaceAbsent, *refusal));
    }
  }
  if (row.answer != nullptr) {
    const auto made = row.answer(rpc);
    return answer(row, reply, made ? *made : refused(502, kNotDeserialised));
  }
  if (!place.is_taken()) {
    auto found = find_place(row.priority, rpc.payload.body.size());
    if (!found) return answer(row, reply, overloaded(row));
    place = std::move(*found);
  }
  auto start = row.prepare(rpc);
  if (!start) return answer(row, reply, refused(502, kNotDeserialised));
  start_on_loop(row, std::move(*start), std::move(reply), std::move(place));
}

void Dispatcher::start_on_loop(const Rpc& row, Rpc::Start start, RpcReply reply, wire::Load::Place place) {
  runtime_.post(
      [this, &row, start = std::move(start), reply = std::move(reply), place = std::move(place)]() mutable {
        // The connection may have ended on the way here; what it owned has been cleaned up, so nothing may be
        // added.
        if (connections_.find(reply.connection->serial) == nullptr) {
          return answer(row, reply, refused(301, "Connection is unregistered."));
        }
        scope_.spawn(run(row, start(), std::move(reply), std::move(place)));
      });
}

Task<void> Dispatcher::run(const Rpc& row, Task<RpcAnswer> task, RpcReply reply,
                           wire::Load::Place /*until the answer*/) {
  const RpcAnswer made = co_await task;
  answer(row, reply, made);
}

std::unique_ptr<wire::StreamHandler> Dispatcher::stream(const std::shared_ptr<wire::Transport>& transport,
                                                        std::shared_ptr<wire::Duplex> duplex) {
  return std::make_unique<Stream>(*this, connection_of(transport), std::move(duplex));
}

void Dispatcher::set_up(const Payload& payload, const ConnectionPtr& connection,
                        const std::shared_ptr<wire::Duplex>& duplex) {
  const auto body = json::parse(payload.body);
  if (!body || !body->is_object()) {
    log::warn("nacos set-up unreadable connection={}", connection->id());
    return;
  }
  if (!connection->registered() && connections_.is_full()) {
    set_ups_refused_.fetch_add(1, std::memory_order_relaxed);
    log::warn("nacos set-up refused connection={} reason=there are as many as there may be",
              connection->id());
    duplex->finish({});
    runtime_.post([connection] { connection->close(); });
    return;
  }
  const json::Value abilities = (*body)["abilityTable"];
  connection->touch(runtime_.now());
  connection->set_up_on = duplex.get();
  connection->set_registered(true);
  runtime_.post([this, connection, client = read_client(payload, *body, runtime_.wall_now()),
                 duplex]() mutable { connections_.add(connection, std::move(client), duplex); });
  // Older clients know no SetupAck and must not get one; newer ones give up on a server that sends none.
  if (abilities.present() && !abilities.is_null()) duplex->send(set_up_ack());
}

void Dispatcher::acknowledge(const Payload& payload, const ConnectionPtr& connection) {
  const auto body = json::parse(payload.body);
  if (!body || !body->is_object() || !connection->registered()) return;
  const auto id = (*body)["requestId"].as_int();
  if (!id) return;
  const bool success = (*body)["resultCode"].as_int().value_or(200) == 200;
  connection->touch(runtime_.now());
  // The only answer that is read.
  const std::string_view read = payload.type == "ClientConfigMetricResponse" ? payload.body : "";
  auto place = find_place(wire::Priority::kVital, read.size());
  if (!place) return;  // as if it were lost on the way: what is not acknowledged is pushed again
  runtime_.post([this, connection, request_id = static_cast<std::uint64_t>(*id), success,
                 answer = std::string(read), place = std::move(*place)]() mutable {
    pushes_.acknowledged(*connection, request_id, success, std::move(answer));
  });
}

}  // namespace batata::nacos
