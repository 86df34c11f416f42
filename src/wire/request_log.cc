#include "wire/request_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "base/utf8.h"

namespace batata::wire {
namespace {

// A list of what may be shown: one of what may not would miss the secret that is invented tomorrow.
constexpr auto kShown = std::to_array<std::string_view>(
    {"action", "beta",       "clone",       "cluster",     "clustername", "customnamespaceid",
     "dataid", "deltype",    "entry",       "ephemeral",   "export",      "exportv2",
     "group",  "groupname",  "healthyonly", "id",          "ids",         "import",
     "ip",     "level",      "loglevel",    "logname",     "namespaceid", "nid",
     "pageno", "pagenumber", "pagesize",    "policy",      "port",        "resource",
     "role",   "search",     "service",     "servicename", "show",        "tag",
     "tenant", "type",       "user",        "username"});

static_assert(std::ranges::is_sorted(kShown));

// Of one text of a request: no real name is longer, and a log must not grow by what strangers send.
constexpr std::size_t kTextMax = 512, kTargetMax = 2048;

std::string shortened(std::string_view text, std::size_t most = kTextMax) {
  return std::string(text.substr(0, most));
}

// As other servers write what would end a quoted text or a line: \xNN.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  if (text.empty()) out += '-';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\') {
      fmt::format_to(std::back_inserter(out), "\\x{:02X}", byte);
    } else {
      out += c;
    }
  }
  out += '"';
}

// A user's name as the third word of a line: no blank may be in it.
void append_word(std::string& out, std::string_view text) {
  if (text.empty()) out += '-';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || c == '"' || c == '\\') {
      fmt::format_to(std::back_inserter(out), "\\x{:02X}", byte);
    } else {
      out += c;
    }
  }
}

// What audit events say of a thing that was asked for.
std::string_view result_of(const Exchange& exchange) {
  if (exchange.status == 401 || exchange.status == 403 || exchange.status == 429) return "refused";
  return exchange.status >= 400 || exchange.failed ? "failed" : "done";
}

// Nacos answers 200 to much that was not done: with `false`, or with a code in the body.
bool says_failure(std::string_view body) {
  if (body == "false") return true;
  constexpr std::string_view kCode = "{\"code\":";
  if (!body.starts_with(kCode)) return false;
  const std::string_view code = body.substr(kCode.size(), body.find(',') - kCode.size());
  return (code != "0" && code != "200") || body.find("\"data\":false") != body.npos;
}

// JSON is UTF-8: a name that is none, or was cut within a character, must not spoil its event.
std::string as_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = utf8_size(text);
    out += size > 0 ? text.substr(0, size) : std::string_view("\xef\xbf\xbd");
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

struct Civil {
  int year;
  unsigned month, day, hour, minute, second;
};
Civil civil_of(WallTime time) {
  using namespace std::chrono;
  const auto since = milliseconds(time.ms);
  const auto day = floor<days>(since);
  const year_month_day date{sys_days(day)};
  const hh_mm_ss clock(floor<seconds>(since - day));
  return {int(date.year()),
          unsigned(date.month()),
          unsigned(date.day()),
          static_cast<unsigned>(clock.hours().count()),
          static_cast<unsigned>(clock.minutes().count()),
          static_cast<unsigned>(clock.seconds().count())};
}

}  // namespace

bool names_a_thing(std::string_view parameter) {
  return std::ranges::binary_search(kShown, std::string_view(lower_case(parameter)));
}

std::string shown_target(std::string_view target) {
  const std::size_t mark = std::min(target.find('?'), target.size());
  std::string out(target.substr(0, std::min(mark, kTargetMax)));
  if (mark == target.size()) return out;
  out += '?';
  for (std::size_t at = mark + 1; at < target.size() && out.size() < kTargetMax;) {
    const std::size_t end = std::min(target.find('&', at), target.size());
    const std::string_view pair = target.substr(at, end - at);
    const std::size_t equals = pair.find('=');
    if (at != mark + 1) out += '&';
    // A name with escapes is another one when it is read; a pair without '=' may be a value that has lost it.
    if (equals == pair.npos) {
      out += names_a_thing(pair) ? pair : "***";
    } else {
      const std::string_view name = pair.substr(0, equals);
      out += shortened(name, 64);
      out += '=';
      out += names_a_thing(name) ? shortened(pair.substr(equals + 1)) : "***";
    }
    at = end + 1;
  }
  return out;
}

RequestLog::RequestLog(const Runtime& runtime, RequestLogOptions options)
    : runtime_(runtime), options_(std::move(options)) {}

std::string_view RequestLog::action_of(const RowInfo& row) const {
  return options_.action_of && options_.audit ? options_.action_of(row) : std::string_view();
}

