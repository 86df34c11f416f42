#include "faces/nacos/config/config_history_json.h"

#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/config/config_params.h"

namespace batata::nacos {
namespace {

using domain::ChangeKind;
using domain::ConfigId;
using domain::HistoryEntry;
using domain::HistoryView;

void if_there(json::Writer& out, std::string_view name, std::string_view text) {
  if (!text.empty()) out.member(name, text);
}

std::string_view kind_of(const HistoryView& entry) {
  switch (entry.kind) {
    case ChangeKind::kInsert:
      return "I";
    case ChangeKind::kUpdate:
      return "U";
    case ChangeKind::kDelete:
      return "D";
  }
  return "";
}
// As wide as upstream's column.
std::string wide_kind_of(const HistoryView& entry) {
  std::string kind(kind_of(entry));
  kind.resize(10, ' ');
  return kind;
}

std::string_view publish_type_of(const HistoryView& entry) {
  return entry.is_gray() ? "gray" : "formal";
}

// Here the priority is a text, and the members stand in another order than in the rule itself.
std::string rule_of(const HistoryView& entry) {
  std::string rule;
  json::Writer out(rule);
  out.begin_object().member("type", entry.rule.type).member("expr", entry.rule.expression);
  out.member("version", entry.rule.version).member("priority", std::to_string(entry.rule.priority));
  out.end_object();
  return rule;
}

}  // namespace

std::string ext_info(const HistoryView& entry) {
  const domain::ConfigView& config = entry.config;
  std::string info;
  json::Writer out(info);
  out.begin_object();
  if (entry.is_gray()) {
    out.member("gray_name", entry.gray_name);
    if_there(out, "src_user", config.modified_by);
    out.member("gray_rule", rule_of(entry));
  } else if (entry.kind == ChangeKind::kInsert) {
    if_there(out, "src_user", config.modified_by);
    if_there(out, "c_schema", config.schema);
    if_there(out, "c_use", config.use);
    if_there(out, "effect", config.effect);
    if_there(out, "type", config.type);
    if_there(out, "config_tags", config.tags);
    if_there(out, "c_desc", config.description);
  } else {
    if_there(out, "type", config.type);
    if_there(out, "config_tags", config.tags);
    if_there(out, "effect", config.effect);
    if_there(out, "src_user", config.modified_by);
    if_there(out, "c_desc", config.description);
    if_there(out, "c_use", config.use);
    if_there(out, "c_schema", config.schema);
  }
  out.end_object();
  return info;
}

void write_history(json::Writer& out, const ConfigId& id, const HistoryEntry& entry, bool in_list) {
  const HistoryView& view = entry.view;
  out.begin_object().member("id", std::to_string(entry.nid)).member("lastId", -1);
  out.member("dataId", id.data_id).member("group", id.group).member("tenant", tenant_of(id));
  out.member("appName", view.config.app).key("md5");
  in_list ? out.null() : out.string(view.config.md5);
  out.key("content");
  in_list ? out.null() : out.string(view.config.content);
  out.member("srcIp", view.address);
  out.text_or_null("srcUser", view.user);
  out.member("opType", wide_kind_of(view)).member("publishType", publish_type_of(view));
  out.member("grayName", view.gray_name).member("extInfo", ext_info(view));
  out.member("createdTime", iso_time(view.at)).member("lastModifiedTime", iso_time(view.at));
  out.key("encryptedDataKey");
  in_list ? out.null() : out.string(view.config.encrypted_data_key);
  out.end_object();
}

void write_history_v3(json::Writer& out, const ConfigId& id, const HistoryEntry& entry, bool in_list) {
  const HistoryView& view = entry.view;
  out.begin_object().member("id", std::to_string(entry.nid)).member("namespaceId", id.space);
  out.member("groupName", id.group).member("dataId", id.data_id).key("md5");
  in_list ? out.null() : out.string(view.config.md5);
  out.key("type").null().member("appName", view.config.app);
  out.member("createTime", view.at.ms).member("modifyTime", view.at.ms).member("srcIp", view.address);
  out.text_or_null("srcUser", view.user);
  out.member("opType", wide_kind_of(view)).member("publishType", publish_type_of(view));
  if (!in_list) {
    out.member("content", view.config.content).member("encryptedDataKey", view.config.encrypted_data_key);
    out.member("grayName", view.gray_name).member("extInfo", ext_info(view));
  }
  out.end_object();
}

void write_history_detail(json::Writer& out, const ConfigId& id, const HistoryEntry& entry,
                          const Updated& updated) {
  const HistoryView& view = entry.view;
  const domain::ConfigView& config = view.config;
  const bool is_new = view.kind == ChangeKind::kInsert;
  out.begin_object().member("id", std::to_string(entry.nid)).member("lastId", -1);
  out.member("dataId", id.data_id).member("group", id.group).member("tenant", tenant_of(id));
  out.member("opType", kind_of(view)).member("publishType", publish_type_of(view));
  out.member("grayName", view.gray_name).member("appName", config.app).member("srcIp", view.address);
  out.text_or_null("srcUser", view.user);
  out.member("originalMd5", is_new ? std::string_view{} : config.md5);
  out.member("originalContent", is_new ? std::string_view{} : config.content);
  out.member("originalEncryptedDataKey", is_new ? std::string_view{} : config.encrypted_data_key);
  out.member("originalExtInfo", is_new ? std::string{} : ext_info(view));
  const Updated& now =
      is_new ? Updated{config.content, config.md5, config.encrypted_data_key, ext_info(view)} : updated;
  out.text_or_null("updatedMd5", now.md5);
  out.text_or_null("updatedContent", now.content);
  out.text_or_null("updatedEncryptedDataKey", now.encrypted_data_key);
  out.text_or_null("updateExtInfo", now.ext_info);
  out.member("createdTime", iso_time(view.at)).member("lastModifiedTime", iso_time(view.at));
  out.end_object();
}

}  // namespace batata::nacos
