#include "platform/ldap/ldap_client.h"

#include <ldap.h>
#include <sys/time.h>

#include <memory>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "platform/ldap/ldap_text.h"
#include "platform/library/shared_library.h"

namespace batata::platform {
namespace {

// What is called of OpenLDAP.
struct Api {
  decltype(&::ldap_initialize) initialize = nullptr;
  decltype(&::ldap_set_option) set_option = nullptr;
  decltype(&::ldap_sasl_bind_s) sasl_bind_s = nullptr;
  decltype(&::ldap_search_ext_s) search_ext_s = nullptr;
  decltype(&::ldap_count_references) count_references = nullptr;
  decltype(&::ldap_count_entries) count_entries = nullptr;
  decltype(&::ldap_first_entry) first_entry = nullptr;
  decltype(&::ldap_get_dn) get_dn = nullptr;
  decltype(&::ldap_err2string) err2string = nullptr;
  decltype(&::ldap_unbind_ext_s) unbind_ext_s = nullptr;
  decltype(&::ldap_msgfree) msgfree = nullptr;
  decltype(&::ldap_memfree) memfree = nullptr;
};

Result<Api> load() {
  const auto library = SharedLibrary::open("libldap-2.5.so.0");
  if (!library) return tl::unexpected(library.error());
  Api api;
  const bool is_whole =
      library->find("ldap_initialize", api.initialize) && library->find("ldap_set_option", api.set_option) &&
      library->find("ldap_sasl_bind_s", api.sasl_bind_s) &&
      library->find("ldap_search_ext_s", api.search_ext_s) &&
      library->find("ldap_count_references", api.count_references) &&
      library->find("ldap_count_entries", api.count_entries) &&
      library->find("ldap_first_entry", api.first_entry) && library->find("ldap_get_dn", api.get_dn) &&
      library->find("ldap_err2string", api.err2string) &&
      library->find("ldap_unbind_ext_s", api.unbind_ext_s) && library->find("ldap_msgfree", api.msgfree) &&
      library->find("ldap_memfree", api.memfree);
  if (!is_whole) return fail(Errc::kUnavailable, "libldap lacks a function");
  return api;
}

// Loaded with the first question.
const Result<Api>& loaded() {
  static const Result<Api> api = load();
  return api;
}

const Api& api() {
  BATATA_ASSERT(loaded().has_value());
  return *loaded();
}

struct Unbind {
  void operator()(LDAP* handle) const { api().unbind_ext_s(handle, nullptr, nullptr); }
};
struct FreeMessage {
  void operator()(LDAPMessage* message) const { api().msgfree(message); }
};
struct FreeText {
  void operator()(char* text) const { api().memfree(text); }
};
using Handle = std::unique_ptr<LDAP, Unbind>;
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

tl::unexpected<Error> failed(const char* what, int code) {
  return fail(Errc::kUnavailable, std::string("LDAP ") + what + ": " + api().err2string(code));
}

timeval interval(std::chrono::milliseconds time) {
  return {.tv_sec = time.count() / 1000, .tv_usec = time.count() % 1000 * 1000};
}

// A connection that is made with the first question.
Result<Handle> connect(const LdapOptions& options) {
  LDAP* raw = nullptr;
  if (const int code = api().initialize(&raw, options.url.c_str()); code != LDAP_SUCCESS) {
    return fail(Errc::kInternal, std::string("LDAP address: ") + api().err2string(code));
  }
  Handle handle(raw);
  const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, for_client = 0;
  const timeval time = interval(options.timeout);
  const bool is_set = api().set_option(raw, LDAP_OPT_PROTOCOL_VERSION, &version) == LDAP_OPT_SUCCESS &&
                      api().set_option(raw, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == LDAP_OPT_SUCCESS &&
                      api().set_option(raw, LDAP_OPT_NETWORK_TIMEOUT, &time) == LDAP_OPT_SUCCESS &&
                      api().set_option(raw, LDAP_OPT_TIMEOUT, &time) == LDAP_OPT_SUCCESS;
  if (!is_set) return fail(Errc::kInternal, "LDAP options are refused");
  if (options.url.starts_with("ldaps://")) {
    // The certificate is checked whatever ldap.conf says; a new context makes the option count.
    if (api().set_option(raw, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != LDAP_OPT_SUCCESS ||
        api().set_option(raw, LDAP_OPT_X_TLS_NEWCTX, &for_client) != LDAP_OPT_SUCCESS) {
      return fail(Errc::kInternal, "LDAP over TLS is refused");
    }
  }
  return handle;
}

// The directory's code. An empty password is a bind as nobody.
int bind_as(LDAP* handle, const std::string& dn, std::string_view password) {
  std::string bytes(password);
  berval credentials{.bv_len = bytes.size(), .bv_val = bytes.data()};
  const int code =
      api().sasl_bind_s(handle, dn.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, nullptr);
  wipe(bytes);
  return code;
}

// Codes by which a directory says that it does not let this user in; others say nothing about the user.
bool is_refusal(int code) {
  return code == LDAP_INVALID_CREDENTIALS || code == LDAP_INAPPROPRIATE_AUTH || code == LDAP_NO_SUCH_OBJECT ||
         code == LDAP_INVALID_DN_SYNTAX;
}

Result<bool> lets_in(const LdapOptions& options, const std::string& dn, const Secret& password) {
  auto handle = connect(options);
  if (!handle) return tl::unexpected(std::move(handle.error()));
  const int code = bind_as(handle->get(), dn, password.reveal());
  if (code == LDAP_SUCCESS) return true;
  if (is_refusal(code)) return false;
  return failed("sign-in", code);
}

// The name of the one entry that the user's name leads to; empty when there is none, or more than one.
Result<std::string> find_entry(const LdapOptions& options, const std::string& user) {
  auto handle = connect(options);
  if (!handle) return tl::unexpected(std::move(handle.error()));
  const std::string searcher = options.password.empty() ? std::string() : options.user_dn;
  if (const int code = bind_as(handle->get(), searcher, options.password.reveal()); code != LDAP_SUCCESS) {
    return failed("sign-in of this server", code);
  }
  const std::string filter = "(" + options.filter_prefix + "=" + ldap_filter_value(user) + ")";
  std::string no_attributes = LDAP_NO_ATTRS;
  char* attributes[] = {no_attributes.data(), nullptr};
  timeval time = interval(options.timeout);
  constexpr int kEntriesMax = 2;  // the second one says that the name is not clear
  LDAPMessage* raw = nullptr;
  const int code = api().search_ext_s(handle->get(), options.base.c_str(), LDAP_SCOPE_SUBTREE, filter.c_str(),
                                      attributes, 1, nullptr, nullptr, &time, kEntriesMax, &raw);
  const Message found(raw);
  if (code == LDAP_SIZELIMIT_EXCEEDED) return std::string();
  const bool is_partial = code == LDAP_PARTIAL_RESULTS || code == LDAP_REFERRAL;
  if (code != LDAP_SUCCESS && !(is_partial && options.ignore_partial)) return failed("search", code);
  if (!options.ignore_partial && api().count_references(handle->get(), raw) > 0) {
    return failed("search", LDAP_PARTIAL_RESULTS);
  }
  if (api().count_entries(handle->get(), raw) != 1) return std::string();
  const std::unique_ptr<char, FreeText> dn(
      api().get_dn(handle->get(), api().first_entry(handle->get(), raw)));
  return dn == nullptr ? std::string() : std::string(dn.get());
}

}  // namespace

Result<bool> ldap_check(const LdapOptions& options, const std::string& user, const Secret& password) {
  if (is_blank(user) || password.empty() || user.find('\0') != user.npos) return false;
  if (!loaded()) return tl::unexpected(loaded().error());
  const std::string name = options.case_sensitive ? user : lower_case(user);
  if (options.user_dn.find("{0}") != options.user_dn.npos) {
    return lets_in(options, ldap_dn_of(options.user_dn, name), password);
  }
  const auto entry = find_entry(options, name);
  if (!entry) return tl::unexpected(entry.error());
  // An entry without a name would be a bind as nobody.
  if (entry->empty()) return false;
  return lets_in(options, *entry, password);
}

}  // namespace batata::platform
