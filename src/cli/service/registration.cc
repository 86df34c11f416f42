#include "cli/service/registration.h"

#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "cli/common/answers.h"
#include "cli/common/client.h"
#include "cli/common/output.h"
#include "cli/common/patience.h"
#include "cli/service/instances.h"

namespace batata::cli {
namespace {

constexpr std::chrono::seconds kBeat{
    5};                            // as clients of 1.x; an instance without beats is unhealthy after 15 s
constexpr int kForgotten = 20404;  // the answer to a beat of an instance that is not there

// An instance, and how a server is told of it.
class Registration {
 public:
  static Result<Registration> of(const Invocation& wanted) {
    auto place = parse_place(wanted.service.address, wanted.service.cluster);
    if (!place) return tl::unexpected(std::move(place.error()));
    auto metadata = parse_metadata(wanted.service.metadata);
    if (!metadata) return tl::unexpected(std::move(metadata.error()));
    std::string as_json;
    json::Writer writer(as_json);
    writer.begin_object();
    for (const auto& [name, value] : *metadata) writer.member(name, value);
    writer.end_object();
    return Registration(wanted, std::move(*place), std::move(as_json));
  }

  [[nodiscard]] Status tell(const Client& client) const {
    const std::string weight = fmt::format("{}", wanted_->service.weight);
    auto fields = identity(client, wanted_->service.is_ephemeral);
    fields.insert(fields.end(),
                  {{"weight", weight}, {"metadata", metadata_}, {"enabled", "true"}, {"healthy", "true"}});
    return succeeded(client.call("POST", "/v1/ns/instance", {}, encode_form(fields)));
  }

  [[nodiscard]] Status beat(const Client& client) const {
    const auto answer = client.call("PUT", "/v1/ns/instance/beat", {}, encode_form(identity(client, true)));
    if (!answer) return tl::unexpected(answer.error());
    const auto body = json::parse(answer->body);
    const auto code = body ? (*body)["code"].as_int() : std::nullopt;
    if (!code) return not_ours();
    return *code == kForgotten ? tell(client) : Status();
  }

  [[nodiscard]] Status take_back(const Client& client, bool is_ephemeral) const {
    return succeeded(client.call("DELETE", "/v1/ns/instance", identity(client, is_ephemeral)));
  }

  [[nodiscard]] const InstancePlace& place() const { return place_; }

  [[nodiscard]] std::string printed(const Client& client, std::string_view what) const {
    const auto& name = wanted_->service.name;
    if (!wanted_->json)
      return fmt::format("{} {} of cluster {} of service {} in group {} of namespace {}\n", what,
                         place_.address(), place_.cluster, name, client.group(), client.space());
    std::string out;
    json::Writer writer(out);
    writer.begin_object().member("service", name).member("group", client.group());
    writer.member("namespace", client.space()).member("ip", place_.ip).member("port", place_.port);
    writer.member("cluster", place_.cluster).member(what, true).end_object();
    return out + "\n";
  }

 private:
  Registration(const Invocation& wanted, InstancePlace place, std::string metadata)
      : wanted_(&wanted),
        place_(std::move(place)),
        port_(std::to_string(place_.port)),
        metadata_(std::move(metadata)) {}

  // The fields that every call has; views of this and of the client.
  [[nodiscard]] Client::Fields identity(const Client& client, bool is_ephemeral) const {
    return {{"serviceName", wanted_->service.name},
            {"groupName", client.group()},
            {"namespaceId", client.space()},
            {"ip", place_.ip},
            {"port", port_},
            {"clusterName", place_.cluster},
            {"ephemeral", is_ephemeral ? "true" : "false"}};
  }
  static Status succeeded(const Result<HttpAnswer>& answer) {
    if (!answer) return tl::unexpected(answer.error());
    if (answer->body != "ok") return not_ours();
    return {};
  }

  const Invocation* wanted_;
  InstancePlace place_;
  std::string port_, metadata_;
};

Result<Printed> keep(const Registration& registration, const Invocation& wanted, const Outside& outside,
                     Client client) {
  if (auto said = outside.out(registration.printed(client, "registered")); !said)
    return fail(std::move(said.error()), "standard output");
  outside.note("keeping it there by beats until Ctrl-C\n");
  Patience patience(wanted, outside, std::move(client));
  auto kept = patience.repeat([&](const Client& asked) -> Status {
    if (auto beaten = registration.beat(asked); !beaten) return beaten;
    (void)outside.wait_for_stop(kBeat);
    return {};
  });
  if (!kept) return tl::unexpected(std::move(kept.error()));
  if (auto taken = registration.take_back(patience.client(), true); !taken)
    return fail(std::move(taken.error()), "deregister " + registration.place().address());
  return Printed{registration.printed(patience.client(), "deregistered")};
}

}  // namespace

Result<Printed> register_instance(const Invocation& wanted, const Outside& outside) {
  const auto registration = Registration::of(wanted);
  if (!registration) return tl::unexpected(registration.error());
  auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(std::move(client.error()));
  // From here on a signal shall find somebody who takes the instance back.
  if (wanted.service.is_ephemeral && outside.wait_for_stop({})) return Printed{};
  if (auto told = registration->tell(*client); !told) return tl::unexpected(std::move(told.error()));
  if (wanted.service.is_ephemeral) return keep(*registration, wanted, outside, std::move(*client));
  return Printed{registration->printed(*client, "registered")};
}

Result<Printed> deregister_instance(const Invocation& wanted) {
  const auto registration = Registration::of(wanted);
  if (!registration) return tl::unexpected(registration.error());
  const auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(client.error());
  // Of which kind it is the server knows; of the other kind a removal would be no error, and remove nothing.
  const auto service = read_service(*client, wanted.service.name);
  if (!service) return tl::unexpected(service.error());
  const auto found = service->instances.find(registration->place());
  if (found == service->instances.end())
    return fail(Errc::kNotFound,
                fmt::format("the service {} has no instance {} in cluster {}", wanted.service.name,
                            registration->place().address(), registration->place().cluster));
  if (auto taken = registration->take_back(*client, found->second.is_ephemeral); !taken)
    return tl::unexpected(std::move(taken.error()));
  return Printed{registration->printed(*client, "deregistered")};
}

}  // namespace batata::cli
