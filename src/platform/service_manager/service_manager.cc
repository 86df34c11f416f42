#include "platform/service_manager/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

namespace batata::platform {
namespace {

constexpr std::string_view kVariable = "NOTIFY_SOCKET=";

}  // namespace

ServiceManager::ServiceManager(const std::vector<std::string>& environment) {
  for (const std::string& variable : environment)
    if (variable.starts_with(kVariable)) socket_ = variable.substr(kVariable.size());
  const bool is_path = socket_.starts_with('/'), is_name = socket_.starts_with('@');
  if ((!is_path && !is_name) || socket_.size() >= sizeof(sockaddr_un::sun_path)) socket_.clear();
  if (is_name && !socket_.empty()) socket_.front() = '\0';
}

void ServiceManager::ready(std::string_view status) const {
  std::string state = "READY=1\nSTATUS=";
  std::ranges::replace_copy(status, std::back_inserter(state), '\n', ' ');
  tell(state);
}

void ServiceManager::stopping() const {
  tell("STOPPING=1");
}

void ServiceManager::tell(std::string_view state) const {
  if (socket_.empty()) return;
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::ranges::copy(socket_, to.sun_path);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  (void)::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), size);
  ::close(fd);
}

}  // namespace batata::platform
