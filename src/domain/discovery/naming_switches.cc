#include "domain/discovery/naming_switches.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace batata::domain {
namespace {

using Change = Status (*)(Switches&, const SwitchChange&);

// As Boolean.parseBoolean: anything else is false.
bool is_true(std::string_view text) {
  return lower_case(text) == "true";
}
// As upstream's ConvertUtils.toBoolean.
bool is_affirmative(std::string_view text) {
  constexpr std::array<std::string_view, 5> kYes = {"true", "yes", "on", "y", "t"};
  return std::ranges::find(kYes, lower_case(text)) != kYes.end();
}

template <class T>
Result<T> number(std::string_view text) {
  T value{};
  std::string_view digits = text;
  if (digits.size() > 1 && digits.front() == '+' && digits[1] != '-') digits.remove_prefix(1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
    return fail(Errc::kInvalidArgument, fmt::format("For input string: \"{}\"", text));
  return value;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
  }
  while (parts.size() > 1 && parts.back().empty()) parts.pop_back();
  return parts;
}

template <bool Switches::* Member>
Status set_flag(Switches& all, const SwitchChange& change) {
  all.*Member = is_true(change.value);
  return {};
}
template <bool Switches::* Member>
Status set_affirmation(Switches& all, const SwitchChange& change) {
  all.*Member = is_affirmative(change.value);
  return {};
}

Status set_millis(std::int64_t& target, const SwitchChange& change, std::int64_t min,
                  std::string_view too_small) {
  const auto millis = number<std::int64_t>(change.value);
  if (!millis) return tl::unexpected(millis.error());
  if (*millis < min) return fail(Errc::kInvalidArgument, std::string(too_small));
  target = *millis;
  return {};
}

Status set_distro_threshold(Switches& all, const SwitchChange& change) {
  const auto threshold = number<double>(change.value);
  if (!threshold) return tl::unexpected(threshold.error());
  if (!(*threshold > 0) || !std::isfinite(*threshold))
    return fail(Errc::kInvalidArgument,
                fmt::format("distroThreshold can not be zero or negative: {:.1f}", *threshold));
  all.distro_threshold = *threshold;
  return {};
}

// Digits, dot, digits, dot, digits.
bool is_version(std::string_view text) {
  const auto parts = split(text, '.');
  return parts.size() == 3 && std::ranges::all_of(parts, [](const std::string& part) {
           return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
         });
}

Status set_push_version(Switches& all, const SwitchChange& change) {
  const auto parts = split(change.value, ':');
  if (parts.size() < 2)
    return fail(Errc::kInvalidArgument, "illegal format, must be 'type:version', but got: " + change.value);
  if (!is_version(parts[1]))
    return fail(Errc::kInvalidArgument, "illegal version, must match: [0-9]+\\.[0-9]+\\.[0-9]+");
  const std::array<std::pair<std::string_view, std::string*>, 5> targets = {{
      {"java", &all.push_version_java},
      {"python", &all.push_version_python},
      {"c", &all.push_version_c},
      {"go", &all.push_version_go},
      {"csharp", &all.push_version_csharp},
  }};
  for (const auto& [type, version] : targets) {
    if (type != parts[0]) continue;
    *version = parts[1];
    return {};
  }
  return fail(Errc::kInvalidArgument, "unsupported client type: " + parts[0]);
}

Status set_limited_urls(Switches& all, const SwitchChange& change) {
  if (change.value.empty()) return {};
  std::map<std::string, std::int32_t> urls;
  for (const std::string& each : split(change.value, ',')) {
    const auto parts = split(each, ':');
    if (parts.size() < 2) return fail(Errc::kInvalidArgument, "invalid input for limited urls");
    if (parts[0].empty()) return fail(Errc::kInvalidArgument, "url can not be empty, url: ");
    const auto code = number<std::int32_t>(parts[1]);
    if (!code) return tl::unexpected(code.error());
    if (*code <= 0)
      return fail(Errc::kInvalidArgument, "illegal normal status code: " + std::to_string(*code));
    urls.insert_or_assign(parts[0], *code);
  }
  all.limited_urls = std::move(urls);
  return {};
}

Status set_params(HealthParams& target, const SwitchChange& change, bool checked) {
  if (!change.params) return fail(Errc::kInvalidArgument, "json param invalid.");
  if (checked && change.params->min_ms < 500)
    return fail(Errc::kInvalidArgument, "min check time for http or tcp is too small(<500)");
  if (checked && change.params->max_ms < 3'000)
    return fail(Errc::kInvalidArgument, "max check time for http or tcp is too small(<3000)");
  if (checked && !(change.params->factor >= 0 && change.params->factor <= 1))
    return fail(Errc::kInvalidArgument, "malformed factor");
  target = *change.params;
  return {};
}

struct Entry {
  std::string_view name;
  Change change;
};

// The names are the operators' words, which are not always those under which the switches are shown. The
// bounds that messages name are upstream's, also where its message names another one than it checks.
constexpr Entry kEntries[] = {
    {"distroThreshold", set_distro_threshold},
    {"clientBeatInterval",
     [](Switches& all, const SwitchChange& change) {
       return set_millis(all.client_beat_interval_ms, change, INT64_MIN, {});
     }},
    {"pushVersion", set_push_version},
    {"pushCacheMillis",
     [](Switches& all, const SwitchChange& change) {
       return set_millis(all.push_cache_ms, change, 10'000,
                         "min cache time for http or tcp is too small(<10000)");
     }},
    {"defaultCacheMillis",
     [](Switches& all, const SwitchChange& change) {
       return set_millis(all.default_cache_ms, change, 1'000, "min default cache time  is too small(<1000)");
     }},
    {"masters",
     [](Switches& all, const SwitchChange& change) {
       all.masters = split(change.value, ',');
       return Status{};
     }},
    {"distro", set_flag<&Switches::distro_enabled>},
    {"check", set_flag<&Switches::health_check_enabled>},
    {"healthCheckEnabled", set_flag<&Switches::health_check_enabled>},
    {"pushEnabled", set_flag<&Switches::push_enabled>},
    {"serviceStatusSynchronizationPeriodMillis",
     [](Switches& all, const SwitchChange& change) {
       return set_millis(all.service_status_sync_ms, change, 5'000,
                         "serviceStatusSynchronizationPeriodMillis is too small(<5000)");
     }},
    {"serverStatusSynchronizationPeriodMillis",
     [](Switches& all, const SwitchChange& change) {
       return set_millis(all.server_status_sync_ms, change, 1'000,
                         "serverStatusSynchronizationPeriodMillis is too small(<15000)");
     }},
    {"healthCheckTimes",
     [](Switches& all, const SwitchChange& change) -> Status {
       const auto times = number<std::int32_t>(change.value);
       if (!times) return tl::unexpected(times.error());
       all.check_times = *times;
       return {};
     }},
    {"disableAddIP", set_flag<&Switches::disable_add_ip>},
    {"sendBeatOnly", set_flag<&Switches::send_beat_only>},
    {"limitedUrlMap", set_limited_urls},
    {"enableStandalone",
     [](Switches& all, const SwitchChange& change) {
       if (!change.value.empty()) all.enable_standalone = is_true(change.value);
       return Status{};
     }},
    {"overriddenServerStatus",
     [](Switches& all, const SwitchChange& change) {
       all.overridden_server_status = change.value == "null" ? std::string() : change.value;
       return Status{};
     }},
    {"defaultInstanceEphemeral", set_flag<&Switches::default_instance_ephemeral>},
    {"distroServerExpiredMillis",
     [](Switches& all, const SwitchChange& change) {
       return set_millis(all.distro_server_expired_ms, change, INT64_MIN, {});
     }},
    {"lightBeatEnabled", set_affirmation<&Switches::light_beat_enabled>},
    {"autoChangeHealthCheckEnabled", set_affirmation<&Switches::auto_change_health_check_enabled>},
    {"httpHealthParams",
     [](Switches& all, const SwitchChange& change) { return set_params(all.http, change, true); }},
    {"tcpHealthParams",
     [](Switches& all, const SwitchChange& change) { return set_params(all.tcp, change, true); }},
    {"mysqlHealthParams",
     [](Switches& all, const SwitchChange& change) { return set_params(all.mysql, change, false); }},
};

}  // namespace

Result<Switches> plan_switch(const Switches& present, const SwitchChange& change) {
  Switches next = present;
  const auto* entry = std::ranges::find(kEntries, change.entry, &Entry::name);
  if (entry == std::end(kEntries)) return next;
  if (const Status done = entry->change(next, change); !done) return tl::unexpected(done.error());
  return next;
}

NamingSwitches::NamingSwitches() {
  set(Switches{});
}

void NamingSwitches::set(Switches switches) {
  push_cache_ms_.store(switches.push_cache_ms, std::memory_order_relaxed);
  beat_interval_ms_.store(switches.client_beat_interval_ms, std::memory_order_relaxed);
  light_beat_.store(switches.light_beat_enabled, std::memory_order_relaxed);
  push_.store(switches.push_enabled, std::memory_order_relaxed);
  add_disabled_.store(switches.disable_add_ip, std::memory_order_relaxed);
  published_.publish("", std::make_shared<const Switches>(std::move(switches)));
}

}  // namespace batata::domain
