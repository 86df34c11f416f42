#include "faces/nacos/naming/naming_replies.h"

#include <string>
#include <utility>

#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/naming_names.h"

namespace batata::nacos {
namespace {

constexpr ResultCode kServerError = {30'000, "server error"}, kInstanceError = {21'004, "instance error"},
                     kExists = {21'007, "service already exist"}, kNoService = {21'008, "service not exist"},
                     kNotDeleted = {21'009, "service delete failure"};

wire::Response reply(int status, ResultCode code, std::string text, Family family) {
  if (family == Family::kV1) return answer(status, kText, std::move(text));
  return failed_result(status, code, text);
}

// What no call has an answer of its own for.
wire::Response failed(const Error& error, Family family) {
  return reply(http_status(error.code), result_code(error.code), error.message, family);
}

// Upstream shows its exception whole, with the blank at its end.
std::string as_exception(const Error& error) {
  return "errCode: 400, errMsg: " + error.message + " ";
}

}  // namespace

wire::Response done(Family family) {
  return family == Family::kV1 ? answer(200, kText, "ok") : result("\"ok\"");
}

wire::Response register_failed(const Error& error, Family family) {
  if (error.code == Errc::kConflict) return reply(400, kServerError, as_exception(error), family);
  if (error.code == Errc::kInvalidArgument) return reply(400, kInstanceError, error.message, family);
  return failed(error, family);
}

wire::Response update_failed(const Error& error, Family family) {
  if (error.code == Errc::kNotFound || error.code == Errc::kInvalidArgument)
    return reply(400, kInstanceError, error.message, family);
  return failed(error, family);
}

wire::Response lookup_failed(const Error& error, Family family) {
  return failed(error, family);
}

wire::Response service_failed(const Error& error, Family family) {
  if (error.code == Errc::kNotFound) return reply(400, kNoService, error.message, family);
  if (error.code == Errc::kConflict) return reply(400, kExists, error.message, family);
  return failed(error, family);
}

wire::Response removal_failed(const Error& error, Family family) {
  if (error.code == Errc::kConflict) return reply(400, kNotDeleted, error.message, family);
  return service_failed(error, family);
}

wire::Response cluster_failed(const Error& error, const registry::ServiceKey& service, Family family) {
  if (error.code != Errc::kNotFound) return failed(error, family);
  if (family == Family::kV1) return answer(400, kText, "service not found:" + grouped_name(service));
  return failed_result(400, kServerError,
                       "service not found groupName: " + service.group + ",serviceName: " + service.name);
}

wire::Response health_failed(const Error& error, Family family) {
  if (error.code == Errc::kInvalidArgument) return reply(400, kServerError, error.message, family);
  return failed(error, family);
}

// v2's 500 is recorded; over v3 a caller's mistake is 400 with us.
wire::Response switch_failed(const Error& error, Family family) {
  if (error.code != Errc::kInvalidArgument) return failed(error, family);
  return reply(family == Family::kV2 ? 500 : 400, kServerError, error.message, family);
}

wire::Response no_service(const registry::ServiceKey& service, Family family) {
  return reply(404, kServerError, "service " + grouped_name(service) + " is not found!", family);
}

wire::Response no_cluster(std::string_view cluster, Family family) {
  return reply(404, kServerError, "cluster " + std::string(cluster) + " is not found!", family);
}

wire::Response unknown_service(const registry::ServiceKey& service, Family family) {
  return reply(400, kNoService,
               "service not found, namespace: " + service.space + ", serviceName: " + grouped_name(service),
               family);
}

}  // namespace batata::nacos
