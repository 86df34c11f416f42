#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "faces/nacos/common/http_answers.h"

namespace batata::nacos {

/// The wrapper of v1: {"code":200,"message":null,"data":…}; `data` is JSON.
[[nodiscard]] inline wire::Response rest_result(std::string_view data) {
  std::string body = R"({"code":200,"message":null,"data":)";
  body.append(data).append("}");
  return answer(200, kJson, std::move(body));
}

/// The same for what was refused: the code says so, HTTP's status is 200 all the same.
[[nodiscard]] inline wire::Response failed_rest_result(int code, std::string_view message) {
  std::string body;
  json::Writer(body)
      .begin_object()
      .member("code", code)
      .member("message", message)
      .key("data")
      .null()
      .end_object();
  return answer(200, kJson, std::move(body));
}

/// `{"code":500,"message":"caused: …;","data":null}`: how v2 says that something went wrong on the way to its
/// handler. The message is escaped here.
[[nodiscard]] inline wire::Response caused_result(std::string_view message) {
  std::string body;
  json::Writer(body)
      .begin_object()
      .member("code", 500)
      .member("message", "caused: " + escape_html(message) + ";")
      .key("data")
      .null()
      .end_object();
  return answer(500, kJson, std::move(body));
}

}  // namespace batata::nacos
