#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "async/task.h"
#include "base/json.h"
#include "base/result.h"
#include "base/unique_function.h"
#include "faces/nacos/access/resources.h"
#include "faces/nacos/common/payload.h"
#include "faces/nacos/grpc/connection.h"
#include "wire/priority.h"

namespace batata::nacos {

/// A unary request as its row sees it on the I/O thread. Views; dead when the row returns.
struct RpcCall {
  const Payload& payload;
  json::Value body;  ///< an object
  const ConnectionPtr& connection;
  std::string_view principal = {};  ///< who has signed in; empty when nobody had to
};

/// The JSON of an answer. `is_error`: of type ErrorResponse instead of the row's type; Java asks up to three
/// times more then, so it is only for what upstream throws.
struct RpcAnswer {
  std::string json;
  bool is_error = false;
  bool is_failure = false;  ///< of the row's own type; for the metrics
};

/// One request type: the row that is code, document and test. Exactly one of `answer` and `prepare` is set.
struct Rpc {
  std::string_view request;   ///< "ConfigQueryRequest"
  std::string_view response;  ///< "ConfigQueryResponse"
  /// Members that the response type always has, as a failure shows them: `"lastModified":0,"beta":false`. May
  /// be empty.
  std::string_view failure_members;
  std::string_view summary;
  bool cluster_only = false;  ///< refused on the port of the SDKs; neither function is set then

  /// The parameter check: what is wrong with the request, or nothing. May be null.
  std::optional<std::string> (*check)(json::Value body) = nullptr;

  /// What the caller must have a right to, as in wire/endpoint.h: "config:r", a literal name as
  /// "nacos/admin:r", or "identity"; empty: nothing. Asked for after the parameter check, only while clients
  /// must sign in.
  std::string_view permission = {};
  /// The resources that a request touches (resources.h), all of which must be allowed. Null for a literal
  /// permission. Must not be empty for a request that a handler would accept.
  Resources (*resources)(json::Value body) = nullptr;

  /// When it is served while there is too much to do; kDefault: as nacos::priority_of_rpc says.
  wire::Priority priority = wire::Priority::kDefault;

  std::size_t number = 0;  ///< given by the dispatcher, by which it counts

  /// Answers on the I/O thread from published data, or on the loop when a password had to be compared first.
  /// Must not wait.
  /// Errors: any; the caller answers that the request cannot be deserialised.
  std::function<Result<RpcAnswer>(const RpcCall&)> answer = nullptr;

  /// Decodes where `answer` would answer; what it returns is called on the loop, and its task runs in the
  /// face's scope. Errors: as `answer`.
  using Start = UniqueFunction<Task<RpcAnswer>()>;
  std::function<Result<Start>(const RpcCall&)> prepare = nullptr;
};

/// A row whose request is decoded on the I/O thread by `decode` and handled on the loop by a member of
/// `face`, which must outlive the row. The handler is only called while the connection is registered.
template <class Face, class Request>
Rpc on_loop(Rpc row, Face& face, Result<Request> (*decode)(const RpcCall&),
            Task<RpcAnswer> (Face::*handle)(ConnectionPtr, Request)) {
  row.prepare = [&face, decode, handle](const RpcCall& call) -> Result<Rpc::Start> {
    auto request = decode(call);
    if (!request) return tl::unexpected(std::move(request.error()));
    return Rpc::Start([&face, handle, connection = call.connection, r = std::move(*request)]() mutable {
      return (face.*handle)(std::move(connection), std::move(r));
    });
  };
  return row;
}

/// A row that a const member of `face` answers on the I/O thread.
template <class Face>
Rpc on_io_thread(Rpc row, const Face& face, Result<RpcAnswer> (Face::*answer)(const RpcCall&) const) {
  row.answer = [&face, answer](const RpcCall& call) { return (face.*answer)(call); };
  return row;
}

/// `{"resultCode":200,"errorCode":0,…,"success":true}`; `members(json::Writer&)` writes what lies between,
/// about `text_bytes` of it long texts.
template <class Members>
RpcAnswer succeeded(Members&& members, std::size_t text_bytes = 0) {
  constexpr std::size_t kOthers = 320;  // nearly all answers without long texts are shorter
  RpcAnswer answer;
  answer.json.reserve(kOthers + text_bytes + text_bytes / 16);
  json::Writer out(answer.json);
  out.begin_object().member("resultCode", 200).member("errorCode", 0);
  members(out);
  out.member("success", true).end_object();
  return answer;
}
[[nodiscard]] RpcAnswer succeeded();

/// A failure of the row's own response type: clients report it and do not ask again. `result_code` is 500 for
/// all that is recorded.
[[nodiscard]] RpcAnswer typed_failure(const Rpc& row, int error_code, std::string_view message);
[[nodiscard]] RpcAnswer typed_failure(std::string_view failure_members, int error_code,
                                      std::string_view message);

/// An ErrorResponse, as for an exception in upstream's handler: both codes are `error_code` there; failures
/// of the pipeline itself (300 to 302, 502) have result code 500. An empty message is left out.
[[nodiscard]] RpcAnswer thrown(int error_code, std::string_view message);
[[nodiscard]] RpcAnswer refused(int error_code, std::string_view message);

/// The text of a member, or nothing when it is absent or null.
/// Errors: kInvalidArgument when it is an object or a list, which Jackson refuses for a string.
[[nodiscard]] Result<std::optional<std::string>> text_member(json::Value object, std::string_view name);

}  // namespace batata::nacos
