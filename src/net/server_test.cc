#include "net/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "net/test_server.h"

namespace batata::net {
namespace {

using Client = TestClient;

class ServerTest : public testing::Test, public TestServer {};

TEST_F(ServerTest, AnswersOnEveryPort) {
  start();
  for (const auto p : server->ports()) {
    Client client(p);
    for (int i = 0; i < 3; ++i) {
      client.send(kGet);
      EXPECT_NE(client.read_until(kLookEnd).find("GET /look"), std::string::npos);
    }
  }
}

TEST_F(ServerTest, TellsProtocolsApartByTheirFirstBytesHoweverTheyCome) {
  start();
  Client slow(port());
  for (const char c : std::string_view("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")) {
    slow.send({&c, 1});
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_TRUE(slow.read_until("\r\n\r\nhi").ends_with("hi"));
  Client http2(port(1));
  http2.send("P");
  std::this_thread::sleep_for(milliseconds(5));
  http2.send(std::string("RI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 32));
  EXPECT_NE(http2.read_until(std::string("\0\0\0\4\1", 5)).find(std::string("\0\0\0\4\1", 5)),
            std::string::npos);
}

TEST_F(ServerTest, AnswersWhatTheLoopHandles) {
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 50; ++i) clients.push_back(std::make_unique<Client>(port()));
  for (auto& client : clients)
    client->send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
  for (auto& client : clients) EXPECT_TRUE(client->read_until("\r\n\r\nbody").ends_with("body"));
}

TEST_F(ServerTest, SendsLargeBodiesToSlowReaders) {
  start();
  Client client(port());
  client.send("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::this_thread::sleep_for(milliseconds(50));  // the socket's buffers fill
  const auto all = client.read_all();
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, face.large_size());
}

TEST_F(ServerTest, TheClientCanReadARefusalOfWhatItIsStillSending) {
  Limits limits;
  limits.body_bytes = 1000;
  start(limits);
  Client client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n");
  client.send(std::string(4 << 20, 'x'));
  EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 413 "));
}

TEST_F(ServerTest, AClientThatHasSaidItsLastIsNotWaitedFor) {
  start();
  Client promised(port());
  promised.send("GET /look HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(promised.read_until(kLookEnd).ends_with(kLookEnd));
  EXPECT_TRUE(promised.closed_by_server());
  promised.send("x");
  EXPECT_TRUE(promised.is_reset());  // nobody reads that
}

TEST_F(ServerTest, AClientThatSendsMoreThanItHasSaidCanReadItsAnswerAllTheSame) {
  start();
  Client client(port());
  client.send("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::this_thread::sleep_for(milliseconds(50));  // the socket's buffers fill
  client.send(std::string(100'000, 'x'));
  const auto all = client.read_all();
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, face.large_size());
}

TEST_F(ServerTest, NoticesAClientThatLeavesDuringALongPoll) {
  start();
  Client client(port());
  client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(eventually_connections(1));
  client.close();
  EXPECT_TRUE(eventually_connections(0));
}

TEST_F(ServerTest, CountsConnectionsByWhatTheySpeak) {
  start();
  const auto has = [this](std::string_view line) {
    std::string text;
    metrics::Writer out(text);
    server->write(out);
    return text.find(line) != text.npos;
  };
  Client silent(port()), client(port());
  client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(eventually_connections(2));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!has("batata_connections{protocol=\"http1\",tls=\"false\"} 1\n") &&
         std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(milliseconds(5));
  EXPECT_TRUE(has("batata_connections{protocol=\"http1\",tls=\"false\"} 1\n"));
  EXPECT_TRUE(has("batata_connections{protocol=\"undecided\",tls=\"false\"} 1\n"));
  client.close();
  silent.close();
  EXPECT_TRUE(eventually_connections(0));
  EXPECT_TRUE(has("batata_connections{protocol=\"http1\",tls=\"false\"} 0\n"));
  EXPECT_TRUE(has("batata_connections{protocol=\"undecided\",tls=\"false\"} 0\n"));
}

TEST_F(ServerTest, EndsConnectionsThatWaitTooLong) {
  Limits limits;
  limits.header_timeout = milliseconds(50);
  limits.idle_timeout = milliseconds(50);
  start(limits);
  Client silent(port()), partial(port()), idle(port());
  partial.send("GET /look HTTP/1.1\r\n");
  idle.send(kGet);
  EXPECT_EQ(silent.read_all(), "");
  EXPECT_TRUE(partial.read_all().starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(idle.read_all().ends_with(kLookEnd));
}

TEST_F(ServerTest, SaysWhichPortIsTaken) {
  start();
  ServerOptions options;
  options.listen = {{"127.0.0.1", port()}};
  Server second(options, router, {});
  const auto started = second.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, Errc::kUnavailable);
  EXPECT_EQ(started.error().message,
            "port " + std::to_string(port()) + " of 127.0.0.1 is taken by another process");
  options.listen = {{"localhost", 0}};
  Server third(options, router, {});
  EXPECT_EQ(third.start().error().code, Errc::kInvalidArgument);
}

TEST_F(ServerTest, DrainingFinishesWhatIsInFlightAndAcceptsNothing) {
  start();
  Client busy(port()), idle(port());
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.send(kGet);
  idle.read_until(kLookEnd);
  EXPECT_TRUE(eventually_connections(2));
  std::string answer;
  std::thread reader([&] { answer = busy.read_all(); });
  std::thread closer([&] {
    EXPECT_TRUE(idle.closed_by_server());
    idle.close();
  });
  const auto p = port();
  server->wind_down();
  std::thread drainer([&] { server->drain(seconds(5)); });
  reader.join();
  closer.join();
  busy.close();
  drainer.join();
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("late"));
  EXPECT_FALSE(Client(p).connected());
}

TEST_F(ServerTest, WindingDownAnswersWhatWasSentBeforeOnOldAndNewConnections) {
  std::promise<void> entered, release;
  face.while_blocked = [&] {
    entered.set_value();
    release.get_future().wait();
  };
  start({}, {}, 1);
  constexpr std::string_view kEcho = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
  Client blocking(port()), old(port());
  old.send(kGet);
  ASSERT_FALSE(old.read_until(kLookEnd).empty());
  blocking.send("GET /block HTTP/1.1\r\nHost: x\r\n\r\n");
  entered.get_future().wait();
  // The thread sees none of this before it is told to wind down.
  old.send(kEcho);
  std::vector<std::unique_ptr<Client>> fresh;
  for (int i = 0; i < 100; ++i) {
    fresh.push_back(std::make_unique<Client>(port()));
    fresh.back()->send(i % 2 == 0 ? kGet : kEcho);
  }
  server->wind_down();
  std::thread drainer([&] {
    server->drain(seconds(5));
    server->stop();
  });
  release.set_value();
  EXPECT_TRUE(old.read_all().ends_with("body"));
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    const auto answer = fresh[i]->read_all();
    EXPECT_TRUE(i % 2 == 0 ? answer.find("GET /look") != answer.npos : answer.ends_with("body"))
        << i << answer;
  }
  drainer.join();
}

TEST_F(ServerTest, WaitsForDescriptorsWhenThereAreNone) {
  start();
  Client inside(port()), waiting_client;
  inside.send(kGet);
  ASSERT_FALSE(inside.read_until(kLookEnd).empty());
  warm_up();
  const int lowest_free = ::dup(STDERR_FILENO);
  ::close(lowest_free);
  rlimit old{};
  getrlimit(RLIMIT_NOFILE, &old);
  rlimit tight = old;
  tight.rlim_cur = static_cast<rlim_t>(lowest_free);
  setrlimit(RLIMIT_NOFILE, &tight);
  waiting_client.connect(port());  // the kernel takes it, the server cannot
  waiting_client.send(kGet);
  EXPECT_TRUE(waiting_client.is_silent_for(milliseconds(300)));
  inside.send(kGet);  // who is in is served
  EXPECT_FALSE(inside.read_until(kLookEnd).empty());
  setrlimit(RLIMIT_NOFILE, &old);
  EXPECT_FALSE(waiting_client.read_until(kLookEnd).empty());
}

// A gRPC handler that tells a test about its connection.
struct Watcher {
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<wire::Transport> transport;
  int closed = 0;
  bool wait_for(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, seconds(5), condition);
  }
};

wire::GrpcMethod watched(Watcher& watcher) {
  return {"/Test/watch",
          [&watcher](const std::shared_ptr<wire::Transport>& transport, std::string_view,
                     wire::UnaryReply reply) {
            transport->on_closed([&watcher] {
              const std::lock_guard lock(watcher.mutex);
              ++watcher.closed;
              watcher.changed.notify_all();
            });
            {
              const std::lock_guard lock(watcher.mutex);
              watcher.transport = transport;
              watcher.changed.notify_all();
            }
            reply({}, "");
          },
          nullptr};
}

// A whole HTTP/2 client in bytes: preface, SETTINGS, a POST of application/grpc to /Test/watch with an empty
// message.
std::string watch_call() {
  const std::string head(
      "\x83\x86\x01\x01x\x44\x0b/Test/watch\x5f\x10"
      "application/grpc");
  std::string out("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
  out += std::string("\0\0", 2) + static_cast<char>(head.size()) + std::string("\1\4\0\0\0\1", 6) + head;
  out += std::string("\0\0\5\0\1\0\0\0\1\0\0\0\0\0", 14);
  return out;
}

TEST_F(ServerTest, ATransportClosesFromAnyThreadAndTellsItsHooks) {
  Watcher watcher;
  start({}, {watched(watcher)});
  Client client(port());
  client.send(watch_call());
  ASSERT_TRUE(watcher.wait_for([&] { return watcher.transport != nullptr; }));
  EXPECT_EQ(watcher.transport->remote_address, "127.0.0.1");
  EXPECT_EQ(watcher.transport->local_port, port());
  EXPECT_GT(watcher.transport->accepted_at.ms, 0);
  watcher.transport->close();
  const std::string goaway("\0\0\x08\x07\0\0\0\0\0", 9);  // the head of the frame
  EXPECT_NE(client.read_all().find(goaway), std::string::npos);
  client.close();
  EXPECT_TRUE(watcher.wait_for([&] { return watcher.closed == 1; }));
  watcher.transport->close();  // an empty shell by now
}

TEST_F(ServerTest, StoppingEndsEveryConnection) {
  Watcher watcher;
  start({}, {watched(watcher)});
  Client client(port()), poll(port());
  client.send(watch_call());
  poll.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(watcher.wait_for([&] { return watcher.transport != nullptr; }));
  server->stop();
  EXPECT_EQ(watcher.closed, 1);
  EXPECT_EQ(poll.read_all(), "");
}

}  // namespace
}  // namespace batata::net
