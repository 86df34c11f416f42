// Makes calls of gRPC by our own client, as the drivers of ../grpc_clients do by those of others, for
// ../outbound_grpc.py:
//
//   grpc_caller HOST:PORT [ca=FILE] [name=NAME] [certificate=FILE key=FILE] [ping-ms=N] [denied=RANGES]
//
// A line "KIND PATH MESSAGES ENCODING TIMEOUT_MS" is one call: KIND is `unary`, `stream` (sends its messages
// and ends its side), `open` (does not) or `break` (as `open`, and is dropped when so many messages have come
// as it has sent). MESSAGES is hex, with commas between. What came of it is a line "CODE MESSAGES DETAILS
// SAFE", the middle two in hex, `none` for no message; SAFE is 1 when the call may be made again.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/client/grpc_client.h"
#include "platform/runtime/asio_runtime.h"

namespace {

using namespace batata;

std::string from_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    out += static_cast<char>(byte);
  }
  return out;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

// What one call has to say, and what it hears.
struct Talk {
  std::string kind;
  net::CallWishes wishes;
  std::vector<std::string> messages, heard;
  std::promise<Status> ended;
  net::GrpcCall call;
};

class Listener final : public net::GrpcStreamHandler {
 public:
  explicit Listener(Talk& talk) : talk_(talk) {}
  void message(std::string bytes) override {
    talk_.heard.push_back(std::move(bytes));
    if (talk_.kind != "break" || talk_.heard.size() != talk_.messages.size()) return;
    talk_.call = {};
    talk_.ended.set_value({});
  }
  void ended(Status status) override { talk_.ended.set_value(std::move(status)); }

 private:
  Talk& talk_;
};

void begin(net::GrpcChannel& channel, Talk& talk) {
  if (talk.kind == "unary") {
    talk.call = channel.ask(talk.wishes, talk.messages.at(0), [&talk](Result<std::string> answer) {
      if (answer) talk.heard.push_back(std::move(*answer));
      talk.ended.set_value(answer ? Status() : Status(tl::unexpected(answer.error())));
    });
    return;
  }
  talk.call = channel.open(talk.wishes, std::make_unique<Listener>(talk));
  for (const std::string& message : talk.messages) (void)talk.call.send(message);
  if (talk.kind == "stream") talk.call.finish();
}

void read_line(const std::string& line, Talk& talk) {
  std::istringstream words(line);
  std::string texts, encoding;
  long timeout_ms = 0;
  words >> talk.kind >> talk.wishes.path >> texts >> encoding >> timeout_ms;
  talk.wishes.timeout = std::chrono::milliseconds(timeout_ms);
  talk.wishes.gzip = encoding == "gzip";
  std::istringstream list(texts == "-" ? "," : texts + ",");
  for (std::string text; std::getline(list, text, ',');) talk.messages.push_back(from_hex(text));
}

std::string told(const Talk& talk, const Status& status) {
  std::string texts;
  for (const auto& one : talk.heard) texts += (&one == &talk.heard.front() ? "" : ",") + to_hex(one);
  const bool safe = !status && status.error().code == Errc::kUnavailable;
  return std::to_string(status ? 0 : status.error().detail) + " " + (talk.heard.empty() ? "none" : texts) +
         " " + (status ? "" : to_hex(status.error().message)) + (safe ? " 1" : " 0");
}

// The loop, with one channel on it.
class House {
 public:
  House(net::GrpcTarget target, const net::ClientLimits& limits, const std::string& denied)
      : loop_([this] { runtime_.run(); }) {
    on_loop([&] {
      client_ =
          std::make_unique<net::GrpcClient>(runtime_, net::EgressPolicy::parse("", denied).value(), limits);
      channel_ = client_->channel(std::move(target));
    });
  }
  ~House() {
    on_loop([this] {
      channel_.reset();
      client_.reset();
    });
    runtime_.post([this] { runtime_.stop(); });
    loop_.join();
  }
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  std::string say(const std::string& line) {
    Talk talk;
    read_line(line, talk);
    on_loop([&] { begin(*channel_, talk); });
    const Status status = talk.ended.get_future().get();
    std::string text;
    on_loop([&] {
      talk.call = {};
      text = told(talk, status);
    });
    return text;
  }

 private:
  template <class Act>
  void on_loop(Act act) {
    std::promise<void> done;
    runtime_.post([&] {
      act();
      done.set_value();
    });
    done.get_future().wait();
  }

  platform::AsioRuntime runtime_;
  std::unique_ptr<net::GrpcClient> client_;
  std::unique_ptr<net::GrpcChannel> channel_;
  std::thread loop_;
};

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> options;
  for (int i = 2; i < argc; ++i) {
    const std::string word = argv[i];
    options[word.substr(0, word.find('='))] = word.substr(word.find('=') + 1);
  }
  const std::string address = argc > 1 ? argv[1] : "127.0.0.1:0";
  net::GrpcTarget target{
      .host = address.substr(0, address.rfind(':')),
      .port = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1))),
      .server_name = options["name"]};
  if (options.contains("ca")) {
    net::TlsClientOptions tls;
    tls.authorities_file = options["ca"];
    tls.certificate_file = options["certificate"];
    tls.key_file = options["key"];
    auto context = net::TlsClientContext::open(tls);
    if (!context) {
      std::fprintf(stderr, "%s\n", context.error().message.c_str());
      return 1;
    }
    target.tls = std::move(*context);
  }
  net::ClientLimits limits;
  if (options.contains("ping-ms")) {
    limits.ping_interval = std::chrono::milliseconds(std::stol(options["ping-ms"]));
    limits.ping_timeout = limits.ping_interval;
  }
  House house(std::move(target), limits, options["denied"]);
  for (std::string line; std::getline(std::cin, line);) std::cout << house.say(line) << '\n' << std::flush;
  return 0;
}
