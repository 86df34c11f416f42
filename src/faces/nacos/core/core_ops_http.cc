#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/result.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/json_body.h"
#include "faces/nacos/common/log_level.h"
#include "faces/nacos/common/rest_result.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/core/core_http.h"

namespace batata::nacos {
namespace {

// Upstream's commands to the groups of its consensus, as it spells them.
constexpr std::array<std::string_view, 7> kCommands = {"transferLeader", "restRaftCluster", "doSnapshot",
                                                       "removePeer",     "removePeers",     "changePeers",
                                                       "resetPeers"};

// There are none of upstream's groups here, and no member to which anything could be moved.
wire::Response raft(json::Value body) {
  const std::string command = body["command"].as_text().value_or("null");
  if (std::ranges::find(kCommands, command) == kCommands.end()) {
    return failed_rest_result(500, "Not support command : " + command);
  }
  return failed_rest_result(500, "not this raft group : " + body["groupId"].as_text().value_or("null"));
}

struct LogForm {
  std::string logger, level;
};
// Errors: those of json_body, and kInvalidArgument for a member that is missing.
Result<LogForm> read_log_form(const wire::Request& request) {
  const auto body = json_body(request);
  if (!body) return tl::unexpected(body.error());
  for (const std::string_view name : {"logName", "logLevel"}) {
    if (!(*body)[name].as_string()) {
      return fail(Errc::kInvalidArgument, "required parameter '" + std::string(name) + "' is missing");
    }
  }
  return LogForm{std::string(*(*body)["logName"].as_string()), std::string(*(*body)["logLevel"].as_string())};
}

}  // namespace

wire::Response CoreHttp::raft_v1(const Request& request) const {
  const auto body = json_body(request);
  if (!body) return caused(500, escape_html(body.error().message));
  return raft(*body);
}

wire::Response CoreHttp::raft_v2(const Request& request) const {
  const auto body = json_body(request);
  if (!body) return caused_result(body.error().message);
  return raft(*body);
}

// v3 drops the code of the operation: recorded, also for unknown commands and groups.
wire::Response CoreHttp::raft_v3(const Request& request) const {
  const auto body = json_body(request);
  if (!body) return refused_body(body.error());
  if (!body->is_object()) return missing_result("JSON parse error: an object is wanted");
  return result("null");
}

// Upstream numbers rows of its tables. Nothing here has such numbers, and none are made up.
wire::Response CoreHttp::ids_v1(const Request&) const {
  return rest_result("{}");
}
wire::Response CoreHttp::ids_v2(const Request&) const {
  return rest_result("[]");
}
wire::Response CoreHttp::ids_v3(const Request&) const {
  return result("[]");
}

wire::Response CoreHttp::log_v1(const Request& request) const {
  for (const std::string_view name : {"logName", "logLevel"}) {
    if (!request.param(name)) return caused(500, escape_html(missing_parameter(name)));
  }
  (void)set_log_level(as_utf8(*request.param("logName")), *request.param("logLevel"));
  return answer(200, kText, "200");
}

wire::Response CoreHttp::log_v2(const Request& request) const {
  const auto form = read_log_form(request);
  if (!form) return caused_result(form.error().message);
  (void)set_log_level(form->logger, form->level);
  return rest_result("null");
}

wire::Response CoreHttp::log_v3(const Request& request) const {
  const auto form = read_log_form(request);
  if (!form) return refused_body(form.error());
  (void)set_log_level(form->logger, form->level);
  return result("null");
}

// Labels come from a CMDB, and there is none to ask: no entity has any.
wire::Response CoreHttp::label_v1(const Request& request) const {
  for (const std::string_view name : {"entry", "label"}) {
    if (!request.param(name)) return caused(400, "Param '" + std::string(name) + "' is required.");
  }
  return answer(200, {}, {});
}

}  // namespace batata::nacos
