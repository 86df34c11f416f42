// What libcurl's codes mean to a caller: transfer.h.
#include <system_error>

#include "net/outbound/transfer.h"

namespace batata::net {
namespace {

// Over TLS 1.3 a server looks at the client's certificate when the client has begun to send. What is refused
// then has not been read.
bool is_refused_certificate(std::string_view words) {
  return words.find("alert") != words.npos &&
         (words.find("certificate") != words.npos || words.find("unknown ca") != words.npos);
}

}  // namespace

// The system's words where it was a call of its that failed, else libcurl's, about this run or the code.
std::string Transfer::reason(CURLcode code) const {
  long number = 0;
  if (code == CURLE_COULDNT_CONNECT) curl_->easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &number);
  if (number != 0) return std::generic_category().message(static_cast<int>(number));
  return words_[0] != '\0' ? words_.data() : curl_->easy_strerror(code);
}

Error Transfer::failure(CURLcode code) const {
  const ClientTls& tls = options_->tls;
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      if (sent_) return failure_of_connection(code);  // what answers speaks something that is no HTTP
      return {Errc::kInvalidArgument, "'" + target_.url + "' cannot be called: " + reason(code)};
    case CURLE_SSL_CACERT_BADFILE:
      return {Errc::kInvalidArgument,
              "the certificate authorities in " + tls.authorities_file + " cannot be read"};
    case CURLE_SSL_CERTPROBLEM:
      return {Errc::kInvalidArgument, "the certificate in " + tls.certificate_file + " with the key in " +
                                          tls.key_file + " cannot be used: " + reason(code)};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {Errc::kUnavailable, target_.place + " is not trusted: " + reason(code), kServerNotTrusted};
    case CURLE_SSL_CLIENTCERT:
      return {Errc::kUnavailable, target_.place + " wants a certificate of this client: " + reason(code),
              kClientRefused};
    case CURLE_OPERATION_TIMEDOUT:
      return sent_ ? late() : failure_of_connection(code);
    default:
      return failure_of_connection(code);
  }
}

Error Transfer::failure_of_connection(CURLcode code) const {
  if (!tried_ && !refused_.empty())
    return {Errc::kPermissionDenied,
            target_.place + " must not be called: the egress policy refuses the address " + refused_};
  const std::string why = reason(code);
  if (answer_.headers.empty() && is_refused_certificate(why))
    return {Errc::kUnavailable, target_.place + " refuses this client's certificate, or wants one: " + why,
            kClientRefused};
  if (sent_)
    return {Errc::kOutcomeUnknown,
            "the connection to " + target_.place + " broke before the answer was complete: " + why};
  if (why.find("wrong version number") != why.npos)
    return {Errc::kUnavailable, target_.place + " does not speak TLS: " + why, kNoTls};
  return {Errc::kUnavailable, "cannot reach " + target_.place + ": " + why};
}

Error Transfer::late() const {
  return {Errc::kDeadlineExceeded,
          target_.place + " did not answer within " + std::to_string(request_.timeout.count()) + " ms"};
}

}  // namespace batata::net
