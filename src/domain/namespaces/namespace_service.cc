#include "domain/namespaces/namespace_service.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "cluster/planned_write.h"
#include "domain/namespaces/plan.h"

namespace batata::domain {
namespace {

std::optional<Namespace> decoded(const store::KeyValuePtr& stored) {
  if (stored == nullptr) return std::nullopt;
  auto one = decode_namespace(stored->key, stored->value);
  if (!one) {
    log::error("namespace unreadable key={} error={}", stored->key, one.error().message);
    return std::nullopt;
  }
  return std::move(*one);
}

Status check(const Namespace& wanted) {
  if (auto id = check_namespace_id(wanted.id); !id) return id;
  if (!wanted.name.empty()) {
    if (auto name = check_namespace_name(wanted.name); !name) return name;
  }
  return check_namespace_lengths(wanted.name, wanted.description);
}

}  // namespace

Task<Status> NamespaceService::create(cluster::Context context, Namespace wanted) {
  if (auto fit = check(wanted); !fit) co_return fit;
  wanted.created = wanted.modified = runtime_.wall_now();
  const std::string key = namespace_key(wanted.id);
  const auto plan = [&]() -> cluster::PlannedTxn {
    auto txn = plan_create(store_.latest().get(key), store_.revision(), wanted);
    if (!txn) return tl::unexpected(std::move(txn.error()));
    if (store_.latest().range(all_namespaces(), kNamespacesMax).size() == kNamespacesMax) {
      return fail(Errc::kResourceExhausted,
                  "there are " + std::to_string(kNamespacesMax) + " namespaces already");
    }
    return std::move(*txn);
  };
  auto done =
      co_await cluster::write_planned(proposer_, std::move(context), "create namespace " + wanted.id, plan);
  if (!done) co_return tl::unexpected(std::move(done.error()));
  co_return Status{};
}

Task<Status> NamespaceService::update(cluster::Context context, std::string id, std::string name,
                                      std::optional<std::string> description) {
  if (auto named = check_namespace_name(name); !name.empty() && !named) co_return named;
  if (auto fit = check_namespace_lengths(name, description); !fit) co_return fit;
  const std::string key = namespace_key(id);
  const auto plan = [&] {
    return plan_update(store_.latest().get(key), store_.revision(), name, description, runtime_.wall_now());
  };
  auto done = co_await cluster::write_planned(proposer_, std::move(context), "update namespace " + id, plan);
  if (!done) co_return tl::unexpected(std::move(done.error()));
  co_return Status{};
}

Task<Status> NamespaceService::remove(cluster::Context context, std::string id) {
  auto txn = plan_remove_namespace(store_.latest().get(namespace_key(id)));
  if (!txn) co_return Status{};
  // The plan compares nothing, so that it is always applied.
  auto done = co_await proposer_.propose(std::move(context), std::move(*txn));
  if (!done) co_return fail(std::move(done.error()), "remove namespace " + id);
  co_return Status{};
}

std::optional<Namespace> NamespaceService::find(std::string_view id) const {
  return decoded(latest_.find(namespace_key(id)));
}

bool NamespaceService::exists(std::string_view id) const {
  return id == kPublicNamespace || latest_.find(namespace_key(id)) != nullptr;
}

std::vector<Namespace> NamespaceService::list() const {
  std::vector<Namespace> all;
  for (const store::KeyValuePtr& stored : store_.latest().range(all_namespaces())) {
    if (auto one = decoded(stored)) all.push_back(std::move(*one));
  }
  return all;
}

std::string NamespaceService::random_id() {
  // Version 4 of RFC 9562: 122 random bits, and six that say so.
  const std::uint64_t high = (runtime_.random() & ~std::uint64_t{0xf000}) | 0x4000;
  const std::uint64_t low = (runtime_.random() >> 2) | (std::uint64_t{2} << 62);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xffff,
                     low >> 48, low & 0xffff'ffff'ffff);
}

}  // namespace batata::domain
