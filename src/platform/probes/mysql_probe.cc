#include "platform/probes/mysql_probe.h"

#include <mariadb/mysql.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "base/log.h"
#include "platform/library/shared_library.h"

namespace batata::platform {
namespace {

using Clock = std::chrono::steady_clock;
using domain::Probe;

constexpr std::string_view kMasterCommand = "show global variables where variable_name='read_only'";
constexpr unsigned long kPacketMax = 64 * 1024;  // of an answer; that of a check is some bytes long

// What is called of MariaDB's client library.
struct Api {
  decltype(&::mysql_close) close = nullptr;
  decltype(&::mysql_fetch_lengths) fetch_lengths = nullptr;
  decltype(&::mysql_fetch_row_cont) fetch_row_cont = nullptr;
  decltype(&::mysql_fetch_row_start) fetch_row_start = nullptr;
  decltype(&::mysql_field_count) field_count = nullptr;
  decltype(&::mysql_free_result) free_result = nullptr;
  decltype(&::mysql_get_socket) get_socket = nullptr;
  decltype(&::mysql_init) init = nullptr;
  decltype(&::mysql_server_init) server_init = nullptr;
  decltype(&::mysql_num_fields) num_fields = nullptr;
  decltype(&::mysql_options) options = nullptr;
  decltype(&::mysql_real_connect_cont) real_connect_cont = nullptr;
  decltype(&::mysql_real_connect_start) real_connect_start = nullptr;
  decltype(&::mysql_real_query_cont) real_query_cont = nullptr;
  decltype(&::mysql_real_query_start) real_query_start = nullptr;
  decltype(&::mysql_use_result) use_result = nullptr;
};

// With the library set up, which is not for two threads at once.
Result<Api> load() {
  const auto library = SharedLibrary::open("libmariadb.so.3");
  if (!library) return tl::unexpected(library.error());
  Api api;
  const bool is_whole =
      library->find("mysql_close", api.close) && library->find("mysql_fetch_lengths", api.fetch_lengths) &&
      library->find("mysql_fetch_row_cont", api.fetch_row_cont) &&
      library->find("mysql_fetch_row_start", api.fetch_row_start) &&
      library->find("mysql_field_count", api.field_count) &&
      library->find("mysql_free_result", api.free_result) &&
      library->find("mysql_get_socket", api.get_socket) && library->find("mysql_init", api.init) &&
      library->find("mysql_server_init", api.server_init) &&
      library->find("mysql_num_fields", api.num_fields) && library->find("mysql_options", api.options) &&
      library->find("mysql_real_connect_cont", api.real_connect_cont) &&
      library->find("mysql_real_connect_start", api.real_connect_start) &&
      library->find("mysql_real_query_cont", api.real_query_cont) &&
      library->find("mysql_real_query_start", api.real_query_start) &&
      library->find("mysql_use_result", api.use_result);
  if (!is_whole) return fail(Errc::kUnavailable, "libmariadb lacks a function");
  if (api.server_init(0, nullptr, nullptr) != 0) return fail(Errc::kInternal, "libmariadb does not start");
  return api;
}

// Loaded with the first probe.
const Result<Api>& loaded() {
  static const Result<Api> api = load();
  return api;
}

// One connection, driven through the library's non-blocking calls so that each step has an exact end.
class Connection {
 public:
  explicit Connection(const Api& api) : api_(api) {
    api_.init(&mysql_);
    api_.options(&mysql_, MYSQL_OPT_NONBLOCK, nullptr);
    const unsigned int protocol = MYSQL_PROTOCOL_TCP, off = 0;
    api_.options(&mysql_, MYSQL_OPT_PROTOCOL, &protocol);
    // A server may ask its client for a file.
    api_.options(&mysql_, MYSQL_OPT_LOCAL_INFILE, &off);
    api_.options(&mysql_, MYSQL_OPT_MAX_ALLOWED_PACKET, &kPacketMax);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    hang_up();
    if (result_ != nullptr) api_.free_result(result_);
    api_.close(&mysql_);
  }

