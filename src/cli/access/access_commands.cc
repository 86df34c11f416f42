#include "cli/access/access_commands.h"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/common/answers.h"
#include "cli/common/client.h"
#include "cli/common/output.h"

namespace batata::cli {
namespace {

using Fields = Client::Fields;

constexpr const char *kUsers = "/v1/auth/users", *kRoles = "/v1/auth/roles",
                     *kPermissions = "/v1/auth/permissions";
constexpr std::size_t kPasswordBytesMax = 72;  // what bcrypt looks at, and Nacos takes

// Nacos has one status for all that is wrong, and says what in a sentence.
Error mended(Error error) {
  const auto says = [&](std::string_view text) { return error.message.find(text) != std::string::npos; };
  if (error.code != Errc::kInvalidArgument || error.detail != kSaidByServer) return error;
  if (says("already exist")) error.code = Errc::kConflict;
  if (says("not found") || says("not exist")) error.code = Errc::kNotFound;
  return error;
}

Result<Printed> changed(const Invocation& wanted, const Result<HttpAnswer>& answer,
                        const std::string& sentence,
                        std::initializer_list<std::pair<const char*, std::string_view>> members) {
  if (!answer) return tl::unexpected(mended(answer.error()));
  const auto body = json::parse(answer->body);
  if (!body || (*body)["code"].as_int() != 200) return not_ours();
  if (!wanted.json) return Printed{printable(sentence) + "\n"};
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  for (const auto& [name, value] : members) writer.member(name, value);
  writer.member("done", true).end_object();
  return Printed{out + "\n"};
}

// A column: what it is called in a table, by the server, and in JSON.
struct Column {
  const char *heading, *member;
};

Result<Printed> list(const Client& client, const Invocation& wanted, const char* path, Fields query,
                     const char* name, const std::vector<Column>& columns) {
  const std::string page = std::to_string(wanted.page), size = std::to_string(wanted.page_size);
  query.insert(query.end(), {{"search", "accurate"}, {"pageNo", page}, {"pageSize", size}});
  const auto answer = client.call("GET", path, query);
  if (!answer) return tl::unexpected(mended(answer.error()));
  const auto body = json::parse(answer->body);
  if (!body || !(*body)["pageItems"].present()) return not_ours();
  const std::int64_t total = (*body)["totalCount"].as_int().value_or(0);
  std::vector<std::string> headings;
  for (const Column& column : columns) headings.emplace_back(column.heading);
  std::vector<std::vector<std::string>> rows;
  (*body)["pageItems"].each([&](json::Value item) {
    rows.emplace_back();
    for (const Column& column : columns) rows.back().push_back(item[column.member].as_text().value_or(""));
  });
  if (!wanted.json) return Printed{table(headings, rows), paging_note(wanted, rows.size(), total)};
  std::string out;
  json::Writer writer(out);
  writer.begin_object().member("total", total).member("page", wanted.page).key(name).begin_array();
  for (const auto& row : rows) {
    writer.begin_object();
    for (std::size_t i = 0; i < columns.size(); ++i) writer.member(columns[i].member, row[i]);
    writer.end_object();
  }
  writer.end_array().end_object();
  return Printed{out + "\n"};
}

Result<std::string> new_password(const Outside& outside, const std::string& user) {
  auto password = outside.read_password("password of " + printable(user) + ": ");
  if (!password) return password;
  if (is_blank(*password)) return fail(Errc::kInvalidArgument, "the password is blank");
  if (password->size() > kPasswordBytesMax)
    return fail(Errc::kInvalidArgument, "the password has more than 72 bytes");
  return password;
}

// Before anybody is asked for a password it is known that the server is there and lets this user in.
Result<Printed> set_password(const Client& client, const Invocation& wanted, const Outside& outside,
                             bool is_new) {
  const std::string& user = wanted.access.user;
  const auto password = new_password(outside, user);
  if (!password) return tl::unexpected(password.error());
  const Fields form{{"username", user}, {is_new ? "password" : "newPassword", *password}};
  const auto answer = client.call(is_new ? "POST" : "PUT", kUsers, {}, encode_form(form));
  return changed(wanted, answer, is_new ? "created user " + user : "changed the password of user " + user,
                 {{"user", user}});
}

Result<Printed> run_user(const Client& client, const Invocation& wanted, const Outside& outside) {
  const std::string& user = wanted.access.user;
  switch (wanted.verb) {
    case Verb::kUserCreate:
      return set_password(client, wanted, outside, true);
    case Verb::kUserPassword:
      return set_password(client, wanted, outside, false);
    case Verb::kUserDelete:
      return changed(wanted, client.call("DELETE", kUsers, {{"username", user}}), "deleted user " + user,
                     {{"user", user}});
    default:
      return list(client, wanted, kUsers, {}, "users", {{"USER", "username"}});
  }
}

Result<Printed> run_role(const Client& client, const Invocation& wanted) {
  const auto& [user, role] =
      std::pair<const std::string&, const std::string&>(wanted.access.user, wanted.access.role);
  switch (wanted.verb) {
    case Verb::kRoleCreate:
      return changed(wanted,
                     client.call("POST", kRoles, {}, encode_form({{"role", role}, {"username", user}})),
                     "gave role " + role + " to user " + user, {{"role", role}, {"user", user}});
    case Verb::kRoleDelete:
      if (user.empty() != wanted.access.everybody)
        return fail(Errc::kInvalidArgument, "say who loses the role: a user, or everybody with --all");
      return changed(wanted, client.call("DELETE", kRoles, {{"role", role}, {"username", user}}),
                     "took role " + role + " from " + (user.empty() ? "everybody" : "user " + user),
                     {{"role", role}, {"user", user}});
    default:
      return list(client, wanted, kRoles, {{"username", user}, {"role", role}}, "roles",
                  {{"ROLE", "role"}, {"USER", "username"}});
  }
}

Result<Printed> run_permission(const Client& client, const Invocation& wanted) {
  const AccessWishes& access = wanted.access;
  const Fields fields{{"role", access.role}, {"resource", access.resource}, {"action", access.action}};
  const std::string what = "permission " + access.action + " on " + access.resource;
  const auto said = [&](const Result<HttpAnswer>& answer, const std::string& sentence) {
    return changed(wanted, answer, sentence,
                   {{"role", access.role}, {"resource", access.resource}, {"action", access.action}});
  };
  switch (wanted.verb) {
    case Verb::kPermissionCreate:
      return said(client.call("POST", kPermissions, {}, encode_form(fields)),
                  "gave role " + access.role + " " + what);
    case Verb::kPermissionDelete:
      return said(client.call("DELETE", kPermissions, fields), "took from role " + access.role + " " + what);
    default:
      return list(client, wanted, kPermissions, {{"role", access.role}}, "permissions",
                  {{"ROLE", "role"}, {"RESOURCE", "resource"}, {"ACTION", "action"}});
  }
}

}  // namespace

Result<Printed> run_access_command(const Invocation& wanted, const Outside& outside) {
  const auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(client.error());
  switch (wanted.verb) {
    case Verb::kUserList:
    case Verb::kUserCreate:
    case Verb::kUserPassword:
    case Verb::kUserDelete:
      return run_user(*client, wanted, outside);
    case Verb::kRoleList:
    case Verb::kRoleCreate:
    case Verb::kRoleDelete:
      return run_role(*client, wanted);
    case Verb::kPermissionList:
    case Verb::kPermissionCreate:
    case Verb::kPermissionDelete:
      return run_permission(*client, wanted);
    default:
      break;
  }
  BATATA_ASSERT(false);
}

std::string_view next_step_of_access_command(const Invocation& wanted, const Error& error) {
  const bool is_there = error.code == Errc::kConflict;
  if (!is_there && error.code != Errc::kNotFound) return {};
  switch (wanted.verb) {
    case Verb::kNamespaceCreate:
      return "`batata namespace list` shows it; name another id, or change it with `batata namespace update`";
    case Verb::kNamespaceUpdate:
    case Verb::kNamespaceDelete:
      return "`batata namespace list` shows those that are there";
    case Verb::kUserCreate:
      return "change its password with `batata user password`";
    case Verb::kUserPassword:
    case Verb::kUserDelete:
    case Verb::kRoleCreate:
      return "`batata user list` shows those that are there";
    case Verb::kPermissionCreate:
      return "make the role by giving it to a user: batata role create ROLE USER";
    default:
      return {};
  }
}

}  // namespace batata::cli
