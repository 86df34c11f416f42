#include "faces/nacos/config/config_rpcs.h"

#include <utility>

#include "base/text.h"
#include "faces/nacos/common/errors.h"
#include "faces/nacos/common/limits.h"
#include "faces/nacos/common/listening.h"
#include "faces/nacos/common/param_check.h"
#include "faces/nacos/config/config_params.h"

namespace batata::nacos {
namespace {

using domain::ConfigId;

// What a JVM says about a name that was not sent; recorded from upstream, whose clients print it.
constexpr std::string_view kNullName = "Cannot invoke \"String.length()\" because \"str\" is null";
// Of one request, as over HTTP; clients send up to 3000 in one. All are looked at in one turn of the loop.
constexpr std::size_t kContextsMax = kListeningsMax;
constexpr std::string_view kTooManyListens = "this connection listens to too many configs";

Refusal check_names(json::Value object) {
  if (auto refusal = check_namespace(object["tenant"].as_string().value_or(""))) return refusal;
  if (auto refusal = check_data_id(object["dataId"].as_string().value_or(""))) return refusal;
  return check_group(object["group"].as_string().value_or(""));
}

Refusal check_listen(json::Value body) {
  Refusal refusal = check_names(body);
  std::size_t count = 0;
  body["configListenContexts"].each([&refusal, &count](json::Value context) {
    if (++count > kContextsMax) {
      refusal = too_many("configListenContexts", kContextsMax);
    } else if (!refusal) {
      refusal = check_names(context);
    }
  });
  return refusal;
}

// The members of `request` that are texts, one call each: reads a missing or null one as nothing.
template <class... Targets>
Status read_texts(json::Value object, std::pair<std::string_view, Targets&>... members) {
  Status status;
  const auto read = [&](std::string_view name, auto& target) {
    auto text = text_member(object, name);
    if (!text) {
      status = tl::unexpected(std::move(text.error()));
    } else if constexpr (std::is_same_v<std::remove_reference_t<decltype(target)>, std::string>) {
      target = std::move(*text).value_or("");
    } else {
      target = std::move(*text);
    }
  };
  (read(members.first, members.second), ...);
  return status;
}
template <class T>
std::pair<std::string_view, T&> into(std::string_view name, T& target) {
  return {name, target};
}

void write_config(json::Writer& out, const domain::Reading& reading) {
  const domain::ConfigView& config = *reading.config;
  out.member("content", config.content);
  // Upstream keeps no key with a gray release; one that is there is of use to the client.
  if (reading.gray_name.empty() || !config.encrypted_data_key.empty())
    out.member("encryptedDataKey", config.encrypted_data_key);
  out.member("contentType", config.type).member("md5", config.md5).member("lastModified", config.modified.ms);
  // Only who asked for a tag gets one: Go and Python read a boolean there and fail on a text.
  if (reading.is_tagged()) out.member("tag", url_encode(reading.rule.expression));
  out.member("beta", reading.is_beta());
}

// The address that gray rules look at: what the client says of itself, as upstream has it.
std::string address_of(const RpcCall& call) {
  const std::string_view said = call.payload.client_ip;
  return is_blank(said) ? call.connection->remote_address() : std::string(said);
}

RpcAnswer not_found(std::string_view tag) {
  if (is_blank(tag)) return typed_failure(R"("lastModified":0,"beta":false)", 300, "config data not exist");
  std::string members = R"("lastModified":0)";
  json::Writer out(members);
  members += ',';
  out.member("tag", tag).member("beta", false);
  return typed_failure(members, 300, "config data not exist");
}

}  // namespace

std::vector<Rpc> ConfigRpcs::rows() {
  std::vector<Rpc> rows;
  rows.push_back(on_io_thread({.request = "ConfigQueryRequest",
                               .response = "ConfigQueryResponse",
                               .failure_members = R"("lastModified":0,"beta":false)",
                               .summary = "Reads a config as this node has applied it.",
                               .check = check_names,
                               .permission = "config:r",
                               .resources = config_resources},
                              *this, &ConfigRpcs::query));
  rows.push_back(on_loop({.request = "ConfigPublishRequest",
                          .response = "ConfigPublishResponse",
                          .failure_members = "",
                          .summary = "Writes a config, on demand only if its md5 is the expected one.",
                          .check = check_names,
                          .permission = "config:w",
                          .resources = config_resources},
                         *this, &decode_publish, &ConfigRpcs::publish));
  rows.push_back(on_loop({.request = "ConfigRemoveRequest",
                          .response = "ConfigRemoveResponse",
                          .failure_members = "",
                          .summary = "Erases a config; success, too, when there is none.",
                          .check = check_names,
                          .permission = "config:w",
                          .resources = config_resources},
                         *this, &decode_remove, &ConfigRpcs::remove));
  rows.push_back(
      on_loop({.request = "ConfigBatchListenRequest",
               .response = "ConfigChangeBatchListenResponse",
               .failure_members = R"("changedConfigs":[])",
               .summary = "Starts or stops listening, and tells which configs are not what the client has.",
               .check = check_listen,
               .permission = "config:r",
               .resources = listened_resources},
              *this, &decode_listen, &ConfigRpcs::listen));
  return rows;
}

Result<RpcAnswer> ConfigRpcs::query(const RpcCall& call) const {
  std::optional<std::string> data_id, group;
  std::string tenant, tag;
  auto read = read_texts(call.body, into("dataId", data_id), into("group", group), into("tenant", tenant),
                         into("tag", tag));
  if (!read) return tl::unexpected(std::move(read.error()));
  if (!data_id || !group) return typed_failure(R"("lastModified":0,"beta":false)", 500, kNullName);
  const ConfigId id{domain::canonical_space(tenant), std::move(*group), std::move(*data_id)};
  // The header Vipserver-Tag does not count here, only in listening: recorded from upstream.
  const bool only_tag = !is_blank(tag);
  std::optional<domain::Reading> reading;
  if (!configs_.has_grays(id)) {
    if (auto config = only_tag ? std::nullopt : configs_.get(id))
      reading = domain::Reading{std::move(*config), {}, {}};
  } else {
    const std::string address = address_of(call);
    reading = configs_.read(id, {address, only_tag ? std::string_view(tag) : std::string_view{}, only_tag});
  }
  if (!reading) return not_found(tag);
  return succeeded([&reading](json::Writer& out) { write_config(out, *reading); },
                   reading->config->content.size());
}

Result<ConfigRpcs::PublishRequest> ConfigRpcs::decode_publish(const RpcCall& call) {
  PublishRequest request;
  domain::Publish& publish = request.publish;
  std::string tenant;
  auto read = read_texts(call.body, into("dataId", request.data_id), into("group", request.group),
                         into("tenant", tenant), into("content", request.content),
                         into("casMd5", publish.expected_md5));
  if (!read) return tl::unexpected(std::move(read.error()));
  const json::Value more = call.body["additionMap"];
  read = read_texts(more, into("type", publish.type), into("appName", publish.app),
                    into("config_tags", publish.tags), into("desc", publish.description),
                    into("use", publish.use), into("effect", publish.effect), into("schema", publish.schema),
                    into("encryptedDataKey", publish.encrypted_data_key), into("src_user", publish.user),
                    into("tag", request.tag), into("betaIps", request.beta_ips));
  if (!read) return tl::unexpected(std::move(read.error()));
  publish.id = {domain::canonical_space(tenant), request.group.value_or(""), request.data_id.value_or("")};
  request.principal = call.principal;
  return request;
}

Task<RpcAnswer> ConfigRpcs::publish(ConnectionPtr connection, PublishRequest request) {
  domain::Publish& publish = request.publish;
  if (!request.data_id) co_return typed_failure("", 400, "invalid dataId : null");
  if (!request.group) co_return typed_failure("", 400, "invalid group : null");
  if (const auto fit = domain::check_content(publish.id, request.content.value_or(""), !request.content);
      !fit) {
    co_return typed_failure("", 400, fit.error().message);
  }
  // Upstream raises these as another exception than the ones above, which shows in the code.
  if (const auto fit = check_tag(request.tag); !fit) co_return typed_failure("", 500, fit.error().message);
  if (const auto fit = domain::check_details(publish); !fit)
    co_return typed_failure("", 500, fit.error().message);
  if (!is_blank(request.beta_ips)) {
    publish.gray = domain::beta_release(request.beta_ips);
  } else if (!is_blank(request.tag)) {
    publish.gray = domain::tag_release(request.tag);
  }
  if (is_blank(publish.user)) publish.user = request.principal;
  publish.content = std::move(*request.content);
  publish.address = connection->remote_address();
  cluster::Context context;
  context.deadline = runtime_.now() + kWriteTimeout;
  context.principal = request.principal;
  auto done = co_await configs_.publish(std::move(context), std::move(publish));
  if (!done) co_return typed_failure("", publish_error_code(done.error()), done.error().message);
  co_return succeeded();
}

Result<ConfigRpcs::RemoveRequest> ConfigRpcs::decode_remove(const RpcCall& call) {
  RemoveRequest request;
  request.principal = call.principal;
  auto read = read_texts(call.body, into("dataId", request.data_id), into("group", request.group),
                         into("tenant", request.tenant), into("tag", request.tag));
  if (!read) return tl::unexpected(std::move(read.error()));
  return request;
}

Task<RpcAnswer> ConfigRpcs::remove(ConnectionPtr connection, RemoveRequest request) {
  // Upstream leaves the error code of every failed removal at 0.
  if (!request.data_id) co_return typed_failure("", 0, "invalid dataId : null");
  if (!request.group) co_return typed_failure("", 0, "invalid group : null");
  if (const auto fit = check_tag(request.tag); !fit) co_return typed_failure("", 0, fit.error().message);
  // The tag is taken as the name of a release, as upstream does: "tag_blue" for the tag "blue".
  domain::Removal removal{
      {domain::canonical_space(request.tenant), std::move(*request.group), std::move(*request.data_id)},
      std::move(request.tag),
      request.principal,
      connection->remote_address()};
  cluster::Context context;
  context.deadline = runtime_.now() + kWriteTimeout;
  context.principal = std::move(request.principal);
  auto done = co_await configs_.remove(std::move(context), std::move(removal));
  if (done) co_return succeeded();
  co_return typed_failure("", 0, done.error().code == Errc::kNotFound ? kNoSuchGray : done.error().message);
}

Result<ConfigRpcs::ListenRequest> ConfigRpcs::decode_listen(const RpcCall& call) {
  ListenRequest request;
  const json::Value listen = call.body["listen"];
  const auto wanted = listen.as_bool();
  if (listen.present() && !listen.is_null() && !wanted)
    return fail(Errc::kInvalidArgument, "listen is no boolean");
  request.listen = wanted.value_or(true);
  request.address = address_of(call);
  request.tag = call.payload.headers.find("Vipserver-Tag").value_or("");
  const json::Value contexts = call.body["configListenContexts"];
  if (contexts.present() && !contexts.is_null() && !contexts.is_array()) {
    return fail(Errc::kInvalidArgument, "configListenContexts is no list");
  }
  Status status;
  contexts.each([&](json::Value context) {
    if (!status) return;
    Listening one;
    auto read = read_texts(context, into("dataId", one.data_id), into("group", one.group),
                           into("tenant", one.tenant), into("md5", one.md5));
    if (!read || !context.is_object())
      status = fail(Errc::kInvalidArgument, "a listen context is unreadable");
    request.configs.push_back(std::move(one));
  });
  if (!status) return tl::unexpected(std::move(status.error()));
  return request;
}

Task<RpcAnswer> ConfigRpcs::listen(ConnectionPtr connection, ListenRequest request) {
  std::string changed;
  json::Writer out(changed);
  out.begin_array();
  const domain::Reader reader{request.address, request.tag};
  for (Listening& one : request.configs) {
    if (!one.data_id || !one.group) co_return thrown(500, kNullName);
    const ConfigId id{domain::canonical_space(one.tenant.value_or("")), *one.group, *one.data_id};
    if (!request.listen) {
      hub_.forget(*connection, id);
      continue;
    }
    // First listening, then looking: a change between the two is told twice rather than not at all.
    if (!hub_.listen(*connection, id, one.tenant.value_or(""), one.md5.value_or("")))
      co_return thrown(500, kTooManyListens);
    if (one.md5 && configs_.is_current(id, reader, *one.md5)) continue;
    out.begin_object().member("group", id.group).member("dataId", id.data_id);
    if (one.tenant) out.member("tenant", *one.tenant);  // as spelled: the client looks its listener up by it
    out.end_object();
  }
  out.end_array();
  co_return succeeded([&changed](json::Writer& answer) { answer.key("changedConfigs").raw(changed); });
}

}  // namespace batata::nacos
