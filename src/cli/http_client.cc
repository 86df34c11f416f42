#include "cli/http_client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <exception>

#include "base/text.h"

namespace batata::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

std::string display(const ServerAddress& server) {
  const bool is_v6 = server.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port);
}

std::string serialise(const ServerAddress& server, const HttpRequest& request) {
  std::string out(request.method);
  out += " " + request.target + " HTTP/1.1\r\nHost: " + display(server) +
         "\r\nConnection: close\r\nUser-Agent: batata-cli\r\nAccept: */*\r\n";
  for (const auto& [name, value] : request.headers) out += name + ": " + value + "\r\n";
  if (!request.form.empty())
    out += "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: " +
           std::to_string(request.form.size()) + "\r\n";
  return out + "\r\n" + request.form;
}

// One request on one connection, step by step on an io_context of its own, which bounds the time of all of
// them.
class Call {
 public:
  Call(const ServerAddress& server, const HttpRequest& request)
      : server_(server), bytes_(serialise(server, request)) {
    parser_.body_limit(kAnswerBytesMax);
    parser_.skip(request.method == "HEAD");
  }

  Result<HttpAnswer> run(std::chrono::milliseconds timeout) {
    resolver_.async_resolve(server_.host, std::to_string(server_.port),
                            [this](error_code error, const tcp::resolver::results_type& found) {
                              if (error) return end(error);
                              connect(found);
                            });
    io_.run_for(timeout);
    if (!ended_)
      return fail(Errc::kDeadlineExceeded,
                  display(server_) + " did not answer within " + std::to_string(timeout.count()) + " ms");
    if (error_ && sent_)
      return fail(Errc::kOutcomeUnknown, "the connection to " + display(server_) +
                                             " broke before the answer was complete: " + error_.message());
    if (error_) return fail(Errc::kUnavailable, "cannot reach " + display(server_) + ": " + error_.message());
    return answer();
  }

 private:
  void connect(const tcp::resolver::results_type& found) {
    asio::async_connect(socket_, found, [this](error_code error, const tcp::endpoint&) {
      if (error) return end(error);
      send();
    });
  }
  void send() {
    sent_ = true;  // from here on bytes may have arrived
    asio::async_write(socket_, asio::buffer(bytes_), [this](error_code error, std::size_t) {
      if (error) return end(error);
      http::async_read(socket_, buffer_, parser_,
                       [this](error_code read_error, std::size_t) { end(read_error); });
    });
  }
  void end(error_code error) {
    error_ = error;
    ended_ = true;
  }
  Result<HttpAnswer> answer() {
    auto& message = parser_.get();
    HttpAnswer out{static_cast<int>(message.result_int()), std::move(message.body()), {}};
    for (const auto& field : message) {
      const auto name = field.name_string(), value = field.value();
      out.headers.emplace_back(lower_case({name.data(), name.size()}),
                               std::string(value.data(), value.size()));
    }
    return out;
  }

  const ServerAddress& server_;
  const std::string bytes_;
  asio::io_context io_{1};
  tcp::resolver resolver_{io_};
  tcp::socket socket_{io_};
  boost::beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
  error_code error_;
  bool sent_ = false, ended_ = false;
};

}  // namespace

Result<ServerAddress> parse_server_address(std::string_view text) {
  const auto wrong = [whole = std::string(text)](std::string_view why) {
    return fail(Errc::kInvalidArgument,
                "'" + whole + "' is not the address of a server: " + std::string(why));
  };
  if (text.starts_with("https://")) return wrong("TLS is not built yet; use http://");
  if (text.starts_with("http://")) text.remove_prefix(7);
  ServerAddress address;
  const std::size_t slash = text.find('/');
  if (slash != text.npos) {
    std::string_view path = text.substr(slash);
    while (path.ends_with('/')) path.remove_suffix(1);
    if (slash + 1 < text.size()) address.context_path = path;
    text = text.substr(0, slash);
  }
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return wrong("']' is missing");
    address.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
  } else {
    const std::size_t end = std::min(text.find(':'), text.size());
    address.host = text.substr(0, end);
    text.remove_prefix(end);
  }
  if (address.host.empty()) return wrong("the host is missing");
  if (address.host.find_first_of(" \t\r\n@?#") != std::string::npos)
    return wrong("the host has odd characters");
  if (text.empty()) return address;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), address.port);
  if (text.front() != ':' || error != std::errc{} || end != text.data() + text.size() || address.port == 0)
    return wrong("the port is a number from 1 to 65535");
  return address;
}

std::string_view HttpAnswer::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (known == name) return value;
  }
  return {};
}

Result<HttpAnswer> http_call(const ServerAddress& server, const HttpRequest& request,
                             std::chrono::milliseconds timeout) {
  try {
    return Call(server, request).run(timeout);
  } catch (const std::exception& error) {  // Asio throws when the system gives no descriptor
    return fail(Errc::kUnavailable, std::string("cannot call the server: ") + error.what());
  }
}

std::string encode_form(const std::vector<std::pair<std::string_view, std::string_view>>& fields) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out += name;
    out += '=';
    for (const char c : value) {
      const auto byte = static_cast<unsigned char>(c);
      const bool is_plain = is_letter_or_digit(c) || c == '-' || c == '_' || c == '.' || c == '~';
      if (is_plain) {
        out += c;
      } else {
        out += '%';
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
      }
    }
  }
  return out;
}

}  // namespace batata::cli
