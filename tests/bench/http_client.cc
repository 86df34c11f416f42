#include "http_client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "run.h"

namespace batata::bench {
namespace {

constexpr std::string_view kLineEnd = "\r\n", kHeadEnd = "\r\n\r\n";
constexpr std::string_view kAlways = " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: http-bench/1\r\n";

}  // namespace

std::string_view http_header(std::string_view head, std::string_view name) {
  for (auto at = head.find(kLineEnd); at != std::string_view::npos; at = head.find(kLineEnd, at)) {
    at += kLineEnd.size();
    const std::string_view line = head.substr(at, head.find(kLineEnd, at) - at);
    if (line.size() <= name.size() || line[name.size()] != ':' ||
        ::strncasecmp(line.data(), name.data(), name.size()) != 0)
      continue;
    const auto value = line.find_first_not_of(' ', name.size() + 1);
    return value == std::string_view::npos ? std::string_view() : line.substr(value);
  }
  return {};
}

std::optional<HttpMessage> parse_http(std::string_view bytes) {
  const auto end_of_head = bytes.find(kHeadEnd);
  if (end_of_head == std::string_view::npos) return std::nullopt;
  HttpMessage message{.head = bytes.substr(0, end_of_head),
                      .body = bytes.substr(end_of_head + kHeadEnd.size())};
  const std::string length(http_header(message.head, "Content-Length"));
  const std::size_t size = std::strtoul(length.c_str(), nullptr, 10);
  if (message.body.size() < size) return std::nullopt;
  message.body = message.body.substr(0, size);
  return message;
}

std::string http_post(std::string_view path, std::string_view form, std::string_view headers) {
  std::string request = "POST ";
  request.append(path).append(kAlways).append(headers);
  request.append("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ");
  request.append(std::to_string(form.size())).append(kHeadEnd).append(form);
  return request;
}

std::string http_get(std::string_view path) {
  std::string request = "GET ";
  request.append(path).append(kAlways).append(kLineEnd);
  return request;
}

HttpClient::HttpClient(Poller& poller, std::uint16_t port, OnAnswer on_answer, Stamps stamps)
    : fd_(connect_loopback(port)), stamps_(stamps), on_answer_(std::move(on_answer)) {
  if (stamps_ == Stamps::kOn) stamp_arrivals(fd_);
  poller.add(fd_, *this);
}

HttpClient::~HttpClient() {
  ::close(fd_);
}

void HttpClient::send(std::string_view request) {
  // Its buffer is empty between requests.
  if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    give_up("send failed");
}

void HttpClient::on_ready(std::uint32_t) {
  std::array<char, 4096> buffer;
  const Arrival arrival = stamps_ == Stamps::kOn
                              ? receive_stamped(fd_, buffer.data(), buffer.size())
                              : Arrival{.size = ::read(fd_, buffer.data(), buffer.size()), .at = {}};
  if (arrival.size < 0 && errno == EAGAIN) return;
  if (arrival.size <= 0) give_up("the server closed a connection");
  in_.append(buffer.data(), static_cast<std::size_t>(arrival.size));
  const auto answer = parse_http(in_);
  if (!answer) return;
  if (http_header(answer->head, "Content-Length").empty()) give_up("an answer without Content-Length");
  on_answer_(*answer, arrival.at);
  in_.clear();
}

}  // namespace batata::bench
