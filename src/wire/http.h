#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_function.h"
#include "wire/body_stream.h"
#include "wire/multipart.h"
#include "wire/transport.h"

namespace batata::wire {

enum class Method : std::uint8_t { kGet, kPost, kPut, kDelete, kPatch, kHead, kOptions, kOther };
[[nodiscard]] Method method_named(std::string_view name);
[[nodiscard]] std::string_view name_of(Method method);

/// A request as a transport parsed it. Everything is a view into one buffer: the connection's while the
/// request is answered on the I/O thread, the request's own after `own()`.
///
/// Movable, not copyable. One thread at a time.
class Request {
 public:
  Request() = default;
  Request(Request&&) = default;
  Request& operator=(Request&&) = default;

  Method method = Method::kOther;
  std::string_view method_name;            ///< as sent, for error texts
  std::string_view protocol = "HTTP/1.1";  ///< a literal, as logs have it
  std::string_view target;                 ///< path and query as sent
  std::string_view path;   ///< normalised: percent-decoded once, no empty or dot segments, no parameters; or
                           ///< "*", of OPTIONS alone
  std::string_view query;  ///< without the '?', as sent
  std::string_view body;
  std::string_view peer_address;  ///< of the TCP peer, without the port
  std::uint16_t peer_port = 0;
  std::shared_ptr<const PeerCertificate> certificate;                  ///< Transport::certificate
  std::vector<std::pair<std::string_view, std::string_view>> headers;  ///< names in lower case

  /// The first header of that name (lower case), or nothing.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;

  /// The first parameter of that name, percent-decoded. Looks in the query and then, for POST, PUT, PATCH and
  /// DELETE with a body of type application/x-www-form-urlencoded or multipart/form-data, in the form: there
  /// in the parts that are no files, which are not decoded. At most kParamsMax are seen. One with a broken
  /// escape (%zz) is as if it were not there, as for the imitated servers' frameworks. A malformed
  /// multipart form has no parts. The view lives until own() or the end of the request.
  [[nodiscard]] std::optional<std::string_view> param(std::string_view name) const;
  /// The first file of that name in a multipart form; null when there is none. Lives as `param`'s views do.
  [[nodiscard]] const FormPart* file(std::string_view name) const;

  static constexpr std::size_t kParamsMax = 1024;  // far above any real form; bounds what one body may cost

  /// What a router captured from the path, in the order of the pattern.
  std::vector<std::string_view> captures;

  /// Bytes of its head and body.
  [[nodiscard]] std::size_t size() const;

  /// Copies everything into a buffer of its own, so that the request may leave the I/O thread. Parameters are
  /// taken apart before, where the time is not the loop's.
  void own();

  /// Makes it an empty request again and keeps what its vectors have allocated. For transports, which reuse
  /// one.
  void clear();

 private:
  struct Params {
    std::vector<std::pair<std::string_view, std::string_view>> pairs;
    std::vector<std::unique_ptr<std::string>> decoded;  // pairs whose text had escapes
    std::vector<FormPart> files;
    bool parsed = false;
  };
  const Params& params() const;
  bool may_have_form() const;

  std::unique_ptr<std::string> storage_;
  mutable std::unique_ptr<Params> params_;
};

class WebSocket;
class WebSocketHandler;
/// Begins the conversation on the I/O thread, behind the answer to the handshake; it may send at once. Null
/// closes it with CloseCode::kInternalError.
using WebSocketStart = UniqueFunction<std::unique_ptr<WebSocketHandler>(std::shared_ptr<WebSocket>)>;

/// An answer. Headers are kept as they go over HTTP/1 ("Name: value\r\n"…); HTTP/2 takes them apart.
struct Response {
  int status = 200;
  std::string_view content_type;             ///< empty: none is sent; a literal
  std::string headers;                       ///< whole lines, without Content-Length and Content-Type
  std::string body;                          ///< used unless `shared_body` is set
  std::shared_ptr<const std::string> owner;  ///< keeps `shared_body` alive
  std::string_view shared_body;              ///< a body that is not copied, for large values

  /// Set: what it sends is the body, whose length is not told; content() is not looked at.
  std::shared_ptr<BodyStart> stream;
  /// Set, with the status 101: what follows is a WebSocket. Made by accept_web_socket.
  std::shared_ptr<WebSocketStart> web_socket;

  [[nodiscard]] std::string_view content() const { return owner != nullptr ? shared_body : body; }
  /// Adds a header. A value with CR, LF or NUL is cut there: nothing a client sent may start a line of its
  /// own.
  Response& header(std::string_view name, std::string_view value);
};

/// "Not Found": the words of a status, as RFC 9110 has them; empty for one that it does not know.
[[nodiscard]] std::string_view reason_phrase(int status);

/// Takes the answer to one request, exactly once, from any thread. Dropping it unused closes the connection,
/// over HTTP/2 the stream.
using Responder = UniqueFunction<void(Response)>;

/// Decodes %XX and, for `plus_is_space`, '+'. Broken escapes stay as they are.
[[nodiscard]] std::string percent_decode(std::string_view text, bool plus_is_space);
/// The one normal form of a path that routing and access control both see: decoded once, "//", "/./",
/// "/../" and ";parameters" removed. Nothing when it decodes to NUL or climbs above the root.
[[nodiscard]] std::optional<std::string> normalise_path(std::string_view path);
/// True when `normalise_path` would give `path` back unchanged: what nearly every request sends, found
/// without a copy.
[[nodiscard]] bool is_normal_path(std::string_view path);

}  // namespace batata::wire
