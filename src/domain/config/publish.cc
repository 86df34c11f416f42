#include "domain/config/publish.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "base/utf16.h"
#include "domain/config/config_record.h"

namespace batata::domain {
namespace {

constexpr std::array<std::string_view, 8> kTypes = {"properties", "xml",  "json", "text",
                                                    "html",       "yaml", "toml", "unset"};
constexpr std::size_t kTagsMax = 5, kTagCharactersMax = 64;

Status check_length(std::string_view name, std::string_view text, std::size_t max) {
  if (text.size() <= max || utf16_length(text) <= max) return {};
  return fail(Errc::kInvalidArgument, "too long " + std::string(name) + ", over " + std::to_string(max));
}

Status check_tags(std::string_view tags) {
  std::size_t count = 0;
  while (!tags.empty()) {
    const auto comma = tags.find(',');
    const auto tag = tags.substr(0, comma);
    if (++count > kTagsMax) return fail(Errc::kInvalidArgument, "too much config_tags, over 5");
    if (utf16_length(tag) > kTagCharactersMax) {
      return fail(Errc::kInvalidArgument, "too long tag, over " + std::to_string(kTagCharactersMax));
    }
    tags = comma == tags.npos ? std::string_view{} : tags.substr(comma + 1);
  }
  return {};
}

}  // namespace

std::string known_type(std::string_view type) {
  const std::string lower = lower_case(type);
  return std::find(kTypes.begin(), kTypes.end(), lower) == kTypes.end() ? "text" : lower;
}

std::vector<store::Unchanged> unchanged(const ConfigId& id, Revision at) {
  // The config last: the store finds what was compared last without a second look when it is put next.
  std::vector<store::Unchanged> when;
  when.reserve(2);
  when.push_back({store::KeyRange::one(grays_key(id)), at});
  when.push_back({store::KeyRange::one(config_key(id)), at});
  return when;
}

store::PutCopy history_entry(const ConfigId& id, Revision at, const HistoryView& entry, std::string of) {
  return {history_key(id, nid_after(at)), encode_history_head(entry), std::move(of)};
}

Status check_content(const ConfigId& id, std::string_view content, bool absent_content) {
  if (auto named = check_config_id(id); !named) return named;
  if (absent_content) return fail(Errc::kInvalidArgument, "content is blank : null");
  if (is_blank(content)) return fail(Errc::kInvalidArgument, "content is blank : " + std::string(content));
  if (content.size() > kContentCharactersMax && utf16_length(content) > kContentCharactersMax) {
    return fail(Errc::kInvalidArgument, "invalid content, over " + std::to_string(kContentCharactersMax));
  }
  return {};
}

Status check_details(const Publish& request) {
  if (auto tags = check_tags(request.tags.value_or("")); !tags) return tags;
  if (auto description = check_length("desc", request.description, 128); !description) return description;
  if (auto use = check_length("use", request.use, 32); !use) return use;
  if (auto effect = check_length("effect", request.effect, 32); !effect) return effect;
  if (auto type = check_length("type", request.type, 32); !type) return type;
  if (auto schema = check_length("schema", request.schema, 32768); !schema) return schema;
  if (auto app = check_length("appName", request.app, kAppCharactersMax); !app) return app;
  if (auto user = check_user(request.user); !user) return user;
  return check_length("encryptedDataKey", request.encrypted_data_key, 1024);
}

Status check_user(std::string_view user) {
  return check_length("srcUser", user, kUserCharactersMax);
}

std::size_t size_of(const Publish& request) {
  std::size_t bytes = sizeof(Publish);
  for (const std::string* text :
       {&request.id.space, &request.id.group, &request.id.data_id, &request.content, &request.type,
        &request.app, &request.description, &request.use, &request.effect, &request.schema,
        &request.encrypted_data_key, &request.user, &request.address, &request.expected_md5})
    bytes += text->size();
  if (request.tags) bytes += request.tags->size();
  if (request.gray) bytes += request.gray->name.size() + request.gray->rule.expression.size();
  return bytes;
}

Result<store::Txn> plan_publish(const store::KeyValuePtr& present, Revision at, const Publish& request,
                                std::string_view md5, WallTime now) {
  const std::string type = known_type(request.type);
  ConfigView next{.content = request.content,
                  .md5 = md5,
                  .type = type,
                  .app = request.app,
                  .tags = request.tags ? std::string_view(*request.tags) : std::string_view{},
                  .description = request.description,
                  .use = request.use,
                  .effect = request.effect,
                  .schema = request.schema,
                  .encrypted_data_key = request.encrypted_data_key,
                  .created_by = request.user,
                  .created_from = request.address,
                  .modified_by = request.user,
                  .modified_from = request.address,
                  .created = now,
                  .modified = now};
  HistoryView entry{.at = now, .user = request.user, .address = request.address};
  if (present != nullptr) {
    if (request.only_new) return fail(Errc::kConflict, "the config exists already");
    auto before = decode_config(present->value);
    if (!before) return tl::unexpected(std::move(before.error()));
    if (!is_blank(request.expected_md5) && request.expected_md5 != before->md5) {
      return fail(Errc::kConflict, "Cas publish fail, server md5 may have changed.");
    }
    if (is_blank(request.app)) next.app = before->app;
    if (!request.tags) next.tags = before->tags;
    next.created = before->created;
    next.created_by = before->created_by;
    next.created_from = before->created_from;
    entry.kind = ChangeKind::kUpdate;
  }
  // The revision of the look rather than the config's: an erased key may have left no trace but its absence
  // now.
  store::Txn txn;
  txn.when = unchanged(request.id, at);
  txn.then.reserve(3);  // one more for entries that are too many
  const std::string& key = txn.when.back().range.begin;
  if (present != nullptr) txn.then.emplace_back(history_entry(request.id, at, entry, key));
  txn.then.emplace_back(store::Put{key, encode_config(next), {}});
  if (present == nullptr) txn.then.emplace_back(history_entry(request.id, at, entry, key));
  return txn;
}

std::optional<store::Txn> plan_remove(const store::KeyValuePtr& present, Revision at, const Removal& request,
                                      WallTime now) {
  if (present == nullptr) return std::nullopt;
  store::Txn txn;
  txn.when = unchanged(request.id, at);
  if (decode_config(present->value)) {
    const HistoryView entry{
        .kind = ChangeKind::kDelete, .at = now, .user = request.user, .address = request.address};
    txn.then.emplace_back(history_entry(request.id, at, entry, present->key));
  }
  txn.then.emplace_back(store::Erase{store::KeyRange::one(present->key)});
  return txn;
}

}  // namespace batata::domain