bool RequestLog::tells(std::string_view action, SteadyTime started) const {
  constexpr log::Module kHere = log::Module::of(std::source_location::current()).value();
  return has_access() || (has_audit() && !action.empty()) ||
         (options_.slow > Duration::zero() && now() - started > options_.slow) ||
         log::enabled(log::Level::kTrace, kHere);
}

Exchange RequestLog::describe(const Request& request, std::string_view pattern, std::string_view action,
                              SteadyTime started) const {
  Exchange exchange;
  exchange.method = name_of(request.method);
  exchange.pattern = pattern;
  exchange.action = has_audit() ? action : std::string_view();
  exchange.started = started;
  exchange.client = request.peer_address;
  if (has_access()) {
    exchange.line = shortened(request.method_name, 32) + " " + shown_target(request.target) + " " +
                    std::string(request.protocol);
    exchange.referer = shown_target(request.header("referer").value_or(""));
    exchange.agent = shortened(request.header("user-agent").value_or(""));
  }
  if (!exchange.action.empty()) {
    for (const std::string_view name :
         {"namespaceId", "tenant", "customNamespaceId", "groupName", "group", "dataId", "ids", "id",
          "username", "role", "resource", "action", "logName", "logLevel", "level", "entry"}) {
      if (const auto value = request.param(name)) exchange.touched.emplace_back(name, shortened(*value));
    }
  }
  return exchange;
}

void RequestLog::tell(Exchange& exchange, const Response& response) {
  exchange.status = response.status;
  exchange.bytes = response.content().size();
  if (!exchange.action.empty()) exchange.failed = says_failure(response.content().substr(0, kTextMax));
  tell(exchange);
}

void RequestLog::tell(const Exchange& exchange) {
  const Duration took = now() - exchange.started;
  log::trace("request method={} path={} status={} us={} client={}", exchange.method, exchange.pattern,
             exchange.status, took.count() / 1000, exchange.client);
  if (options_.access) {
    std::string line;
    append_access_line(line, exchange, runtime_.wall_now(), took);
    options_.access(std::move(line));
  }
  if (options_.audit && !exchange.action.empty()) {
    std::string line;
    append_audit_line(line, exchange, runtime_.wall_now());
    options_.audit(std::move(line));
  }
  if (options_.slow > Duration::zero() && took > options_.slow && !exchange.waits)
    warn_if_slow(exchange, took);
}

// The first kSlowMax of each second of the clock are told. Two threads that begin a second at once may tell
// one more.
void RequestLog::warn_if_slow(const Exchange& exchange, Duration took) {
  const std::int64_t second = now().ns / 1'000'000'000;
  if (slow_second_.exchange(second, std::memory_order_relaxed) != second)
    slow_told_.store(0, std::memory_order_relaxed);
  if (slow_told_.fetch_add(1, std::memory_order_relaxed) >= kSlowMax) {
    slow_untold_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const std::uint64_t untold = slow_untold_.exchange(0, std::memory_order_relaxed);
  log::warn("slow request method={} path={} status={} ms={} client={}{}", exchange.method, exchange.pattern,
            exchange.status, took.count() / 1'000'000, exchange.client,
            untold == 0 ? "" : fmt::format(" untold_before={}", untold));
}

void append_access_line(std::string& out, const Exchange& exchange, WallTime now, Duration took) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Civil time = civil_of(now);
  out += exchange.client.empty() ? "-" : exchange.client;
  out += " - ";
  append_word(out, exchange.user);
  fmt::format_to(std::back_inserter(out), " [{:02}/{}/{:04}:{:02}:{:02}:{:02} +0000] ", time.day,
                 kMonths[time.month - 1], time.year, time.hour, time.minute, time.second);
  append_quoted(out, exchange.line);
  fmt::format_to(std::back_inserter(out), " {} {} ", exchange.status, exchange.bytes);
  append_quoted(out, exchange.referer);
  out += ' ';
  append_quoted(out, exchange.agent);
  const auto us = took.count() / 1000;
  fmt::format_to(std::back_inserter(out), " {}.{:03}\n", us / 1000, us % 1000);
}

void append_audit_line(std::string& out, const Exchange& exchange, WallTime now) {
  const Civil t = civil_of(now);
  json::Writer writer(out);
  writer.begin_object()
      .member("time", fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.year, t.month, t.day,
                                  t.hour, t.minute, t.second, now.ms % 1000))
      .member("action", exchange.action)
      .member("result", result_of(exchange))
      .member("user", as_utf8(exchange.user))
      .member("client", exchange.client);
  writer.key("touched").begin_object();
  for (const auto& [name, value] : exchange.touched) writer.member(name, as_utf8(value));
  writer.end_object()
      .member("method", exchange.method)
      .member("path", exchange.pattern)
      .member("status", exchange.status)
      .end_object();
  out += '\n';
}

}  // namespace batata::wire
