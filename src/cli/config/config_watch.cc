#include "cli/config/config_watch.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "cli/common/client.h"
#include "cli/common/output.h"
#include "cli/common/patience.h"
#include "cli/config/stored_config.h"
#include "cli/config/unified_diff.h"

namespace batata::cli {
namespace {

// How long a server is asked to hold its answer: what its clients ask for.
constexpr std::chrono::seconds kHold{30};
constexpr std::chrono::milliseconds kPause{1'000};  // after an answer that brought no news

struct Watched {
  std::string data_id;
  std::optional<StoredConfig> seen;  // nothing: it was not there
};

class Watch {
 public:
  Watch(const Invocation& wanted, const Outside& outside) : wanted_(wanted), outside_(outside) {
    for (const std::string& id : wanted.config.data_ids) all_.push_back({id, {}});
  }

  Status run() {
    auto connected = Client::connect(wanted_);
    if (!connected) return tl::unexpected(std::move(connected.error()));
    Patience patience(wanted_, outside_, std::move(*connected));
    for (Watched& each : all_) {
      auto found = look(patience.client(), each.data_id);
      if (!found) return tl::unexpected(std::move(found.error()));
      each.seen = std::move(*found);
    }
    if (outside_.wait_for_stop({})) return {};
    say_what_is_watched(patience.client());
    return patience.repeat([this](const Client& client) { return wait_and_tell(client); });
  }

 private:
  static Result<std::optional<StoredConfig>> look(const Client& client, const std::string& data_id) {
    auto found = read_config(client, data_id);
    if (found) return std::optional(std::move(*found));
    if (found.error().code == Errc::kNotFound) return std::optional<StoredConfig>{};
    return tl::unexpected(std::move(found.error()));
  }

  void say_what_is_watched(const Client& client) const {
    for (const Watched& each : all_)
      outside_.note(printable(fmt::format("watching {}: {}", name_of(client, each.data_id).text(),
                                          each.seen ? "md5 " + each.seen->md5 : "it is not there")) +
                    "\n");
  }

  // One long poll, and what it brought. Behind one that failed a look, which is answered at once.
  Status wait_and_tell(const Client& client) {
    if (std::exchange(in_doubt_, true)) return tell_news(client).map([this](int) { in_doubt_ = false; });
    auto waited = wait(client);
    if (waited) in_doubt_ = false;
    return waited;
  }

  Status wait(const Client& client) {
    std::string listening;
    for (const Watched& each : all_) {
      listening +=
          fmt::format("{}\x02{}\x02{}", each.data_id, client.group(), each.seen ? each.seen->md5 : "");
      if (client.space() != "public") listening += fmt::format("\x02{}", client.space());
      listening += '\x01';
    }
    const auto asked = std::chrono::steady_clock::now();
    const auto answer =
        client.post("/v1/cs/configs/listener", {},
                    {encode_form({{"Listening-Configs", listening}}),
                     HttpRequest::kForm,
                     {{"Long-Pulling-Timeout", std::to_string(std::chrono::milliseconds(kHold).count())}}},
                    kHold + wanted_.timeout, [this] { return outside_.wait_for_stop({}); });
    if (!answer) return tl::unexpected(answer.error());
    const bool is_news = answer->body.find('%') != std::string::npos;
    if (!is_news) {
      // A server that holds nothing is none of ours: it is not asked again and again.
      if (std::chrono::steady_clock::now() - asked < kPause) (void)outside_.wait_for_stop(kPause);
      return {};
    }
    const auto told = tell_news(client);
    if (!told) return tl::unexpected(told.error());
    // As when two changes have undone each other; again and again only with a server that is not right.
    if (*told == 0) (void)outside_.wait_for_stop(kPause);
    return {};
  }

  // How many changes there were.
  Result<int> tell_news(const Client& client) {
    int told = 0;
    for (Watched& each : all_) {
      auto now = look(client, each.data_id);
      if (!now) return tl::unexpected(std::move(now.error()));
      const bool is_same =
          now->has_value() == each.seen.has_value() && (!*now || (*now)->md5 == each.seen->md5);
      if (is_same) continue;
      if (auto said = outside_.out(change_text(client, each, *now)); !said)
        return fail(Error{Errc::kInternal, said.error().message, kOutputIsGone}, "standard output");
      each.seen = std::move(*now);
      ++told;
    }
    return told;
  }

  [[nodiscard]] std::string change_text(const Client& client, const Watched& before,
                                        const std::optional<StoredConfig>& now) const {
    const std::string_view what = !now ? "deleted" : before.seen ? "changed" : "created";
    if (wanted_.json) return change_json(client, before.data_id, what, now);
    std::string line = fmt::format("{}  {}  {}", utc_now(), what, printable(before.data_id));
    if (now) line += fmt::format("  md5 {}  {} bytes", printable(now->md5), now->content.size());
    line += '\n';
    if (!wanted_.config.shows_difference) return line;
    const std::string diff = unified_diff(before.seen ? before.seen->content : "", now ? now->content : "",
                                          before.data_id + " (before)", before.data_id + " (now)");
    return line + (outside_.is_terminal ? coloured_diff(diff) : diff);
  }

  static std::string change_json(const Client& client, std::string_view data_id, std::string_view what,
                                 const std::optional<StoredConfig>& now) {
    std::string out;
    json::Writer writer(out);
    writer.begin_object().member("at", utc_now()).member("event", what);
    name_of(client, data_id).write(writer);
    if (now) writer.member("type", now->type).member("md5", now->md5).member("content", now->content);
    writer.end_object();
    return out + "\n";
  }

  const Invocation& wanted_;
  const Outside& outside_;
  std::vector<Watched> all_;
  bool in_doubt_ = false;  // whether the server is there
};

}  // namespace

Result<Printed> watch_configs(const Invocation& wanted, const Outside& outside) {
  if (auto watched = Watch(wanted, outside).run(); !watched)
    return tl::unexpected(std::move(watched.error()));
  return Printed{};
}

}  // namespace batata::cli
