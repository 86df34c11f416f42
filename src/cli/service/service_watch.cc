#include "cli/service/service_watch.h"

#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "cli/common/client.h"
#include "cli/common/output.h"
#include "cli/common/patience.h"
#include "cli/service/instances.h"

namespace batata::cli {
namespace {

constexpr std::chrono::milliseconds kPause{1'000};

std::string event_text(const Invocation& wanted, std::string_view what, const InstancePlace& place,
                       const Instance& instance) {
  if (wanted.json) {
    std::string out;
    json::Writer writer(out);
    writer.begin_object()
        .member("at", utc_now())
        .member("event", what)
        .member("service", wanted.service.name);
    writer.key("instance");
    write_instance(writer, place, instance);
    writer.end_object();
    return out + "\n";
  }
  return fmt::format("{}  {}  {}  {}  {}{}  weight {}  {}\n", utc_now(), what, printable(place.address()),
                     printable(place.cluster), instance.is_healthy ? "healthy" : "unhealthy",
                     instance.is_enabled ? "" : ", disabled", instance.weight,
                     printable(instance.metadata_text()));
}

std::string difference(const Invocation& wanted, const Instances& before, const Instances& now) {
  std::string out;
  for (const auto& [place, instance] : before)
    if (!now.contains(place)) out += event_text(wanted, "removed", place, instance);
  for (const auto& [place, instance] : now) {
    const auto known = before.find(place);
    if (known == before.end()) {
      out += event_text(wanted, "added", place, instance);
    } else if (known->second != instance) {
      out += event_text(wanted, "changed", place, instance);
    }
  }
  return out;
}

}  // namespace

Result<Printed> watch_service(const Invocation& wanted, const Outside& outside) {
  auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(std::move(client.error()));
  auto first = read_instances(*client, wanted.service.name);
  if (!first) return tl::unexpected(std::move(first.error()));
  outside.note(printable(fmt::format("watching {} in group {} of namespace {}: {} instances",
                                     wanted.service.name, client->group(), client->space(), first->size())) +
               "\n");
  Patience patience(wanted, outside, std::move(*client));
  Instances known = std::move(*first);
  auto watched = patience.repeat([&](const Client& asked) -> Status {
    auto now = read_instances(asked, wanted.service.name);
    if (!now) return tl::unexpected(std::move(now.error()));
    const std::string news = difference(wanted, known, *now);
    known = std::move(*now);
    if (!news.empty())
      if (auto said = outside.out(news); !said)
        return fail(Error{Errc::kInternal, said.error().message, kOutputIsGone}, "standard output");
    (void)outside.wait_for_stop(kPause);
    return {};
  });
  if (!watched) return tl::unexpected(std::move(watched.error()));
  return Printed{};
}

}  // namespace batata::cli
