#include "faces/nacos/naming/naming_instance.h"

#include <algorithm>

#include "base/text.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {
namespace {

template <class T>
Status read(json::Value value, std::optional<T> read_value, T& target) {
  if (!value.present() || value.is_null()) return {};
  if (!read_value) return fail(Errc::kInvalidArgument, "a member is of the wrong kind");
  target = *read_value;
  return {};
}

Status read_text(json::Value value, std::string& target) {
  return read<std::string>(value, value.as_text(), target);
}

Result<Metadata> read_metadata(json::Value json) {
  Metadata metadata;
  bool sound = !json.present() || json.is_null() || json.is_object();
  json.each_member([&](std::string_view key, json::Value value) {
    if (value.is_null()) return;
    if (auto text = value.as_text()) {
      metadata.insert_or_assign(std::string(key), std::move(*text));
    } else {
      sound = false;
    }
  });
  if (!sound) return fail(Errc::kInvalidArgument, "metadata is no object of texts");
  return metadata;
}

}  // namespace

Result<SentInstance> read_instance(json::Value json) {
  SentInstance sent;
  registry::Instance& instance = sent.instance;
  std::int64_t port = 0;
  const json::Value cluster = json["clusterName"];
  sent.cluster_in_id = "null";
  for (const Status& status : {read_text(json["instanceId"], instance.id), read_text(json["ip"], instance.ip),
                               read<std::int64_t>(json["port"], json["port"].as_int(), port),
                               read<double>(json["weight"], json["weight"].as_double(), instance.weight),
                               read<bool>(json["healthy"], json["healthy"].as_bool(), instance.healthy),
                               read<bool>(json["enabled"], json["enabled"].as_bool(), instance.enabled),
                               read_text(cluster, sent.cluster_in_id)})
    if (!status) return tl::unexpected(status.error());
  auto metadata = read_metadata(json["metadata"]);
  if (!metadata) return tl::unexpected(std::move(metadata.error()));
  instance.metadata = std::move(*metadata);
  if (port < 0 || port > 65535) return fail(Errc::kInvalidArgument, "port out of range");
  instance.port = static_cast<std::uint16_t>(port);
  const bool is_null = !cluster.present() || cluster.is_null();
  instance.cluster = or_default(is_null ? std::string_view() : sent.cluster_in_id, kDefaultCluster);
  return sent;
}

Refusal check_instance(json::Value json) {
  if (auto refusal = check_clusters(json["clusterName"].as_string().value_or(""))) return refusal;
  if (auto refusal = check_ip(json["ip"].as_string().value_or(""))) return refusal;
  if (auto refusal = check_port(json["port"].as_text().value_or(""))) return refusal;
  std::size_t characters = 0;
  json["metadata"].each_member([&](std::string_view key, json::Value value) {
    characters += java_length(key) + java_length(value.as_text().value_or(""));
  });
  return check_metadata_size(characters);
}

Refusal check_metadata(const Metadata& metadata) {
  std::size_t characters = 0;
  for (const auto& [key, value] : metadata) characters += java_length(key) + java_length(value);
  return check_metadata_size(characters);
}

std::optional<Metadata> parse_metadata(std::string_view parameter) {
  if (is_blank(parameter)) return Metadata{};
  const std::string readable = as_utf8(parameter);
  std::string_view text = readable;
  if (const auto json = json::parse(text); json && json->is_object()) {
    if (auto metadata = read_metadata(*json)) return std::move(*metadata);
  }
  Metadata metadata;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos || equals + 1 == pair.size() || pair.find('=', equals + 1) != pair.npos)
      return std::nullopt;
    metadata.insert_or_assign(std::string(pair.substr(0, equals)), std::string(pair.substr(equals + 1)));
  }
  return metadata;
}

// Milliseconds above 22 bits of a counter, as clients know such numbers; never lower than one given before.
std::uint64_t InstanceIds::next_snowflake() {
  constexpr std::int64_t kEpochMs = 1'577'836'800'000;  // 2020: keeps the number below 2^63 for a century
  const std::int64_t since = std::max<std::int64_t>(runtime_.wall_now().ms - kEpochMs, 0);
  last_ = std::max(last_ + 1, static_cast<std::uint64_t>(since) << 22);
  return last_;
}

registry::Instance InstanceIds::named(SentInstance sent, const registry::ServiceKey& service) {
  registry::Instance& instance = sent.instance;
  instance.ephemeral = true;
  if (!instance.id.empty()) return std::move(instance);
  const auto generator = instance.metadata.find("preserved.instance.id.generator");
  if (generator != instance.metadata.end() && generator->second == "snowflake") {
    instance.id = std::to_string(next_snowflake());
  } else {
    instance.id = instance.ip + "#" + std::to_string(instance.port);
  }
  instance.id += "#" + sent.cluster_in_id + "#" + grouped_name(service);
  return std::move(instance);
}

}  // namespace batata::nacos
