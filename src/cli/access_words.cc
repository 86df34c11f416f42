#include <CLI/App.hpp>

#include "cli/words.h"

namespace batata::cli {
namespace {

void add_namespaces(const Words& words, CLI::App& app) {
  AccessWishes& access = words.wanted().access;
  CLI::App* spaces = Words::family(app, "namespace", "Make and change namespaces");
  words.verb(*spaces, "list", "List all namespaces", Verb::kNamespaceList);
  const auto named = [&](const char* name, const char* help, Verb verb) {
    CLI::App* made = words.verb(*spaces, name, help, verb);
    made->add_option("ID", access.space_id, "Its id")->required();
    return made;
  };
  CLI::App* creates = named("create", "Make a namespace", Verb::kNamespaceCreate);
  CLI::App* updates = named("update", "Change a namespace's name or description", Verb::kNamespaceUpdate);
  for (CLI::App* made : {creates, updates}) {
    made->add_option("--name", access.space_name, "Name that people see");
    made->add_option("--description", access.description, "What it is for");
  }
  named("delete", "Delete a namespace; what lies in it stays, and is there again with the id",
        Verb::kNamespaceDelete);
}

void add_users(const Words& words, CLI::App& app) {
  AccessWishes& access = words.wanted().access;
  CLI::App* users = Words::family(app, "user", "Make and delete users");
  words.add_paging(words.verb(*users, "list", "List users", Verb::kUserList));
  const auto named = [&](const char* name, const char* help, Verb verb) {
    words.verb(*users, name, help, verb)->add_option("USER", access.user, "Name of the user")->required();
  };
  named("create", "Make a user; asks for the password, or reads it from standard input", Verb::kUserCreate);
  named("password", "Change a user's password, which is asked for or read from standard input",
        Verb::kUserPassword);
  named("delete", "Delete a user, and take its roles", Verb::kUserDelete);
}

void add_roles(const Words& words, CLI::App& app) {
  AccessWishes& access = words.wanted().access;
  CLI::App* roles = Words::family(app, "role", "Give and take roles");
  CLI::App* list = words.verb(*roles, "list", "List who has which role", Verb::kRoleList);
  list->add_option("--user", access.user, "Only this user's");
  list->add_option("--role", access.role, "Only this role");
  words.add_paging(list);
  CLI::App* creates =
      words.verb(*roles, "create", "Give a role to a user, which makes it", Verb::kRoleCreate);
  creates->add_option("ROLE", access.role, "Name of the role")->required();
  creates->add_option("USER", access.user, "Who gets it")->required();
  CLI::App* deletes =
      words.verb(*roles, "delete", "Take a role from a user, or from everybody", Verb::kRoleDelete);
  deletes->add_option("ROLE", access.role, "Name of the role")->required();
  deletes->add_option("USER", access.user, "Who loses it");
  deletes->add_flag("--all", access.everybody, "Everybody loses it");
}

void add_permissions(const Words& words, CLI::App& app) {
  AccessWishes& access = words.wanted().access;
  CLI::App* permissions = Words::family(app, "permission", "Give and take permissions");
  CLI::App* list = words.verb(*permissions, "list", "List what roles may do", Verb::kPermissionList);
  list->add_option("--role", access.role, "Only this role's");
  words.add_paging(list);
  for (const auto& [name, help, verb] :
       {std::tuple{"create", "Give a permission to a role", Verb::kPermissionCreate},
        std::tuple{"delete", "Take a permission from a role", Verb::kPermissionDelete}}) {
    CLI::App* made = words.verb(*permissions, name, help, verb);
    made->add_option("ROLE", access.role, "Name of the role")->required();
    made->add_option("RESOURCE", access.resource, "NAMESPACE:GROUP:KIND/NAME; * is any text")->required();
    made->add_option("ACTION", access.action, "Read, write or both")->type_name("r|w|rw")->required();
  }
}

}  // namespace

void add_access_words(const Words& words, CLI::App& app) {
  add_namespaces(words, app);
  add_users(words, app);
  add_roles(words, app);
  add_permissions(words, app);
}

}  // namespace batata::cli
