#include "cli/status.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>
#include <vector>

#include "base/json.h"
#include "cli/common/answers.h"
#include "cli/common/output.h"

namespace batata::cli {
namespace {

// What `status` shows, in the order in which it does.
struct Shown {
  std::string name, text;
  bool is_number = false;
};

std::string status_json(const std::vector<Shown>& all) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  for (const Shown& each : all) {
    writer.key(each.name);
    if (each.is_number) {
      writer.raw(each.text);
    } else {
      writer.string(each.text);
    }
  }
  writer.end_object();
  return out + "\n";
}

std::string status_sheet(const std::vector<Shown>& all) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const Shown& each : all) pairs.emplace_back(each.name, each.text);
  return sheet(pairs);
}

Result<std::vector<Shown>> state_of(const Client& client) {
  const auto state = client.call("GET", "/v1/console/server/state", {});
  if (!state) return tl::unexpected(state.error());
  const auto body = json::parse(state->body);
  if (!body || !(*body)["version"].present()) return not_ours();
  const auto text = [&](std::string_view name) { return (*body)[name].as_text().value_or(""); };
  return std::vector<Shown>{{"version", text("version")},
                            {"mode", text("startup_mode")},
                            {"authentication", text("auth_enabled") == "true" ? "on" : "off"}};
}

// The status first, then what is counted.
Result<std::vector<Shown>> metrics_of(const Client& client) {
  const auto metrics = client.call("GET", "/v1/ns/operator/metrics", {{"onlyStatus", "false"}});
  if (!metrics) return tl::unexpected(metrics.error());
  const auto body = json::parse(metrics->body);
  if (!body || !(*body)["status"].present()) return not_ours();
  std::vector<Shown> found{{"status", (*body)["status"].as_text().value_or("")}};
  for (const auto& [name, member] : {std::pair{"services", "serviceCount"},
                                     {"instances", "instanceCount"},
                                     {"clients", "clientCount"},
                                     {"subscriptions", "subscribeCount"}}) {
    if (const auto count = (*body)[member].as_int()) found.push_back({name, std::to_string(*count), true});
  }
  return found;
}

// Nothing of a server that is not batata, or an older one: it has no word for that.
std::vector<Shown> writes_of(const Client& client) {
  const auto answer = client.call_own("GET", "/batata/v1/status");
  if (!answer) return {};
  const auto body = json::parse(answer->body);
  if (!body) return {};
  const auto writes = (*body)["writes"].as_text();
  if (!writes) return {};
  std::vector<Shown> found{{"writes", *writes}};
  if (const auto reason = (*body)["reason"].as_text()) found.push_back({"reason", *reason});
  return found;
}

// What is asked here needs no signing in, so a token is not looked at.
std::string signed_in(const Client& client, const Invocation& wanted) {
  if (!client.has_token()) return "no";
  return wanted.token.empty() ? "as " + wanted.user : "with BATATA_TOKEN, unchecked";
}

}  // namespace

Result<Printed> show_status(const Client& client, const Invocation& wanted) {
  const auto start = std::chrono::steady_clock::now();
  auto state = state_of(client);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  if (!state) return tl::unexpected(std::move(state.error()));
  auto metrics = metrics_of(client);
  if (!metrics) return tl::unexpected(std::move(metrics.error()));
  const std::string up = metrics->front().text;
  std::vector<Shown> all{{"server", wanted.server}, std::move(metrics->front())};
  auto writes = writes_of(client);
  const std::string why = writes.size() > 1 ? writes[1].text : "";
  std::ranges::move(writes, std::back_inserter(all));
  const bool asks = state->back().text == "on";
  std::ranges::move(*state, std::back_inserter(all));
  if (asks) all.push_back({"signed_in", signed_in(client, wanted)});
  std::move(metrics->begin() + 1, metrics->end(), std::back_inserter(all));
  all.push_back({"response_ms", fmt::format("{:.1f}", took.count()), true});
  Printed printed{wanted.json ? status_json(all) : status_sheet(all), {}};
  if (up == "UP" && why.empty()) return printed;
  if (up == "UP") {
    printed.note =
        "batata: writes are refused: " + printable(why) + "\nnext: the server's log says more; reads go on\n";
    return printed;
  }
  printed.note =
      "batata: the server says that it is " + printable(up) + "\nnext: the server's log says why\n";
  printed.code = ExitCode::kFailed;
  return printed;
}

}  // namespace batata::cli
