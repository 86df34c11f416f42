#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/outbound/outbound_options.h"

namespace batata::cli {

enum class Verb : std::uint8_t {
  kVersion,
  kStatus,
  kConfigGet,
  kConfigSet,
  kConfigDelete,
  kConfigList,
  kConfigWatch,
  kConfigHistory,
  kConfigDiff,
  kConfigRollback,
  kConfigExport,
  kConfigImport,
  kServiceList,
  kServiceShow,
  kServiceRegister,
  kServiceDeregister,
  kServiceWatch,
  kNamespaceList,
  kNamespaceCreate,
  kNamespaceUpdate,
  kNamespaceDelete,
  kUserList,
  kUserCreate,
  kUserPassword,
  kUserDelete,
  kRoleList,
  kRoleCreate,
  kRoleDelete,
  kPermissionList,
  kPermissionCreate,
  kPermissionDelete,
  kDoctor,
  kBackup,
  kRestore,
  kRepair,
  kTop,
  kCompletion,
  kProfileAdd,
  kProfileList,
  kProfileUse,
  kProfileRemove,
  kTlsCaCreate,
  kTlsCertCreate,
  kLogLevel
};

/// What `tls ca create` and `tls cert create` are to make.
struct TlsWishes {
  std::string name;                      ///< of the subject, and of the files
  std::vector<std::string> hosts;        ///< of --host: DNS names, IP addresses, URIs
  std::string use = "server";            ///< server, client or both; not yet checked
  int days = 0;                          ///< from today; 0: ten years for an authority, one for others
  std::string authority, authority_key;  ///< files of the authority that signs
};

/// What the commands on configurations are told beside a name and a content.
struct ConfigWishes {
  std::vector<std::string> data_ids;   ///< of `config watch`
  bool shows_difference = false;       ///< of `config watch`
  std::string from, to = "current";    ///< of `config diff`: "current", a number of the history, a file
  std::int64_t history_id = 0;         ///< of `config history --id` and `config rollback`; 0: none
  std::optional<std::string> only_if;  ///< of `config rollback --cas-md5`
  std::string policy = "abort";        ///< of `config import`: abort, skip or overwrite
};

/// What the commands on services are told.
struct ServiceWishes {
  std::string name, address, cluster = "DEFAULT";  ///< `address`: not yet checked
  double weight = 1;
  std::vector<std::string> metadata;  ///< of --metadata: NAME=VALUE, not yet checked
  bool is_ephemeral = false;
};

/// What the commands on namespaces, users, roles and permissions are told. Passwords are not: they are asked
/// for.
struct AccessWishes {
  std::string space_id, space_name, description;
  std::string user, role, resource, action;
  bool everybody = false;  ///< of `role delete --all`
};

/// One client command, as the command line said it.
struct Invocation {
  Verb verb = Verb::kVersion;
  bool json = false;
  bool yaml = false;            ///< what is made as JSON is shown as YAML; `json` is set, too
  bool is_server_said = false;  ///< by --server
  std::string profile;          ///< of --profile, then of what it is completed with; empty: none
  std::string token_file;       ///< of --token-file; empty: none
  std::string shell;            ///< of `completion`: bash, zsh or fish; not yet checked
  std::string profile_name;     ///< of the commands on profiles
  std::string server;           ///< of --server, else of BATATA_ADDR, else 127.0.0.1:8848; not yet checked
  net::ClientTls client_tls;    ///< of --ca-file, --client-cert, --client-key, --insecure-skip-verify
  std::string token;            ///< of BATATA_TOKEN: of somebody who has signed in; empty: none
  std::string user, password;   ///< of BATATA_USERNAME and BATATA_PASSWORD, used where there is no token
  std::string space;            ///< of --namespace; empty: the default one
  std::optional<std::string> group;  ///< of --group
  std::chrono::milliseconds timeout{};

  std::string data_id;                 ///< a name; for lists a pattern with '*'
  std::optional<std::string> content;  ///< of `config set`; nothing: from `file`
  std::string file;  ///< of `config set`, empty or "-": standard input; of `backup`, `restore` and so on
  std::string type;  ///< of `config set`; empty: none
  std::optional<std::string> cas_md5;  ///< of `config set`
  std::string directory;               ///< of `doctor`, `restore` and `repair`; of `tls`, empty: this one
  bool drop_tail = false;              ///< of `repair`
  int page = 1, page_size = 100;       ///< of lists
  TlsWishes tls;
  std::optional<std::string> log_filter;  ///< of `log level`; nothing: show it
  ConfigWishes config;
  ServiceWishes service;
  AccessWishes access;
};

}  // namespace batata::cli
