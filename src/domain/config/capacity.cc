#include "domain/config/capacity.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "base/bytes.h"
#include "base/log.h"
#include "cluster/planned_write.h"
#include "domain/config/search.h"

namespace batata::domain {
namespace {

constexpr std::uint8_t kVersion = 1;
// Written with every config that is made while limits are checked, so that of two plans made at one revision,
// on whatever nodes, one is applied.
constexpr std::string_view kNewest = "capacity/newest";

constexpr std::array kFields = {&Capacity::quota, &Capacity::max_size, &Capacity::max_aggr_count,
                                &Capacity::max_aggr_size};

tl::unexpected<Error> exceeded(const ConfigId& id, CapacityLimit limit) {
  const std::string what = limit == CapacityLimit::kSize ? "Configuration content size limit exceeded"
                                                         : "Configuration limit exceeded";
  return tl::unexpected(Error{Errc::kResourceExhausted,
                              what + " [group=" + id.group + ", namespaceId=" + id.space + "].",
                              static_cast<std::uint16_t>(limit)});
}

CapacityLimit limit_of(CapacityOwner::Kind kind) {
  return kind == CapacityOwner::Kind::kGroup ? CapacityLimit::kGroup : CapacityLimit::kNamespace;
}

bool is_below(std::size_t usage, std::int32_t quota) {
  return static_cast<std::int64_t>(usage) < quota;
}

}  // namespace

std::string encode_capacity(const Capacity& capacity) {
  std::string value;
  ByteWriter out(value);
  out.u8(kVersion);
  for (const auto field : kFields) out.u32(static_cast<std::uint32_t>(capacity.*field));
  return value;
}

Result<Capacity> decode_capacity(std::string_view value) {
  ByteReader in(value);
  Capacity capacity;
  if (in.u8() != kVersion) return fail(Errc::kInternal, "a capacity record of an unknown version");
  for (const auto field : kFields) capacity.*field = static_cast<std::int32_t>(in.u32());
  if (!in.ok() || !in.at_end()) return fail(Errc::kInternal, "a damaged capacity record");
  return capacity;
}

std::string capacity_key(const CapacityOwner& owner) {
  std::string key = owner.kind == CapacityOwner::Kind::kGroup ? "capacity/group" : "capacity/namespace";
  key.push_back('\0');
  return key.append(owner.name);
}

std::optional<CapacityLimit> capacity_limit(const Error& error) {
  if (error.code != Errc::kResourceExhausted || error.detail == 0) return std::nullopt;
  return static_cast<CapacityLimit>(error.detail);
}

std::size_t Capacities::usage_of(const CapacityOwner& owner) {
  return owner.kind == CapacityOwner::Kind::kGroup ? counts_.of_group(owner.name) : counts_.of(owner.name);
}

std::optional<Capacity> Capacities::stored(const CapacityOwner& owner) const {
  const auto found = store_.latest().get(capacity_key(owner));
  if (found == nullptr) return std::nullopt;
  const auto capacity = decode_capacity(found->value);
  if (capacity) return *capacity;
  log::error("capacity unreadable key={} error={}", found->key, capacity.error().message);
  return std::nullopt;
}

Capacity Capacities::with_defaults(const CapacityOwner& owner, Capacity capacity) const {
  const bool is_group = owner.kind == CapacityOwner::Kind::kGroup;
  if (capacity.quota == 0) capacity.quota = is_group ? rules_.group_quota : rules_.namespace_quota;
  if (capacity.max_size == 0) capacity.max_size = rules_.max_size;
  if (capacity.max_aggr_count == 0) capacity.max_aggr_count = rules_.max_aggr_count;
  if (capacity.max_aggr_size == 0) capacity.max_aggr_size = rules_.max_aggr_size;
  return capacity;
}

Capacity Capacities::initial(const CapacityOwner& owner, std::size_t usage) const {
  const std::int64_t quota = with_defaults(owner, {}).quota;
  if (rules_.initial_expansion_percent == 0 || static_cast<std::int64_t>(usage) < quota) return {};
  const std::int64_t more = quota * rules_.initial_expansion_percent / 100;
  const std::int64_t expanded = static_cast<std::int64_t>(usage) + more;
  constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
  return {.quota = static_cast<std::int32_t>(std::min(expanded, kMax))};
}

Task<CapacityReport> Capacities::report(CapacityOwner owner) {
  auto range =
      owner.kind == CapacityOwner::Kind::kGroup ? configs_in("public", owner.name) : configs_of(owner.name);
  const auto configs = co_await gather(runtime_, store_, std::move(range));
  const Capacity capacity = stored(owner).value_or(initial(owner, configs.size()));
  co_return CapacityReport{with_defaults(owner, capacity), configs.size()};
}

Task<Status> Capacities::set(cluster::Context context, CapacityOwner owner, Change change) {
  const auto now = co_await report(owner);
  const std::string key = capacity_key(owner);
  const auto plan = [&]() -> cluster::PlannedTxn {
    // A quota that is given is not expanded, as upstream.
    Capacity next = stored(owner).value_or(change.quota ? Capacity{} : initial(owner, now.usage));
    next.quota = change.quota.value_or(next.quota);
    next.max_size = change.max_size.value_or(next.max_size);
    next.max_aggr_count = change.max_aggr_count.value_or(next.max_aggr_count);
    next.max_aggr_size = change.max_aggr_size.value_or(next.max_aggr_size);
    store::Txn txn;
    txn.when.push_back({store::KeyRange::one(key), store_.revision()});
    txn.then.emplace_back(store::Put{key, encode_capacity(next), {}});
    return txn;
  };
  auto done =
      co_await cluster::write_planned(proposer_, std::move(context), "capacity of " + owner.name, plan);
  if (!done) co_return tl::unexpected(std::move(done.error()));
  co_return Status{};
}

Status Capacities::admit(const ConfigId& id, std::size_t content_bytes, bool is_new, store::Txn& txn) {
  const bool is_public = id.space == "public";
  std::vector<CapacityOwner> owners;
  if (is_public) owners.push_back({CapacityOwner::Kind::kGroup, id.group});
  const CapacityOwner space{CapacityOwner::Kind::kNamespace, id.space};
  if (!is_public || stored(space)) owners.push_back(space);
  if (is_new && !is_below(counts_.all(), rules_.cluster_quota)) return exceeded(id, CapacityLimit::kCluster);
  for (const CapacityOwner& owner : owners) {
    const auto known = stored(owner);
    const std::size_t usage = is_new ? usage_of(owner) : 0;
    const Capacity own = known.value_or(is_new ? initial(owner, usage) : Capacity{});
    const Capacity capacity = with_defaults(owner, own);
    if (static_cast<std::int64_t>(content_bytes) > capacity.max_size)
      return exceeded(id, CapacityLimit::kSize);
    if (!is_new) continue;
    if (!is_below(usage, capacity.quota)) return exceeded(id, limit_of(owner.kind));
    if (known) continue;
    // From now on the group or namespace is known, and does not grow by its expansion again.
    std::string key = capacity_key(owner);
    txn.when.push_back({store::KeyRange::one(key), store_.revision()});
    txn.then.emplace_back(store::Put{std::move(key), encode_capacity(own), {}});
  }
  if (!is_new) return {};
  txn.when.push_back({store::KeyRange::one(kNewest), store_.revision()});
  txn.then.emplace_back(store::Put{std::string(kNewest), {}, {}});
  return {};
}

}  // namespace batata::domain
