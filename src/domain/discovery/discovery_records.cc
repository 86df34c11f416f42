#include "domain/discovery/discovery_records.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace batata::domain {
namespace {

constexpr std::uint8_t kVersion = 1;

// One function writes a member and its twin reads it, so that either direction of a record is the list of its
// members. `Reading` stops taking elements of lists as soon as the bytes have run out: a length that lies
// allocates nothing.
class Writing {
 public:
  explicit Writing(std::string& out) : out_(out) { out_.u8(kVersion); }
  void operator()(bool v) { out_.u8(v ? 1 : 0); }
  void operator()(std::uint16_t v) { out_.varint(v); }
  void operator()(std::int32_t v) { out_.i64(v); }
  void operator()(std::int64_t v) { out_.i64(v); }
  void operator()(double v) { out_.f64(v); }
  void operator()(const std::string& v) { out_.string(v); }
  template <class T>
  void operator()(const std::optional<T>& v) {
    (*this)(v.has_value());
    if (v) (*this)(*v);
  }
  template <class T>
  void operator()(const std::vector<T>& list) {
    out_.varint(list.size());
    for (const T& each : list) (*this)(each);
  }
  template <class T>
  void operator()(const std::map<std::string, T>& map) {
    out_.varint(map.size());
    for (const auto& [key, value] : map) {
      (*this)(key);
      (*this)(value);
    }
  }
  void operator()(const ClusterMeta& cluster);
  template <class Enum>
  void enumerator(const Enum& v) {
    out_.u8(static_cast<std::uint8_t>(v));
  }

 private:
  ByteWriter out_;
};

class Reading {
 public:
  explicit Reading(std::string_view value) : in_(value), ok_(in_.u8() == kVersion) {}
  void operator()(bool& v) {
    const std::uint8_t byte = in_.u8();
    ok_ = ok_ && byte <= 1;
    v = byte == 1;
  }
  void operator()(std::uint16_t& v) {
    const std::uint64_t number = in_.varint();
    ok_ = ok_ && number <= UINT16_MAX;
    v = static_cast<std::uint16_t>(number);
  }
  void operator()(std::int32_t& v) {
    const std::int64_t number = in_.i64();
    ok_ = ok_ && number >= INT32_MIN && number <= INT32_MAX;
    v = static_cast<std::int32_t>(number);
  }
  void operator()(std::int64_t& v) { v = in_.i64(); }
  void operator()(double& v) { v = in_.f64(); }
  void operator()(std::string& v) { v = in_.string(); }
  template <class T>
  void operator()(std::optional<T>& v) {
    bool present = false;
    (*this)(present);
    if (present) (*this)(v.emplace());
  }
  template <class T>
  void operator()(std::vector<T>& list) {
    for (std::uint64_t left = in_.varint(); left > 0 && in_.ok(); --left) (*this)(list.emplace_back());
  }
  template <class T>
  void operator()(std::map<std::string, T>& map) {
    for (std::uint64_t left = in_.varint(); left > 0 && in_.ok(); --left) {
      std::string key;
      (*this)(key);
      // In order, as they were written: a key that comes twice or out of it was not.
      ok_ = ok_ && (map.empty() || map.rbegin()->first < key);
      (*this)(map[std::move(key)]);
    }
  }
  void operator()(ClusterMeta& cluster);
  template <class Enum>
  void enumerator(Enum& v, Enum last) {
    const std::uint8_t number = in_.u8();
    ok_ = ok_ && number <= static_cast<std::uint8_t>(last);
    v = ok_ ? static_cast<Enum>(number) : Enum{};
  }
  [[nodiscard]] bool whole() const { return ok_ && in_.ok() && in_.at_end(); }

