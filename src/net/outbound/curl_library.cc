#include "net/outbound/curl_library.h"

#include "async/outbound_http.h"
#include "platform/library/shared_library.h"

namespace batata::net {
namespace {

bool find_all(const platform::SharedLibrary& library, Curl& curl) {
  return library.find("curl_global_init", curl.global_init) &&
         library.find("curl_easy_init", curl.easy_init) &&
         library.find("curl_easy_cleanup", curl.easy_cleanup) &&
         library.find("curl_easy_setopt", curl.easy_setopt) &&
         library.find("curl_easy_getinfo", curl.easy_getinfo) &&
         library.find("curl_easy_perform", curl.easy_perform) &&
         library.find("curl_easy_strerror", curl.easy_strerror) &&
         library.find("curl_slist_append", curl.slist_append) &&
         library.find("curl_slist_free_all", curl.slist_free_all) && library.find("curl_url", curl.url) &&
         library.find("curl_url_cleanup", curl.url_cleanup) && library.find("curl_url_set", curl.url_set) &&
         library.find("curl_url_get", curl.url_get) && library.find("curl_url_strerror", curl.url_strerror) &&
         library.find("curl_free", curl.free) && library.find("curl_multi_init", curl.multi_init) &&
         library.find("curl_multi_cleanup", curl.multi_cleanup) &&
         library.find("curl_multi_setopt", curl.multi_setopt) &&
         library.find("curl_multi_add_handle", curl.multi_add_handle) &&
         library.find("curl_multi_remove_handle", curl.multi_remove_handle) &&
         library.find("curl_multi_perform", curl.multi_perform) &&
         library.find("curl_multi_info_read", curl.multi_info_read) &&
         library.find("curl_multi_poll", curl.multi_poll) &&
         library.find("curl_multi_wakeup", curl.multi_wakeup);
}

Result<Curl> load() {
  const auto library = platform::SharedLibrary::open("libcurl.so.4");
  if (!library) return tl::unexpected(Error{Errc::kUnavailable, library.error().message, kNoLibrary});
  Curl curl;
  if (!find_all(*library, curl)) return fail(Errc::kUnavailable, "libcurl lacks a function");
  // Once, and before any thread of ours calls it: the caller's static guard sees to both.
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return fail(Errc::kUnavailable, "libcurl does not start");
  return curl;
}

}  // namespace

Result<const Curl*> load_curl() {
  static const Result<Curl> curl = load();
  if (!curl) return tl::unexpected(curl.error());
  return &*curl;
}

}  // namespace batata::net
