#include "cli/commands.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "base/json.h"
#include "cli/access/access_commands.h"
#include "cli/command_tree.h"
#include "cli/common/client.h"
#include "cli/common/output.h"
#include "cli/completion.h"
#include "cli/config/config_commands.h"
#include "cli/directories/backup.h"
#include "cli/directories/directory_commands.h"
#include "cli/log_commands.h"
#include "cli/service/service_commands.h"
#include "cli/status.h"
#include "cli/tls_commands.h"
#include "cli/top.h"
#include "cli/version.h"

namespace batata::cli {
namespace {

Printed version_text(const Invocation& wanted) {
  if (!wanted.json) return {fmt::format("batata {}\n", version()), {}};
  std::string out;
  json::Writer(out).begin_object().member("version", version()).end_object();
  return {out + "\n", {}};
}

Result<Printed> completion_text(const Invocation& wanted) {
  auto script = completion_script(command_tree(), wanted.shell);
  if (!script)
    return fail(Errc::kInvalidArgument, "the shell is '" + wanted.shell + "', not bash, zsh or fish");
  return Printed{std::move(*script)};
}

Result<Printed> backup(const Client& client, const Invocation& wanted) {
  const auto taken = take_backup(client, wanted.file);
  if (!taken) return tl::unexpected(taken.error());
  if (!wanted.json)
    return Printed{sheet({{"file", wanted.file},
                          {"revision", std::to_string(taken->revision.value)},
                          {"records", std::to_string(taken->records)},
                          {"bytes", std::to_string(taken->bytes)}}),
                   {}};
  std::string out;
  json::Writer(out)
      .begin_object()
      .member("file", wanted.file)
      .member("revision", static_cast<std::int64_t>(taken->revision.value))
      .member("records", static_cast<std::int64_t>(taken->records))
      .member("bytes", static_cast<std::int64_t>(taken->bytes))
      .end_object();
  return Printed{out + "\n", {}};
}

using Command = Result<Printed> (*)(const Client& client, const Invocation& wanted);

Result<Printed> ask(const Invocation& wanted, Command command) {
  const auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(client.error());
  return command(*client, wanted);
}

}  // namespace

Result<Printed> run_command(const Invocation& wanted, const Outside& outside) {
  switch (wanted.verb) {
    case Verb::kVersion:
      return version_text(wanted);
    case Verb::kStatus:
      return ask(wanted, show_status);
    case Verb::kConfigGet:
    case Verb::kConfigSet:
    case Verb::kConfigDelete:
    case Verb::kConfigList:
    case Verb::kConfigWatch:
    case Verb::kConfigHistory:
    case Verb::kConfigDiff:
    case Verb::kConfigRollback:
    case Verb::kConfigExport:
    case Verb::kConfigImport:
      return run_config_command(wanted, outside);
    case Verb::kServiceList:
    case Verb::kServiceShow:
    case Verb::kServiceRegister:
    case Verb::kServiceDeregister:
    case Verb::kServiceWatch:
      return run_service_command(wanted, outside);
    case Verb::kNamespaceList:
    case Verb::kNamespaceCreate:
    case Verb::kNamespaceUpdate:
    case Verb::kNamespaceDelete:
      return run_namespace_command(wanted);
    case Verb::kUserList:
    case Verb::kUserCreate:
    case Verb::kUserPassword:
    case Verb::kUserDelete:
    case Verb::kRoleList:
    case Verb::kRoleCreate:
    case Verb::kRoleDelete:
    case Verb::kPermissionList:
    case Verb::kPermissionCreate:
    case Verb::kPermissionDelete:
      return run_access_command(wanted, outside);
    case Verb::kBackup:
      return ask(wanted, backup);
    case Verb::kLogLevel:
      return ask(wanted, log_level);
    case Verb::kDoctor:
    case Verb::kRestore:
    case Verb::kRepair:
      return run_directory_command(wanted);
    case Verb::kTop:
      return show_top(wanted, outside);
    case Verb::kCompletion:
      return completion_text(wanted);
    case Verb::kProfileAdd:
    case Verb::kProfileList:
    case Verb::kProfileUse:
    case Verb::kProfileRemove:
      break;  // run.cc runs them: they ask no server
    case Verb::kTlsCaCreate:
    case Verb::kTlsCertCreate:
      return run_tls_command(wanted);
  }
  BATATA_ASSERT(false);
}

}  // namespace batata::cli
