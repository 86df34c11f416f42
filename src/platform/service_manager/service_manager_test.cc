#include "platform/service_manager/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace batata::platform {
namespace {

// What systemd listens on.
class Manager {
 public:
  explicit Manager(std::string name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name.front() == '@') name.front() = '\0';
    std::ranges::copy(name, address.sun_path);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    bound_ = ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) == 0;
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  ~Manager() { ::close(fd_); }
  bool bound() const { return bound_; }
  // The next that was told; empty: nothing.
  std::string told() const {
    std::array<char, 500> bytes;
    const auto size = ::recv(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return size <= 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(size));
  }

 private:
  int fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool bound_ = false;
};

TEST(ServiceManagerTest, IsToldWhatThereIsToTellByItsPathOrItsName) {
  const std::string unique = std::to_string(::getpid());
  const std::string path = testing::TempDir() + "notify-" + unique;
  for (const std::string& name : {path, "@batata-test-" + unique}) {
    const Manager manager(name);
    ASSERT_TRUE(manager.bound()) << name;
    const ServiceManager told({"HOME=/", "NOTIFY_SOCKET=" + name});
    EXPECT_EQ(manager.told(), "");
    told.ready("serving\nREADY=0");
    EXPECT_EQ(manager.told(), "READY=1\nSTATUS=serving READY=0");
    told.stopping();
    EXPECT_EQ(manager.told(), "STOPPING=1");
  }
  ::unlink(path.c_str());
}

TEST(ServiceManagerTest, NobodyIsToldWhereThereIsNobody) {
  const std::string endless(200, 'x');
  for (const std::vector<std::string>& environment : {std::vector<std::string>{},
                                                      {"NOTIFY_SOCKET="},
                                                      {"NOTIFY_SOCKET=relative"},
                                                      {"NOTIFY_SOCKET=/" + endless},
                                                      {"NOTIFY_SOCKET=/nobody/is/here"}})
    ServiceManager(environment).ready("serving");  // and goes on
}

}  // namespace
}  // namespace batata::platform