  bool sign_in(const std::string& ip, std::uint16_t port, const domain::HealthCheck& check,
               Clock::time_point end) {
    MYSQL* done = nullptr;
    int waits = api_.real_connect_start(&done, &mysql_, ip.c_str(), check.user.value_or("").c_str(),
                                        check.password.value_or("").c_str(), nullptr, port, nullptr, 0);
    while (waits != 0) waits = api_.real_connect_cont(&done, &mysql_, wait(waits, end));
    return done != nullptr;
  }
  bool carry_out(const std::string& command, Clock::time_point end) {
    int failed = 1;
    int waits = api_.real_query_start(&failed, &mysql_, command.data(), command.size());
    while (waits != 0) waits = api_.real_query_cont(&failed, &mysql_, wait(waits, end));
    if (failed != 0) return false;
    result_ = api_.use_result(&mysql_);
    return result_ != nullptr || api_.field_count(&mysql_) == 0;
  }
  // The second column of the first row, "" when there is none.
  std::string second_column(Clock::time_point end) {
    if (result_ == nullptr) return {};
    MYSQL_ROW row = nullptr;
    int waits = api_.fetch_row_start(&row, result_);
    while (waits != 0) waits = api_.fetch_row_cont(&row, result_, wait(waits, end));
    if (row == nullptr || api_.num_fields(result_) < 2 || row[1] == nullptr) return {};
    return {row[1], api_.fetch_lengths(result_)[1]};
  }
  [[nodiscard]] bool timed_out() const { return timed_out_; }

 private:
  // Waits for what the library waits for; what has happened, in its own words.
  int wait(int what, Clock::time_point end) {
    pollfd socket{api_.get_socket(&mysql_), 0, 0};
    if ((what & MYSQL_WAIT_READ) != 0) socket.events |= POLLIN;
    if ((what & MYSQL_WAIT_WRITE) != 0) socket.events |= POLLOUT;
    if ((what & MYSQL_WAIT_EXCEPT) != 0) socket.events |= POLLPRI;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    const int ready = left > 0 ? poll(&socket, 1, static_cast<int>(left)) : 0;
    if (ready <= 0) {
      timed_out_ = true;
      hang_up();  // so that it ends whatever the library would still like to read
      return MYSQL_WAIT_TIMEOUT;
    }
    int happened = 0;
    if ((socket.revents & (POLLIN | POLLHUP | POLLERR)) != 0) happened |= MYSQL_WAIT_READ;
    if ((socket.revents & (POLLOUT | POLLERR)) != 0) happened |= MYSQL_WAIT_WRITE;
    if ((socket.revents & POLLPRI) != 0) happened |= MYSQL_WAIT_EXCEPT;
    const int wanted = happened & what;
    return wanted != 0 ? wanted : what;
  }
  // What is left unread is not read, however long it is.
  void hang_up() {
    const my_socket socket = api_.get_socket(&mysql_);
    if (socket != MARIADB_INVALID_SOCKET) shutdown(socket, SHUT_RDWR);
  }

  const Api& api_;
  MYSQL mysql_{};
  MYSQL_RES* result_ = nullptr;
  bool timed_out_ = false;
};

}  // namespace

Probe probe_mysql(const std::string& ip, std::uint16_t port, const domain::HealthCheck& check,
                  std::chrono::milliseconds timeout) {
  if (!loaded()) {
    log::warn("no check of a MySQL server error=\"{}\"", loaded().error().message);
    return Probe::kFailed;
  }
  Connection connection(*loaded());
  const std::string command = check.command.value_or("");
  const bool done = connection.sign_in(ip, port, check, Clock::now() + timeout) &&
                    connection.carry_out(command, Clock::now() + timeout);
  if (!done) return connection.timed_out() ? Probe::kFailed : Probe::kRefused;
  if (command == kMasterCommand && connection.second_column(Clock::now() + timeout) == "ON")
    return Probe::kFailed;
  return connection.timed_out() ? Probe::kFailed : Probe::kAlive;
}

}  // namespace batata::platform
