#pragma once
#include <CLI/App.hpp>
#include <optional>
#include <string>

#include "cli/common/invocation.h"

namespace batata::cli {

/// What the words of each family are made with, as CLI11 knows them, and where it puts what they say.
class Words {
 public:
  /// Both outlive it, and whatever was made with it.
  Words(Invocation& wanted, std::optional<Verb>& verb) : wanted_(wanted), verb_(verb) {}

  /// A word that others follow.
  static CLI::App* family(CLI::App& parent, const std::string& name, const std::string& help);
  /// A word that is a command; when it is said, `verb` is.
  CLI::App* verb(CLI::App& parent, const std::string& name, const std::string& help, Verb verb) const;
  void add_data_id(CLI::App* command) const;
  void add_paging(CLI::App* command) const;
  [[nodiscard]] Invocation& wanted() const { return wanted_; }

 private:
  Invocation& wanted_;
  std::optional<Verb>& verb_;
};

void add_config_words(const Words& words, CLI::App& app);
void add_service_words(const Words& words, CLI::App& app);
void add_profile_words(const Words& words, CLI::App& app);
/// Those of namespaces, users, roles and permissions.
void add_access_words(const Words& words, CLI::App& app);
/// Those on data directories and backups.
void add_data_words(const Words& words, CLI::App& app);
void add_tls_words(const Words& words, CLI::App& app);
void add_log_words(const Words& words, CLI::App& app);

}  // namespace batata::cli
