#include "domain/config/gray_publish.h"

#include <algorithm>

#include "base/text.h"
#include "domain/config/config_record.h"
#include "domain/config/history_record.h"

namespace batata::domain {
namespace {

Result<std::vector<GrayView>> read_index(const store::KeyValuePtr& index) {
  return index == nullptr ? std::vector<GrayView>{} : decode_grays(index->value);
}

auto named(std::vector<GrayView>& grays, std::string_view name) {
  return std::ranges::find(grays, name, &GrayView::name);
}

Status check_rule(const GrayRule& rule) {
  if (!is_blank(rule.expression) && rule.expression.size() <= kExpressionMax) return {};
  return fail(Errc::kInvalidArgument, "config gray rule format invalid");
}

ConfigView content_of(const Publish& request, std::string_view md5, std::string_view type, WallTime now) {
  ConfigView config;
  config.content = request.content;
  config.md5 = md5;
  config.type = type;
  config.app = request.app;
  config.encrypted_data_key = request.encrypted_data_key;
  config.created_by = config.modified_by = request.user;
  config.created_from = config.modified_from = request.address;
  config.created = config.modified = now;
  return config;
}

}  // namespace

std::string too_many_grays(std::size_t max) {
  return "gray config version is over max count :" + std::to_string(max);
}

Result<store::Txn> plan_gray_publish(const store::KeyValuePtr& index, const store::KeyValuePtr& present,
                                     Revision at, const Publish& request, std::string_view md5, WallTime now,
                                     std::size_t max) {
  const GrayRelease& release = *request.gray;
  if (auto fit = check_rule(release.rule); !fit) return tl::unexpected(std::move(fit.error()));
  auto grays = read_index(index);
  if (!grays) return tl::unexpected(std::move(grays.error()));
  const auto old = named(*grays, release.name);
  if (old == grays->end() && grays->size() >= max) return fail(Errc::kInvalidArgument, too_many_grays(max));

  const std::string type = known_type(request.type);
  ConfigView next = content_of(request, md5, type, now);
  HistoryView entry{.at = now,
                    .user = request.user,
                    .address = request.address,
                    .gray_name = release.name,
                    .rule = release.rule};
  const bool replaces = old != grays->end() && present != nullptr;
  if (replaces) {
    auto before = decode_config(present->value);
    if (!before) return tl::unexpected(std::move(before.error()));
    next.created = before->created;
    next.created_by = before->created_by;
    next.created_from = before->created_from;
    entry.kind = ChangeKind::kUpdate;
    entry.rule = old->rule;
  }
  store::Txn txn;
  txn.when = unchanged(request.id, at);
  const std::string key = gray_key(request.id, release.name);
  store::PutCopy written = history_entry(request.id, at, entry, key);
  if (replaces && !is_blank(request.expected_md5)) {
    // Nothing else is written that another plan of this revision would run into.
    txn.when.push_back({store::KeyRange::one(written.key), at});
    txn.then.emplace_back(std::move(written));
    return txn;
  }
  if (replaces) txn.then.emplace_back(written);
  const GrayView line{release.name, md5, release.rule};
  if (old == grays->end()) {
    grays->push_back(line);
  } else {
    *old = line;
  }
  sort_grays(*grays);
  // The release before the index: who finds it there finds it.
  txn.then.emplace_back(store::Put{key, encode_config(next), {}});
  if (!replaces) txn.then.emplace_back(std::move(written));
  txn.then.emplace_back(store::Put{grays_key(request.id), encode_grays(*grays), {}});
  return txn;
}

Result<store::Txn> plan_gray_remove(const store::KeyValuePtr& index, const store::KeyValuePtr& present,
                                    Revision at, const Removal& request, WallTime now) {
  auto grays = read_index(index);
  if (!grays) return tl::unexpected(std::move(grays.error()));
  const auto old = named(*grays, request.gray);
  if (old == grays->end()) return fail(Errc::kNotFound, "there is no gray release " + request.gray);
  store::Txn txn;
  txn.when = unchanged(request.id, at);
  if (present != nullptr && decode_config(present->value)) {
    const HistoryView entry{.kind = ChangeKind::kDelete,
                            .at = now,
                            .user = request.user,
                            .address = request.address,
                            .gray_name = old->name,
                            .rule = old->rule};
    txn.then.emplace_back(history_entry(request.id, at, entry, present->key));
  }
  grays->erase(old);
  // The index before the release, for the same reason.
  if (grays->empty()) {
    txn.then.emplace_back(store::Erase{store::KeyRange::one(grays_key(request.id))});
  } else {
    txn.then.emplace_back(store::Put{grays_key(request.id), encode_grays(*grays), {}});
  }
  txn.then.emplace_back(store::Erase{store::KeyRange::one(gray_key(request.id, request.gray))});
  return txn;
}

}  // namespace batata::domain
