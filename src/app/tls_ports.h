#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "async/executor.h"
#include "async/task.h"
#include "base/result.h"
#include "net/tls/tls_context.h"
#include "platform/settings/settings.h"

namespace batata::app {

/// TLS as the settings have it for each port. Built before the server, outlived by nothing that it started.
class TlsPorts {
 public:
  /// What one port speaks.
  struct Port {
    std::shared_ptr<net::TlsContext> tls;  ///< null: no TLS
    bool also_plain = false;
  };
  /// Reads certificates and keys. Errors: kInvalidArgument with a sentence that names the setting or the
  /// file.
  [[nodiscard]] static Result<TlsPorts> open(const platform::Settings& settings);

  [[nodiscard]] const Port& main() const { return main_; }
  [[nodiscard]] const Port& sdk() const { return sdk_; }

  /// Reads files again when they have changed, and once in half a day, so that tickets of sessions get new
  /// keys. Says in the log what it did; a file that cannot be used leaves what was before. Loop only; called
  /// once; ends with its scope.
  [[nodiscard]] Task<void> keep_fresh(Runtime& runtime, Executor& executor) const;

 private:
  using Stamp = std::vector<std::filesystem::file_time_type>;
  struct Watched {
    std::shared_ptr<net::TlsContext> context;
    std::vector<std::string> files;
    Stamp stamp;
  };
  Result<Port> open_port(net::TlsOptions options, bool also_plain);
  static Stamp stamp_of(const std::vector<std::string>& files);
  static void refresh(std::vector<Watched>& watched, bool all);

  Port main_, sdk_;
  // Shared with jobs of the executor, which are not taken back.
  std::shared_ptr<std::vector<Watched>> watched_ = std::make_shared<std::vector<Watched>>();
};

}  // namespace batata::app
