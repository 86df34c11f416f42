#include "faces/nacos/naming/naming_forms.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/limits.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/param_check.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {
namespace {

tl::unexpected<wire::Response> refuse(wire::Response response) {
  return tl::unexpected(std::move(response));
}

// Over 3.1 upstream answers 200 with an empty body; nobody could tell that nothing was done.
wire::Response metadata_incorrect(const wire::Request& request, Family family, WallTime now) {
  const std::string text = "metadata format incorrect:" + as_utf8(text_param(request, "metadata"));
  switch (family) {
    case Family::kV1:
      return framework_error(request, now, 500,
                             "Server failed, caused: ErrCode:400, ErrMsg:" + text + ";caused: " + text + ";");
    case Family::kV2:
      return framework_error(request, now, 500, "ErrCode:400, ErrMsg:" + text);
    case Family::kV3:
      return caused(400, "ErrCode:400, ErrMsg:" + text);
  }
  return caused(400, text);
}

// Source: upstream's TrafficReviseFilter.
std::optional<wire::Response> out_of_service(const wire::Request& request, std::string_view status) {
  const bool reads = request.method == wire::Method::kGet || request.method == wire::Method::kHead;
  if (status == "UP" || (status == "READ_ONLY" && reads) || (status == "WRITE_ONLY" && !reads))
    return std::nullopt;
  return answer(503, kText, "server is " + std::string(status) + "now, please try again later!");
}

// Upstream answers with the status 101.
wire::Response no_json(std::string_view name, Family family) {
  const std::string text = "Param '" + std::string(name) + "' is illegal, it should be JSON";
  if (family == Family::kV1) return answer(400, kText, text);
  return failed_result(400, result_code(Errc::kInvalidArgument), text);
}

wire::Response bad_selector(Family family) {
  constexpr std::string_view kNoMatch = "not match any type of selector!";
  if (family == Family::kV1) return answer(400, kText, std::string(kNoMatch));
  return failed_result(400, {21'006, "selector error"}, kNoMatch);
}

wire::Response bad_expression(const Error& error, Family family) {
  const std::string text = "Selector parses failed: " + error.message;
  if (family == Family::kV1) return answer(500, kText, text);
  return failed_result(500, result_code(Errc::kInternal), text);
}

Read<std::int64_t> member_number(const wire::Request& request, std::string_view name, std::int64_t fallback) {
  const std::string_view text = text_param(request, name);
  if (is_blank(text)) return fallback;
  if (const auto number = parse_int(text)) return *number;
  return member_not_converted(name, "Integer", for_input(text));
}

void read_text(json::Value value, std::optional<std::string>& target) {
  if (value.present() && !value.is_null()) target = value.as_text();
}

Read<domain::HealthCheck> checker_in(std::string_view text, Family family) {
  if (text.size() > kCheckerMax)
    return refuse(refused_parameter("Param 'healthChecker' is illegal, the param length should not exceed " +
                                        std::to_string(kCheckerMax) + ".",
                                    ""));
  auto check = parse_checker(text);
  if (!check) return refuse(no_json("healthChecker", family));
  return std::move(*check);
}

Result<domain::InstanceRef> read_ref(json::Value json) {
  const auto port = json["port"].as_int();
  if (!json.is_object() || !json["ip"].as_text() || !port || *port < 0 || *port > 65535)
    return fail(Errc::kInvalidArgument, "not a list of instances");
  return domain::InstanceRef{
      *json["ip"].as_text(), static_cast<std::uint16_t>(*port),
      std::string(or_default(json["clusterName"].as_text().value_or(""), kDefaultCluster))};
}

}  // namespace

std::string_view server_status(const NamingRoom& room) {
  constexpr std::string_view kUp = "UP";
  const domain::SwitchesPtr switches = room.services.switches().all();
  for (const std::string_view status : {"DOWN", "STARTING", "PAUSED", "WRITE_ONLY", "READ_ONLY"})
    if (switches->overridden_server_status == status) return status;
  return kUp;
}

bool default_ephemeral(const NamingRoom& room) {
  return room.services.switches().all()->default_instance_ephemeral;
}

Read<Metadata> enter(const wire::Request& request, Family family, const NamingRoom& room, Checked checked) {
  if (family == Family::kV1) {
    if (auto refusal = out_of_service(request, server_status(room))) return refuse(std::move(*refusal));
  }
  if (checked == Checked::kList) {
    if (auto refusal = check_list_parameters(request)) return refuse(std::move(*refusal));
    return Metadata{};
  }
  const std::string text =
      family == Family::kV1 ? text_of_v1(request, "metadata") : as_utf8(text_param(request, "metadata"));
  auto metadata = parse_metadata(text);
  if (!metadata) return refuse(metadata_incorrect(request, family, room.runtime.wall_now()));
  if (auto refusal = check_parameters(request, &*metadata)) return refuse(std::move(*refusal));
  return std::move(*metadata);
}

Read<domain::ServiceSelector> selector_of(const wire::Request& request, Family family) {
  domain::ServiceSelector selector;
  const std::string_view given = text_param(request, "selector");
  if (is_blank(given)) return selector;
  const auto json = json::parse(as_utf8(wire::percent_decode(given, true)));
  if (!json) return refuse(no_json("selector", family));
  const std::string type = (*json)["type"].as_text().value_or("");
  if (type == "none") return selector;
  if (type != "label") return refuse(bad_selector(family));
  selector.type = domain::ServiceSelector::Type::kLabel;
  selector.expression = (*json)["expression"].as_text().value_or("");
  const auto labels = domain::labels_of(selector.expression);
  if (!labels) return refuse(bad_expression(labels.error(), family));
  return selector;
}

Result<domain::HealthCheck> parse_checker(std::string_view text) {
  const auto json = json::parse(text);
  if (!json || !json->is_object()) return fail(Errc::kInvalidArgument, "a health checker is a JSON object");
  domain::HealthCheck check;
  check.type = domain::health_check_type((*json)["type"].as_text().value_or(""))
                   .value_or(domain::HealthCheck::Type::kNone);
  check.path = (*json)["path"].as_text().value_or("");
  check.headers = (*json)["headers"].as_text().value_or("");
  const json::Value code = (*json)["expectedResponseCode"];
  const auto number = code.as_int();
  if (code.present() && !code.is_null()) {
    if (!number || *number < 0 || *number > 999)
      return fail(Errc::kInvalidArgument, "expectedResponseCode is no status of HTTP");
    check.expected_code = static_cast<std::int32_t>(*number);
  }
  read_text((*json)["user"], check.user);
  read_text((*json)["pwd"], check.password);
  read_text((*json)["cmd"], check.command);
  return check;
}

Result<std::vector<domain::InstanceRef>> parse_instances(std::string_view text) {
  std::vector<domain::InstanceRef> refs;
  if (is_blank(text)) return refs;
  const auto json = json::parse(text);
  if (!json || !json->is_array()) return fail(Errc::kInvalidArgument, "not a list of instances");
  std::optional<Error> wrong;
  json->each([&](json::Value value) {
    if (wrong) return;
    auto ref = read_ref(value);
    if (!ref) {
      wrong = std::move(ref.error());
    } else if (refs.size() == kInstancesMax) {
      wrong = Error{Errc::kResourceExhausted, "more than " + std::to_string(kInstancesMax) + " instances"};
    } else {
      refs.push_back(std::move(*ref));
    }
  });
  if (wrong) return tl::unexpected(std::move(*wrong));
  return refs;
}

// Java keeps it as a float: the number is the shortest one that means the same float.
std::optional<double> parse_share(std::string_view text) {
  const auto wide = parse_double(text);
  if (!wide || std::abs(*wide) > std::numeric_limits<float>::max()) return std::nullopt;  // nor infinity
  std::array<char, 64> shortest{};
  const auto [end, error] =
      std::to_chars(shortest.data(), shortest.data() + shortest.size(), static_cast<float>(*wide));
  double value = *wide;
  if (error == std::errc{}) std::from_chars(shortest.data(), end, value);
  return value;
}

Read<InstanceForm> instance_form(const wire::Request& request, Family family, const NamingRoom& room) {
  auto metadata = enter(request, family, room);
  if (!metadata) return refuse(std::move(metadata.error()));
  auto service = service_of_v3(request);
  if (!service) return refuse(std::move(service.error()));
  auto sent = instance_of_v3(request, std::move(*metadata), default_ephemeral(room));
  if (!sent) return refuse(std::move(sent.error()));
  if (family == Family::kV2) service = cut_at_group(std::move(*service));
  return InstanceForm{std::move(*service), std::move(*sent)};
}

Read<MetadataForm> metadata_form(const wire::Request& request, Family family, const NamingRoom& room) {
  auto metadata = enter(request, family, room);
  if (!metadata) return refuse(std::move(metadata.error()));
  auto service = service_of_v3(request);
  if (!service) return refuse(std::move(service.error()));
  if (is_blank(text_param(request, "metadata"))) return missing_member("metadata", "String");
  return MetadataForm{cut_at_group(std::move(*service)), as_utf8(text_param(request, "instances")),
                      std::move(*metadata)};
}

Read<ServiceForm> service_form(const wire::Request& request, Family family, Metadata metadata) {
  ServiceForm form;
  const std::string_view share = or_default(text_param(request, "protectThreshold"), "0");
  const auto threshold = parse_share(share);
  if (!threshold) return member_not_converted("protectThreshold", "Float", for_input(share));
  const auto ephemeral = member_flag(request, "ephemeral", false);
  if (!ephemeral) return refuse(ephemeral.error());
  auto service = service_of_v3(request);
  if (!service) return refuse(std::move(service.error()));
  auto selector = selector_of(request, family);
  if (!selector) return refuse(std::move(selector.error()));
  form.service = std::move(*service);
  form.meta.ephemeral = *ephemeral;
  form.meta.protect_threshold = *threshold;
  form.meta.selector = std::move(*selector);
  form.meta.metadata = std::move(metadata);
  return form;
}

Read<ClusterForm> cluster_form(const wire::Request& request, Metadata metadata) {
  ClusterForm form;
  auto service = service_of_v3(request);
  if (!service) return refuse(std::move(service.error()));
  form.service = std::move(*service);
  form.cluster = as_utf8(text_param(request, "clusterName"));
  if (is_blank(form.cluster)) return missing_member("clusterName", "String");
  const auto port = parse_port(text_param(request, "checkPort"));  // checked to be one, or blank
  if (!port) return missing_member("checkPort", "Integer");
  if (is_blank(text_param(request, "useInstancePort4Check")))
    return missing_member("useInstancePort4Check", "Boolean");
  const auto own_port = member_flag(request, "useInstancePort4Check", true);
  if (!own_port) return refuse(own_port.error());
  if (text_param(request, "healthChecker").empty()) return missing_member("healthChecker", "String");
  const auto check = checker_in(as_utf8(text_param(request, "healthChecker")), Family::kV3);
  if (!check) return refuse(check.error());
  form.meta = {*check, *port, *own_port, std::move(metadata)};
  return form;
}

Read<ClusterForm> cluster_form_v1(const wire::Request& request, WallTime now, Metadata metadata) {
  for (const std::string_view name :
       {"clusterName", "serviceName", "checkPort", "useInstancePort4Check", "healthChecker"})
    if (is_blank(text_of_v1(request, name))) return refuse(required_v1(name));
  ClusterForm form;
  auto service = service_of_v1(request, now);
  if (!service) return refuse(std::move(service.error()));
  form.service = std::move(*service);
  form.cluster = text_of_v1(request, "clusterName");
  const auto check = checker_in(text_of_v1(request, "healthChecker"), Family::kV1);
  if (!check) return refuse(check.error());
  const std::string given_port = text_of_v1(request, "checkPort");
  const auto port = parse_port(given_port);  // checked to be one, unless it is encoded twice
  if (!port) return refuse(not_a_number_v1(given_port));
  form.meta = {*check, *port, flag_of_v1(request, "useInstancePort4Check", false), std::move(metadata)};
  return form;
}

Read<HealthForm> health_form(const wire::Request& request, Family family) {
  if (is_blank(text_param(request, "healthy"))) return missing_member("healthy", "Boolean");
  const auto healthy = member_flag(request, "healthy", true);
  if (!healthy) return refuse(healthy.error());
  auto service = service_of_v3(request);
  if (!service) return refuse(std::move(service.error()));
  auto address = address_of_v3(request);
  if (!address) return refuse(std::move(address.error()));
  return HealthForm{family == Family::kV2 ? cut_at_group(std::move(*service)) : std::move(*service),
                    {std::move(address->ip), address->port,
                     std::string(or_default(text_param(request, "clusterName"), kDefaultCluster))},
                    *healthy};
}

Read<PageForm> page_of_v3(const wire::Request& request) {
  PageForm page;
  for (const auto& [name, target] :
       {std::pair<std::string_view, std::int64_t*>{"pageNo", &page.number}, {"pageSize", &page.size}}) {
    const auto number = member_number(request, name, *target);
    if (!number) return refuse(number.error());
    if (*number < 1) {
      return refuse(failed_result(400, result_code(Errc::kInvalidArgument),
                                  "Required parameter '" + std::string(name) +
                                      "' should be positive integer, current is " + std::to_string(*number)));
    }
    *target = *number;
  }
  page.size = std::min(page.size, kPageMax);
  return page;
}

Slice slice_of(std::size_t count, std::int64_t number, std::int64_t size) {
  const auto all = static_cast<std::int64_t>(count);
  const std::int64_t from = std::clamp<std::int64_t>((number - 1) * size, 0, all);
  const std::int64_t to = std::clamp<std::int64_t>(from + size, from, all);
  return {static_cast<std::size_t>(from), static_cast<std::size_t>(to)};
}

}  // namespace batata::nacos
