#include "cli/top.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "cli/common/client.h"
#include "cli/common/output.h"
#include "cli/common/patience.h"

namespace batata::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPause{1'000};
constexpr std::size_t kShownMax = 10;  // addresses and types; the rest has no room on a small terminal
constexpr std::string_view kHttp = "batata_http_requests_total", kGrpc = "batata_nacos_requests_total";

// What is known at one time.
struct Look {
  Samples samples;
  Clock::time_point at;
};

Result<Look> look(const Client& client) {
  const auto answer = client.call_own("GET", "/metrics");
  if (!answer) return tl::unexpected(answer.error());
  Look now{parse_metrics(answer->body), Clock::now()};
  if (!now.samples.contains("batata_uptime_seconds"))
    return fail(Errc::kInternal, "the server's metrics are not what batata would say; is it one?");
  return now;
}

double value_of(const Samples& samples, std::string_view name) {
  const auto found = samples.find(name);
  return found == samples.end() ? 0 : found->second;
}

// A kind of request, and how many there were of it each second.
struct Rate {
  std::string what;
  double per_s;
};

// The value of a label in `name{label="value",…}`, as it stands there.
std::string label_of(std::string_view sample, std::string_view label) {
  const std::string before = std::string(label) + "=\"";
  const std::size_t from = sample.find(before);
  if (from == sample.npos) return {};
  const std::string_view rest = sample.substr(from + before.size());
  return std::string(rest.substr(0, rest.find('"')));
}

// What two looks a while apart come to.
struct Frame {
  double uptime_s = 0, cpu_percent = 0, memory_bytes = 0, files = 0, connections = 0, in_flight = 0;
  double http_per_s = 0, grpc_per_s = 0;
  std::vector<Rate> busiest;
};

Frame frame_between(const Look& before, const Look& now) {
  const double seconds = std::max(1e-3, std::chrono::duration<double>(now.at - before.at).count());
  // A counter that has become smaller is that of a server that has started anew.
  const auto rate = [&](std::string_view name, double value) {
    return std::max(0.0, value - value_of(before.samples, name)) / seconds;
  };
  const auto rate_of = [&](std::string_view name) { return rate(name, value_of(now.samples, name)); };
  Frame frame{.uptime_s = value_of(now.samples, "batata_uptime_seconds"),
              .cpu_percent = 100 * rate_of("process_cpu_seconds_total"),
              .memory_bytes = value_of(now.samples, "process_resident_memory_bytes"),
              .files = value_of(now.samples, "process_open_fds"),
              .connections = value_of(now.samples, "batata_active_connections"),
              .in_flight = value_of(now.samples, "batata_requests_in_flight"),
              .busiest = {}};
  for (const auto& [name, value] : now.samples) {
    const bool is_http = name.starts_with(kHttp), is_grpc = name.starts_with(kGrpc);
    if (!is_http && !is_grpc) continue;
    const double per_s = rate(name, value);
    (is_http ? frame.http_per_s : frame.grpc_per_s) += per_s;
    const std::string what =
        is_http ? label_of(name, "method") + " " + label_of(name, "path") : "gRPC " + label_of(name, "type");
    if (per_s > 0) frame.busiest.push_back({what, per_s});
  }
  std::ranges::sort(frame.busiest, [](const Rate& a, const Rate& b) {
    return a.per_s != b.per_s ? a.per_s > b.per_s : a.what < b.what;
  });
  if (frame.busiest.size() > kShownMax) frame.busiest.resize(kShownMax);
  return frame;
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds);
  const std::int64_t days = whole / 86'400, hours = whole / 3'600 % 24, minutes = whole / 60 % 60;
  if (days > 0) return fmt::format("{}d {}h", days, hours);
  return hours > 0 ? fmt::format("{}h {}m", hours, minutes) : fmt::format("{}m {}s", minutes, whole % 60);
}

