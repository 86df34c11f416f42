#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/text.h"
#include "cluster/wait.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/config/config_http.h"
#include "faces/nacos/config/config_params.h"

namespace batata::nacos {
namespace {

// Who polls, as gray rules see it.
struct Poller {
  explicit Poller(const wire::Request& request)
      : address(client_address(request)), tag(request.header("vipserver-tag").value_or("")) {}
  std::string address, tag;
  [[nodiscard]] domain::Reader reader() const { return {address, tag}; }
};

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Clients before 2.0.4 read the answer of a poll that does not wait from headers; those that say nothing
// count as old.
bool reads_headers(std::string_view version) {
  std::tuple<int, int, int> parts;
  const auto next = [&version](int& part) {
    const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), part);
    version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    if (version.starts_with('.')) version.remove_prefix(1);
  };
  next(std::get<0>(parts));
  next(std::get<1>(parts));
  next(std::get<2>(parts));
  return parts < std::tuple(2, 0, 4);
}

Duration hold_time(std::int64_t asked_ms) {
  const auto bounded =
      std::clamp<std::int64_t>(asked_ms, 0, ConfigHttp::kHoldMax / std::chrono::milliseconds(1));
  return std::max(ConfigHttp::kHoldMin,
                  Duration(std::chrono::milliseconds(bounded)) - ConfigHttp::kAnswerBefore);
}

wire::Response tell_changed(const std::vector<const Listening*>& changed) {
  wire::Response response = answer(200, kJsonUtf8, encode_changed(changed) + "\n");
  forbid_caching(response);
  return response;
}

}  // namespace

std::vector<const Listening*> ConfigHttp::changed(const std::vector<Listening>& listenings,
                                                  const domain::Reader& reader) const {
  std::vector<const Listening*> found;
  for (const Listening& one : listenings)
    if (!configs_.is_current(config_of(one), reader, one.md5)) found.push_back(&one);
  return found;
}

wire::Response ConfigHttp::probe(const wire::Request& request,
                                 const std::vector<Listening>& listenings) const {
  wire::Response response = answer(200, kJsonUtf8, {});
  if (reads_headers(request.header("client-version").value_or(""))) {
    const auto found = changed(listenings, Poller(request).reader());
    response.header("Probe-Modify-Response", encode_changed_old(found));
    response.header("Probe-Modify-Response-New", encode_changed(found));
  }
  forbid_caching(response);
  return response;
}

Task<wire::Response> ConfigHttp::listen_v1(wire::Request request, cluster::Context context) {
  std::string text = polled_text(request);
  if (is_blank(text)) co_return caused(400, "invalid probeModify");
  const auto listenings = parse_listenings(text);
  if (!listenings) {
    if (listenings.error() == ListeningFault::kTooFewWords) co_return caused(400, "invalid probeModify");
    co_return framework_error(request, runtime_.wall_now(), 500, "invalid probeModify", kJsonUtf8);
  }
  const auto hold = request.header("long-pulling-timeout");
  if (!hold) co_return probe(request, *listenings);
  const Poller poller(request);
  const auto hold_ms = number(*hold);
  if (!hold_ms) co_return caused(400, "For input string: \"" + std::string(*hold) + "\"");
  if (request.header("long-pulling-timeout-no-hangup") == "true") {
    const auto found = changed(*listenings, poller.reader());
    co_return found.empty() ? answer(200, kJsonUtf8, {}) : tell_changed(found);
  }

  const bool has_room = polls_.configs() + listenings->size() <= ConfigPolls::kConfigsMax;
  if (watches_.waiting() >= kPollsMax || !has_room) co_return caused(503, "too many long polls");
  context.deadline = runtime_.now() + hold_time(*hold_ms);
  cluster::Interest interest;
  for (const Listening& one : *listenings) {
    const domain::ConfigId id = config_of(one);
    interest.ranges.push_back(store::KeyRange::one(domain::config_key(id)));
    interest.ranges.push_back(store::KeyRange::one(domain::grays_key(id)));
  }
  // Held for long and by many: what is not needed any more goes now.
  request = {};
  std::string().swap(text);
  const ConfigPolls::Held held(polls_, poller.address, *listenings);
  using Changed = std::vector<const Listening*>;
  const auto query = [this, &listenings, &poller]() -> std::optional<Changed> {
    Changed found = changed(*listenings, poller.reader());
    if (found.empty()) return std::nullopt;
    return found;
  };
  auto waiting = cluster::wait_for_change<Changed>(std::move(context), watches_, std::move(interest), query);
  const auto found = co_await waiting;
  co_return found ? tell_changed(*found) : answer(200, kJsonUtf8, {});
}

}  // namespace batata::nacos
