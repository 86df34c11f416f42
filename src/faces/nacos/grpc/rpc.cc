#include "faces/nacos/grpc/rpc.h"

namespace batata::nacos {
namespace {

RpcAnswer failure(int result_code, int error_code, std::string_view message, std::string_view members) {
  RpcAnswer answer;
  json::Writer out(answer.json);
  out.begin_object().member("resultCode", result_code).member("errorCode", error_code);
  if (!message.empty()) out.member("message", message);
  if (!members.empty()) answer.json.append(",").append(members);
  out.member("success", false).end_object();
  return answer;
}

}  // namespace

RpcAnswer succeeded() {
  return succeeded([](json::Writer&) {});
}

RpcAnswer typed_failure(std::string_view failure_members, int error_code, std::string_view message) {
  RpcAnswer answer = failure(500, error_code, message, failure_members);
  answer.is_failure = true;
  return answer;
}
RpcAnswer typed_failure(const Rpc& row, int error_code, std::string_view message) {
  return typed_failure(row.failure_members, error_code, message);
}

RpcAnswer thrown(int error_code, std::string_view message) {
  RpcAnswer answer = failure(error_code, error_code, message, {});
  answer.is_error = true;
  return answer;
}
RpcAnswer refused(int error_code, std::string_view message) {
  RpcAnswer answer = failure(500, error_code, message, {});
  answer.is_error = true;
  return answer;
}

Result<std::optional<std::string>> text_member(json::Value object, std::string_view name) {
  const json::Value value = object[name];
  if (value.is_object() || value.is_array())
    return fail(Errc::kInvalidArgument, std::string(name) + " is no text");
  return value.as_text();
}

}  // namespace batata::nacos
