#include "net/tls/tls_stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <vector>

#include "net/tls/openssl_errors.h"

namespace batata::net {
namespace {

std::string_view text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string common_name_of(X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  return std::string(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
}

std::vector<std::string> alternative_names_of(X509* certificate) {
  std::vector<std::string> names;
  auto* all =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  if (all == nullptr) return names;
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
    if (name->type == GEN_DNS) names.emplace_back(text_of(name->d.dNSName));
    if (name->type == GEN_URI) names.emplace_back(text_of(name->d.uniformResourceIdentifier));
  }
  GENERAL_NAMES_free(all);
  return names;
}

}  // namespace

void TlsStream::Free::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

// What OpenSSL wants next. The queue of errors belongs to the thread: whoever asks must have cleared it
// before.
TlsStream::Step TlsStream::step_after(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return Step::kDone;
    case SSL_ERROR_WANT_READ:
      return Step::kWantsInput;
    case SSL_ERROR_WANT_WRITE:
      return Step::kWantsOutput;
    case SSL_ERROR_ZERO_RETURN:
      return Step::kEnded;
    default:
      failure_ = openssl_error("the connection was lost");
      if (const long flaw = SSL_get_verify_result(ssl_.get()); side_ == Side::kClient && flaw != X509_V_OK)
        failure_.append(": ").append(X509_verify_cert_error_string(flaw));
      return Step::kFailed;
  }
}

bool TlsStream::begin() {
  if (!bio_.attach_to(ssl_.get())) return false;
  if (side_ == Side::kServer) {
    SSL_set_accept_state(ssl_.get());
  } else {
    SSL_set_connect_state(ssl_.get());
  }
  return true;
}

TlsStream::Step TlsStream::handshake() {
  ERR_clear_error();
  return step_after(SSL_do_handshake(ssl_.get()));
}

std::string_view TlsStream::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::shared_ptr<const wire::PeerCertificate> TlsStream::peer_certificate() const {
  X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr) return nullptr;
  return std::make_shared<const wire::PeerCertificate>(
      wire::PeerCertificate{common_name_of(certificate), alternative_names_of(certificate)});
}

TlsStream::Moved TlsStream::receive(std::span<char> into) {
  ERR_clear_error();
  std::size_t bytes = 0;
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &bytes);
  return {step_after(result), bytes};
}

TlsStream::Moved TlsStream::send(std::string_view bytes, bool more_follows) {
  ERR_clear_error();
  bio_.more_follows = more_follows;
  std::size_t sent = 0;
  const int result =
      SSL_write_ex(ssl_.get(), bytes.data(), std::min(bytes.size(), std::size_t{kRecordBytes}), &sent);
  return {step_after(result), sent};
}

void TlsStream::say_goodbye() {
  ERR_clear_error();
  bio_.more_follows = true;
  if (SSL_is_init_finished(ssl_.get()) != 0) SSL_shutdown(ssl_.get());
}

}  // namespace batata::net
