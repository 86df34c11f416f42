#include "faces/nacos/core/core_http.h"

#include <cctype>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/json_body.h"
#include "faces/nacos/common/rest_result.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  json::Writer(out).string(text);
  return out;
}

// The ways to find members that upstream can be switched to; nothing happens on a single node.
Status check_lookup(std::string_view type) {
  if (type == "file" || type == "address-server") return {};
  return fail(Errc::kInvalidArgument,
              "The addressing mode exists : " + as_utf8(type) + ", just support : [[file, address-server]]");
}

bool is_same_word(std::string_view text, std::string_view upper) {
  if (text.size() != upper.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::toupper(static_cast<unsigned char>(text[i])) != upper[i]) return false;
  }
  return true;
}

wire::Response updated(bool any) {
  // What others say of members is of no use to a single node; upstream ignores what it does not know, too.
  if (any) return result("true");
  return missing_result("required parameter 'nodes' is missing");
}

bool has_elements(json::Value list) {
  bool any = false;
  list.each([&any](json::Value) { any = true; });
  return any;
}

}  // namespace

std::string CoreHttp::list(bool shown) const {
  std::string data;
  json::Writer out(data);
  out.begin_array();
  if (shown) members_.write_self(out);
  out.end_array();
  return data;
}

bool CoreHttp::is_named(std::string_view prefix) const {
  return is_blank(prefix) || members_.address().starts_with(prefix);
}

Task<wire::Response> CoreHttp::self_v1(Request, Context) {
  std::string data;
  json::Writer out(data);
  members_.write_self(out);
  co_return rest_result(data);
}

Task<wire::Response> CoreHttp::nodes_v1(Request request, Context) {
  co_return rest_result(list(is_named(request.param("keyword").value_or(""))));
}

Task<wire::Response> CoreHttp::self(Request, Context) {
  std::string data;
  json::Writer out(data);
  members_.write_self(out);
  co_return result(data);
}

Task<wire::Response> CoreHttp::nodes(Request request, Context) {
  const auto state = request.param("state").value_or("");
  if (!is_blank(state) && !is_member_state(state)) {
    co_return failed_result(400, {23000, "illegal state"}, "Illegal state: " + as_utf8(state));
  }
  const bool fits = is_blank(state) || is_same_word(state, members_.state());
  co_return result(list(fits && is_named(request.param("address").value_or(""))));
}

Task<wire::Response> CoreHttp::console_nodes(Request request, Context) {
  co_return result(list(is_named(request.param("keyword").value_or(""))));
}

wire::Response CoreHttp::simple_nodes_v1(const Request&) const {
  return rest_result("[" + quoted(members_.address()) + "]");
}
wire::Response CoreHttp::health_v1(const Request&) const {
  return rest_result(quoted(members_.state()));
}
wire::Response CoreHttp::health_v2(const Request&) const {
  return result(quoted(members_.state()));
}

// Servers of Nacos do not join those of batata, so that nobody's report is ever taken.
wire::Response CoreHttp::report_v1(const Request& request) const {
  const auto node = json_body(request);
  if (!node) return caused(500, escape_html(node.error().message));
  const auto is_text = [&node](std::string_view name) {
    return !is_blank((*node)[name].as_string().value_or(""));
  };
  const bool legal = is_text("ip") && is_text("address") && (*node)["port"].as_int().value_or(-1) != -1;
  if (!legal) return failed_rest_result(400, "Node information is illegal");
  return rest_result(R"("false")");
}

wire::Response CoreHttp::leave_v1(const Request&) const {
  return failed_rest_result(405, "/v1/core/cluster/server/leave API not allow to use temporarily.");
}

wire::Response CoreHttp::leave_v2(const Request& request) const {
  if (!request.param("addresses")) return caused_result(missing_parameter("addresses"));
  return failed_rest_result(405, "DELETE /v2/core/cluster/nodes API not allow to use temporarily.");
}

wire::Response CoreHttp::lookup_v1(const Request& request) const {
  const auto type = request.param("type");
  if (!type) return caused(500, escape_html(missing_parameter("type")));
  const auto known = check_lookup(*type);
  if (!known) return failed_rest_result(500, known.error().message);
  return rest_result("null");
}

wire::Response CoreHttp::lookup(const Request& request) const {
  const auto type = request.param("type");
  if (!type) return missing_result("required parameter 'type' is missing");
  const auto known = check_lookup(*type);
  if (!known) return failed_result(400, result_code(known.error().code), known.error().message);
  return result("true");
}

wire::Response CoreHttp::update_nodes_v2(const Request& request) const {
  const auto nodes = json_body(request);
  if (!nodes) return caused_result(nodes.error().message);
  return updated(has_elements(*nodes));
}

wire::Response CoreHttp::update_nodes_v3(const Request& request) const {
  const auto nodes = json_body(request);
  if (!nodes) return refused_body(nodes.error());
  return updated(has_elements(*nodes));
}

}  // namespace batata::nacos
