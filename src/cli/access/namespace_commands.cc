#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json.h"
#include "cli/access/access_commands.h"
#include "cli/common/answers.h"
#include "cli/common/client.h"
#include "cli/common/output.h"

namespace batata::cli {
namespace {

constexpr const char* kNamespaces = "/v1/console/namespaces";

struct Space {
  std::string id, name, description;
  std::int64_t configs = 0;
};

Result<std::vector<Space>> read_spaces(const Client& client) {
  const auto answer = client.call("GET", kNamespaces, {});
  if (!answer) return tl::unexpected(answer.error());
  const auto body = json::parse(answer->body);
  if (!body || !(*body)["data"].is_array()) return not_ours();
  std::vector<Space> spaces;
  (*body)["data"].each([&](json::Value item) {
    const auto text = [&](std::string_view name) { return item[name].as_text().value_or(""); };
    spaces.push_back({text("namespace"), text("namespaceShowName"), text("namespaceDesc"),
                      item["configCount"].as_int().value_or(0)});
    if (spaces.back().id.empty()) spaces.back().id = "public";  // as it is named everywhere else
  });
  return spaces;
}

Result<Printed> list_spaces(const Client& client, const Invocation& wanted) {
  const auto spaces = read_spaces(client);
  if (!spaces) return tl::unexpected(spaces.error());
  if (!wanted.json) {
    std::vector<std::vector<std::string>> rows;
    for (const Space& space : *spaces)
      rows.push_back({space.id, space.name, std::to_string(space.configs), space.description});
    return Printed{table({"ID", "NAME", "CONFIGS", "DESCRIPTION"}, rows)};
  }
  std::string out;
  json::Writer writer(out);
  writer.begin_object().key("namespaces").begin_array();
  for (const Space& space : *spaces) {
    writer.begin_object().member("id", space.id).member("name", space.name).member("configs", space.configs);
    writer.member("description", space.description).end_object();
  }
  writer.end_array().end_object();
  return Printed{out + "\n"};
}

Result<Printed> changed(const Invocation& wanted, const Result<HttpAnswer>& answer, std::string_view what) {
  if (!answer) return tl::unexpected(answer.error());
  if (answer->body != "true")
    return fail(Errc::kConflict,
                "the server has not " + std::string(what) + " the namespace, and does not say why");
  if (!wanted.json) return Printed{fmt::format("{} namespace {}\n", what, wanted.access.space_id)};
  std::string out;
  json::Writer(out).begin_object().member("id", wanted.access.space_id).member(what, true).end_object();
  return Printed{out + "\n"};
}

// A server says "done" to a change of a namespace that is not there, too, and to a deletion of the default
// one.
Result<Space> find_space(const Client& client, const std::string& id) {
  if (id.empty() || id == "public")
    return fail(Errc::kInvalidArgument, "the default namespace is not to be changed or deleted");
  const auto spaces = read_spaces(client);
  if (!spaces) return tl::unexpected(spaces.error());
  const auto found = std::ranges::find(*spaces, id, &Space::id);
  if (found == spaces->end()) return fail(Errc::kNotFound, "there is no namespace " + id);
  return *found;
}

Result<Printed> create_space(const Client& client, const Invocation& wanted) {
  const AccessWishes& access = wanted.access;
  const auto there = find_space(client, access.space_id);
  if (there) return fail(Errc::kConflict, "there is a namespace " + access.space_id + " already");
  if (there.error().code != Errc::kNotFound) return tl::unexpected(there.error());
  const auto form =
      encode_form({{"customNamespaceId", access.space_id},
                   {"namespaceName", access.space_name.empty() ? access.space_id : access.space_name},
                   {"namespaceDesc", access.description}});
  return changed(wanted, client.call("POST", kNamespaces, {}, form), "created");
}

Result<Printed> update_space(const Client& client, const Invocation& wanted) {
  const AccessWishes& access = wanted.access;
  const auto there = find_space(client, access.space_id);
  if (!there) return tl::unexpected(there.error());
  const auto form =
      encode_form({{"namespace", access.space_id},
                   {"namespaceShowName", access.space_name.empty() ? there->name : access.space_name},
                   {"namespaceDesc", access.description.empty() ? there->description : access.description}});
  return changed(wanted, client.call("PUT", kNamespaces, {}, form), "changed");
}

Result<Printed> delete_space(const Client& client, const Invocation& wanted) {
  const auto there = find_space(client, wanted.access.space_id);
  if (!there) return tl::unexpected(there.error());
  return changed(wanted, client.call("DELETE", kNamespaces, {{"namespaceId", wanted.access.space_id}}),
                 "deleted");
}

}  // namespace

Result<Printed> run_namespace_command(const Invocation& wanted) {
  const auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(client.error());
  switch (wanted.verb) {
    case Verb::kNamespaceCreate:
      return create_space(*client, wanted);
    case Verb::kNamespaceUpdate:
      return update_space(*client, wanted);
    case Verb::kNamespaceDelete:
      return delete_space(*client, wanted);
    default:
      return list_spaces(*client, wanted);
  }
}

}  // namespace batata::cli