 private:
  ByteReader in_;
  bool ok_;
};

template <class Check, class Visit>
void each_member_of_check(Check& check, Visit& visit) {
  visit(check.path);
  visit(check.headers);
  visit(check.expected_code);
  visit(check.user);
  visit(check.password);
  visit(check.command);
}

template <class Cluster, class Visit>
void each_member_of_cluster(Cluster& cluster, Visit& visit) {
  each_member_of_check(cluster.check, visit);
  visit(cluster.check_port);
  visit(cluster.use_instance_port);
  visit(cluster.metadata);
}

void Writing::operator()(const ClusterMeta& cluster) {
  enumerator(cluster.check.type);
  each_member_of_cluster(cluster, *this);
}

void Reading::operator()(ClusterMeta& cluster) {
  enumerator(cluster.check.type, HealthCheck::Type::kNone);
  each_member_of_cluster(cluster, *this);
}

template <class Meta, class Visit>
void each_member_of_meta(Meta& meta, Visit& visit) {
  visit(meta.ephemeral);
  visit(meta.protect_threshold);
  visit(meta.selector.expression);
  visit(meta.metadata);
  visit(meta.clusters);
}

template <class Instance, class Visit>
void each_member_of_instance(Instance& instance, Visit& visit) {
  visit(instance.id);
  visit(instance.id_is_ours);
  visit(instance.ip);
  visit(instance.port);
  visit(instance.cluster);
  visit(instance.weight);
  visit(instance.healthy);
  visit(instance.enabled);
  visit(instance.metadata);
}

template <class Over, class Visit>
void each_member_of_override(Over& over, Visit& visit) {
  visit(over.enabled);
  visit(over.weight);
  visit(over.metadata);
}

template <class Params, class Visit>
void each_member_of_params(Params& params, Visit& visit) {
  visit(params.max_ms);
  visit(params.min_ms);
  visit(params.factor);
}

template <class All, class Visit>
void each_member_of_switches(All& all, Visit& visit) {
  visit(all.masters);
  visit(all.ad_weights);
  visit(all.push_cache_ms);
  visit(all.client_beat_interval_ms);
  visit(all.default_cache_ms);
  visit(all.distro_threshold);
  visit(all.health_check_enabled);
  visit(all.auto_change_health_check_enabled);
  visit(all.distro_enabled);
  visit(all.enable_standalone);
  visit(all.push_enabled);
  visit(all.check_times);
  each_member_of_params(all.http, visit);
  each_member_of_params(all.tcp, visit);
  each_member_of_params(all.mysql, visit);
  visit(all.incremental_list);
  visit(all.server_status_sync_ms);
  visit(all.service_status_sync_ms);
  visit(all.disable_add_ip);
  visit(all.send_beat_only);
  visit(all.light_beat_enabled);
  visit(all.limited_urls);
  visit(all.distro_server_expired_ms);
  visit(all.push_version_go);
  visit(all.push_version_java);
  visit(all.push_version_python);
  visit(all.push_version_c);
  visit(all.push_version_csharp);
  visit(all.enable_authentication);
  visit(all.overridden_server_status);
  visit(all.default_instance_ephemeral);
  visit(all.health_check_white_list);
}

}  // namespace

std::string encode_service_meta(const ServiceMeta& meta) {
  std::string value;
  Writing out(value);
  out.enumerator(meta.selector.type);
  each_member_of_meta(meta, out);
  return value;
}

Result<ServiceMeta> decode_service_meta(std::string_view value) {
  ServiceMeta meta;
  Reading in(value);
  in.enumerator(meta.selector.type, ServiceSelector::Type::kLabel);
  each_member_of_meta(meta, in);
  if (!in.whole()) return fail(Errc::kInternal, "a damaged record of a service");
  return meta;
}

std::string encode_instance(const registry::Instance& instance, WallTime written) {
  std::string value;
  Writing out(value);
  out(written.ms);
  each_member_of_instance(instance, out);
  return value;
}

Result<StoredInstance> decode_instance(std::string_view value) {
  auto instance = std::make_shared<registry::Instance>();
  instance->ephemeral = false;
  WallTime written;
  Reading in(value);
  in(written.ms);
  each_member_of_instance(*instance, in);
  if (!in.whole()) return fail(Errc::kInternal, "a damaged record of an instance");
  return StoredInstance{std::move(instance), written};
}

std::string encode_override(const InstanceOverride& over) {
  std::string value;
  Writing out(value);
  each_member_of_override(over, out);
  return value;
}

Result<InstanceOverride> decode_override(std::string_view value) {
  InstanceOverride over;
  Reading in(value);
  each_member_of_override(over, in);
  if (!in.whole()) return fail(Errc::kInternal, "a damaged record of an instance's override");
  return over;
}

std::string encode_switches(const Switches& switches) {
  std::string value;
  Writing out(value);
  each_member_of_switches(switches, out);
  return value;
}

Result<Switches> decode_switches(std::string_view value) {
  Switches switches;
  switches.masters.reset();
  Reading in(value);
  each_member_of_switches(switches, in);
  if (!in.whole()) return fail(Errc::kInternal, "a damaged record of the switches");
  return switches;
}

}  // namespace batata::domain
