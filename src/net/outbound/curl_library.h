#pragma once
#include <curl/curl.h>

#include <memory>

#include "base/result.h"

namespace batata::net {

/// What is called of libcurl. Immutable; any thread, each handle by one thread at a time.
struct Curl {
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;
  decltype(&::curl_url) url = nullptr;
  decltype(&::curl_url_cleanup) url_cleanup = nullptr;
  decltype(&::curl_url_set) url_set = nullptr;
  decltype(&::curl_url_get) url_get = nullptr;
  decltype(&::curl_url_strerror) url_strerror = nullptr;
  decltype(&::curl_free) free = nullptr;
  decltype(&::curl_multi_init) multi_init = nullptr;
  decltype(&::curl_multi_cleanup) multi_cleanup = nullptr;
  decltype(&::curl_multi_setopt) multi_setopt = nullptr;
  decltype(&::curl_multi_add_handle) multi_add_handle = nullptr;
  decltype(&::curl_multi_remove_handle) multi_remove_handle = nullptr;
  decltype(&::curl_multi_perform) multi_perform = nullptr;
  decltype(&::curl_multi_info_read) multi_info_read = nullptr;
  decltype(&::curl_multi_poll) multi_poll = nullptr;
  decltype(&::curl_multi_wakeup) multi_wakeup = nullptr;
};

/// libcurl, which stays until the program ends. It is loaded and set up by the first who asks: it brings some
/// two dozen libraries, which a server that calls nobody need not hold. Blocks for some 10 ms then; any
/// thread. Errors: kUnavailable when it is not installed, or lacks something.
[[nodiscard]] Result<const Curl*> load_curl();

/// Frees what libcurl has made: `CurlPtr<CURL, &Curl::easy_cleanup>`.
template <auto function>
struct CurlFree {
  const Curl* curl = nullptr;
  template <class T>
  void operator()(T* made) const {
    (curl->*function)(made);
  }
};
template <class T, auto function>
using CurlPtr = std::unique_ptr<T, CurlFree<function>>;

using EasyPtr = CurlPtr<CURL, &Curl::easy_cleanup>;
using MultiPtr = CurlPtr<CURLM, &Curl::multi_cleanup>;
using UrlPtr = CurlPtr<CURLU, &Curl::url_cleanup>;
using ListPtr = CurlPtr<curl_slist, &Curl::slist_free_all>;

}  // namespace batata::net
