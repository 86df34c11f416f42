#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "cluster/context.h"
#include "cluster/latest.h"
#include "cluster/proposer.h"
#include "domain/namespaces/namespace_record.h"
#include "store/store.h"

namespace batata::domain {

/// Namespaces: names for separate sets of configs and services. Written through consensus.
///
/// A namespace is a label and no more: configs and services may lie in ones that nobody has made, and stay
/// when theirs is removed, as upstream has it. `public` is always there, has no record, and is neither
/// listed nor changed here.
class NamespaceService {
 public:
  /// All of it outlives the service. `store` is the one that the proposer applies to.
  NamespaceService(Runtime& runtime, const store::Store& store, cluster::Proposer& proposer,
                   const cluster::LatestKeys& latest)
      : runtime_(runtime), store_(store), proposer_(proposer), latest_(latest) {}

  /// Makes a namespace; its times are set here. Loop only.
  /// Errors: kInvalidArgument; kConflict when there is one of that id; kResourceExhausted when there are
  /// kNamespacesMax; kUnavailable also when no plan held; those of Proposer::propose.
  Task<Status> create(cluster::Context context, Namespace wanted);
  /// Gives it another name and description. Success, too, when there is none. Loop only.
  /// Errors: kInvalidArgument; kUnavailable as above; those of Proposer::propose.
  Task<Status> update(cluster::Context context, std::string id, std::string name,
                      std::optional<std::string> description);
  /// Removes it. Success, too, when there is none. Loop only. Errors: those of Proposer::propose.
  Task<Status> remove(cluster::Context context, std::string id);

  /// Nothing for `public`, too: it has no record. Any thread.
  [[nodiscard]] std::optional<Namespace> find(std::string_view id) const;
  /// True for `public`, too. Any thread.
  [[nodiscard]] bool exists(std::string_view id) const;
  /// By id, without `public`. Loop only.
  [[nodiscard]] std::vector<Namespace> list() const;
  /// An id that nobody has: a random UUID. Loop only.
  [[nodiscard]] std::string random_id();

  /// Lists give all of them at once; some MB of JSON at the most.
  static constexpr std::size_t kNamespacesMax = 10'000;

 private:
  Runtime& runtime_;
  const store::Store& store_;
  cluster::Proposer& proposer_;
  const cluster::LatestKeys& latest_;
};

}  // namespace batata::domain
