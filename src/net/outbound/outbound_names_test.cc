// Names whose look-up goes as somebody wishes who is not on our side: S26's rebinding, and one that hangs.
#include <dlfcn.h>
#include <netdb.h>

#include <atomic>
#include <cstring>

#include "tests/support/outbound_calls.h"
#include "tests/support/scripted_server.h"

namespace {

std::atomic<int> look_ups = 0;

}  // namespace

// The system's, but for two names. libcurl finds this one (CMakeLists.txt exports it).
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the header's are the library's own
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** found) {
  static const auto kSystems = reinterpret_cast<decltype(&::getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node != nullptr && std::strcmp(node, "rebinding.test") == 0)
    node = look_ups++ == 0 ? "127.0.0.1" : "127.0.0.2";
  if (node != nullptr && std::strcmp(node, "hanging.test") == 0) {
    ++look_ups;
    std::this_thread::sleep_for(std::chrono::seconds(4));
    return EAI_AGAIN;
  }
  return kSystems(node, service, hints, found);
}

namespace batata::net {
namespace {

TEST_F(Outbound, S26ANameThatChangesItsAddressIsLookedUpOnceAndThatAddressIsAskedFor) {
  ScriptedServer server(http(200, "ok"));
  look_ups = 0;
  open_denying("127.0.0.2");
  EXPECT_EQ(text_of(get(server.url("/", "rebinding.test"))), "200 ok");
  EXPECT_EQ(look_ups, 1) << "whoever checks one answer and connects to another is led astray between them";
  EXPECT_EQ(text_of(get(server.url("/", "rebinding.test"))), "200 ok") << "the connection that was allowed";
  open_denying("127.0.0.2");  // without that connection, and without what was looked up
  expect_error(get(server.url("/", "rebinding.test")), Errc::kPermissionDenied,
               "refuses the address 127.0.0.2");
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(Outbound, ALookUpThatHangsHoldsUpNobodyElse) {
  ScriptedServer server(http(200, "ok"));
  open();
  look_ups = 0;
  const auto start = std::chrono::steady_clock::now();
  auto hangs = begin({.url = "http://hanging.test/"});
  auto ends = begin({.url = "http://hanging.test/", .timeout = 100ms});
  ASSERT_TRUE(eventually([] { return look_ups == 2; }));
  expect_error(answer_of(ends), Errc::kDeadlineExceeded, "100 ms");
  EXPECT_EQ(text_of(get(server.url())), "200 ok");
  cancel(hangs);
  EXPECT_EQ(text_of(get(server.url())), "200 ok");
  auto cut_off = begin({.url = "http://hanging.test/"});
  ASSERT_TRUE(eventually([] { return look_ups == 3; }));
  on_loop([&] { client_.reset(); });
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

}  // namespace
}  // namespace batata::net