std::string text_of(const Frame& frame, const Invocation& wanted) {
  std::string out = sheet({{"server", wanted.server},
                           {"up for", duration_text(frame.uptime_s)},
                           {"CPU", fmt::format("{:.1f} %", frame.cpu_percent)},
                           {"memory", fmt::format("{:.1f} MiB", frame.memory_bytes / (1 << 20))},
                           {"connections", fmt::format("{:.0f}", frame.connections)},
                           {"open files", fmt::format("{:.0f}", frame.files)},
                           {"requests under way", fmt::format("{:.0f}", frame.in_flight)},
                           {"HTTP requests", fmt::format("{:.1f}/s", frame.http_per_s)},
                           {"gRPC requests", fmt::format("{:.1f}/s", frame.grpc_per_s)}});
  std::vector<std::vector<std::string>> rows;
  for (const Rate& rate : frame.busiest) rows.push_back({fmt::format("{:.1f}", rate.per_s), rate.what});
  return out + "\n" + table({"PER SECOND", "REQUEST"}, rows);
}

std::string json_of(const Frame& frame, const Invocation& wanted) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object().member("server", wanted.server).member("uptimeSeconds", frame.uptime_s);
  writer.member("cpuPercent", frame.cpu_percent);
  writer.member("memoryBytes", static_cast<std::int64_t>(frame.memory_bytes));
  writer.member("connections", static_cast<std::int64_t>(frame.connections));
  writer.member("openFiles", static_cast<std::int64_t>(frame.files));
  writer.member("requestsInFlight", static_cast<std::int64_t>(frame.in_flight));
  writer.member("httpPerSecond", frame.http_per_s).member("grpcPerSecond", frame.grpc_per_s);
  writer.key("busiest").begin_array();
  for (const Rate& rate : frame.busiest)
    writer.begin_object().member("request", rate.what).member("perSecond", rate.per_s).end_object();
  writer.end_array().end_object();
  return out + "\n";
}

// Shows frames until it is told to stop; each in the place of the one before.
Status show_frames(const Invocation& wanted, const Outside& outside, Client client, Look before) {
  Patience patience(wanted, outside, std::move(client));
  return patience.repeat([&](const Client& asked) -> Status {
    if (outside.wait_for_stop(kPause)) return {};
    auto now = look(asked);
    if (!now) return tl::unexpected(std::move(now.error()));
    const std::string text =
        "\x1b[H\x1b[2J" + text_of(frame_between(before, *now), wanted) + "\nCtrl-C ends this\n";
    before = std::move(*now);
    if (auto said = outside.out(text); !said)
      return fail(Error{Errc::kInternal, said.error().message, kOutputIsGone}, "standard output");
    return {};
  });
}

}  // namespace

Samples parse_metrics(std::string_view text) {
  Samples samples;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line[0] == '#') continue;
    // Spaces stand in labels, too: what is behind the last brace is the value.
    const std::size_t brace = line.rfind('}');
    const std::size_t name_size = brace == line.npos ? std::min(line.find(' '), line.size()) : brace + 1;
    const std::string_view number = trimmed(line.substr(name_size));
    double value = 0;
    const auto parsed = std::from_chars(number.data(), number.data() + number.size(), value);
    if (parsed.ec == std::errc{}) samples[std::string(line.substr(0, name_size))] = value;
  }
  return samples;
}

Result<Printed> show_top(const Invocation& wanted, const Outside& outside) {
  auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(std::move(client.error()));
  auto before = look(*client);
  if (!before) return tl::unexpected(std::move(before.error()));
  if (outside.is_terminal && !wanted.json) {
    if (auto shown = show_frames(wanted, outside, std::move(*client), std::move(*before)); !shown)
      return tl::unexpected(std::move(shown.error()));
    return Printed{};
  }
  if (outside.wait_for_stop(kPause)) return Printed{};
  const auto now = look(*client);
  if (!now) return tl::unexpected(now.error());
  const Frame frame = frame_between(*before, *now);
  return Printed{wanted.json ? json_of(frame, wanted) : text_of(frame, wanted)};
}

}  // namespace batata::cli
