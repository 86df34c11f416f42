#include "cli/tls_commands.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/json.h"
#include "cli/common/output.h"
#include "platform/certificates/certificates.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;
using platform::Certificate;

constexpr int kAuthorityDays = 3650, kCertificateDays = 365;
constexpr std::size_t kFileBytesMax = 1 << 20;  // of an authority's certificate or key

Error of_system(const std::string& path, const char* what) {
  const Errc code = errno == EEXIST ? Errc::kConflict : errno == ENOENT ? Errc::kNotFound : Errc::kInternal;
  return {code, path + " cannot be " + what + ": " + ::strerror(errno)};
}

// A file that was not there before. It goes again unless it is kept.
class NewFile {
 public:
  NewFile(std::string path, mode_t mode)
      : path_(std::move(path)),
        fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    if (!kept_) ::unlink(path_.c_str());
  }
  Status write(std::string_view bytes) {
    if (fd_ < 0) return tl::unexpected(of_system(path_, "made"));
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return tl::unexpected(of_system(path_, "written"));
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(fd_) == 0 ? Status() : tl::unexpected(of_system(path_, "written"));
  }
  void keep() { kept_ = true; }

 private:
  const std::string path_;
  const int fd_;
  bool kept_ = false;
};

Result<std::string> content_of(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return tl::unexpected(of_system(path, "read"));
  std::string text(kFileBytesMax, '\0');
  std::size_t size = 0;
  ssize_t n = 0;
  while (size < text.size() && (n = ::read(fd, text.data() + size, text.size() - size)) > 0)
    size += static_cast<std::size_t>(n);
  const Error error = of_system(path, "read");
  ::close(fd);
  if (n < 0) return tl::unexpected(error);
  text.resize(size);
  return text;
}

// Names become names of files.
Status check_name(const std::string& name) {
  const bool good =
      !name.empty() && name.front() != '.' && name.front() != '-' && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-' || c == '_';
      });
  if (good) return {};
  return fail(Errc::kInvalidArgument,
              "'" + name + "' is no name of letters, digits, dots, dashes and underscores");
}

Result<Printed> write(const Invocation& wanted, const std::string& name, const Certificate& made) {
  const fs::path directory = wanted.directory.empty() ? "." : wanted.directory;
  const std::string certificate = (directory / (name + ".pem")).lexically_normal(),
                    key = (directory / (name + "-key.pem")).lexically_normal();
  NewFile certificate_file(certificate, 0644), key_file(key, 0600);
  if (auto written = certificate_file.write(made.certificate); !written)
    return tl::unexpected(std::move(written.error()));
  if (auto written = key_file.write(made.key.reveal()); !written)
    return tl::unexpected(std::move(written.error()));
  certificate_file.keep();
  key_file.keep();
  if (!wanted.json) return Printed{sheet({{"certificate", certificate}, {"key", key}}), {}};
  std::string text;
  json::Writer(text).begin_object().member("certificate", certificate).member("key", key).end_object();
  return Printed{text + "\n", {}};
}

std::chrono::days days_of(const Invocation& wanted, int otherwise) {
  return std::chrono::days(wanted.tls.days == 0 ? otherwise : wanted.tls.days);
}

Result<Printed> create_authority(const Invocation& wanted) {
  const std::string& name = wanted.tls.name;
  if (auto good = check_name(name); !good) return tl::unexpected(std::move(good.error()));
  const auto made = platform::make_authority(name, days_of(wanted, kAuthorityDays));
  if (!made) return tl::unexpected(made.error());
  return write(wanted, name, *made);
}

Result<Printed> create_certificate(const Invocation& wanted) {
  const TlsWishes& tls = wanted.tls;
  if (auto good = check_name(tls.name); !good) return tl::unexpected(std::move(good.error()));
  if (tls.use != "server" && tls.use != "client" && tls.use != "both")
    return fail(Errc::kInvalidArgument, "--use is '" + tls.use + "', not server, client or both");
  auto certificate = content_of(tls.authority);
  if (!certificate) return tl::unexpected(std::move(certificate.error()));
  auto key = content_of(tls.authority_key);
  if (!key) return tl::unexpected(std::move(key.error()));
  platform::CertificateWishes wishes{.common_name = tls.name,
                                     .names = tls.hosts,
                                     .valid = days_of(wanted, kCertificateDays),
                                     .server = tls.use != "client",
                                     .client = tls.use != "server"};
  // Clients compare the host that they call with these names alone, not with the subject.
  if (wishes.server && wishes.names.empty()) wishes.names = {"localhost", "127.0.0.1", "::1"};
  const auto made = platform::make_certificate({std::move(*certificate), Secret(std::move(*key))}, wishes);
  if (!made) return tl::unexpected(made.error());
  return write(wanted, tls.name, *made);
}

}  // namespace

Result<Printed> run_tls_command(const Invocation& wanted) {
  return wanted.verb == Verb::kTlsCaCreate ? create_authority(wanted) : create_certificate(wanted);
}

std::string_view next_step_of_tls_command(const Error& error) {
  switch (error.code) {
    case Errc::kConflict:
      return "name another --dir, or move the file away; keys are never overwritten";
    case Errc::kNotFound:
      return "`batata tls ca create` makes an authority; --dir must exist";
    case Errc::kInvalidArgument:
      return "batata tls cert create --help";
    default:
      return {};
  }
}

}  // namespace batata::cli
