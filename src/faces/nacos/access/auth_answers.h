#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/json.h"
#include "base/types.h"
#include "domain/access/listing.h"
#include "faces/nacos/common/family.h"
#include "faces/nacos/common/http_answers.h"

namespace batata::nacos {

// The forms in which calls about users, roles and permissions are read and answered, one for each surface: v1
// as 2.5.1, {"code":200,"message":null,"data":…}, lists bare, failures as text; v3 as 3.1 on the main port,
// {"code":0,"message":"success","data":…}, missing parameters as an object; the console as 3.1's, the same
// with failures as text. Pure; any thread.

/// What was read from a request, or the answer that refuses it.
template <class T>
using AuthRead = tl::expected<T, wire::Response>;

/// "create user ok!" and the like.
[[nodiscard]] wire::Response auth_done(Surface surface, std::string_view text);
/// A list or a page, which is JSON.
[[nodiscard]] wire::Response auth_data(Surface surface, std::string json);
/// 400 `caused: <message>;` for what the domain refuses, and the status of other failures in that form.
[[nodiscard]] wire::Response auth_failed(const Error& error);
/// v1's {"code":…,"message":null,"data":…}, which is 200 whatever the code.
[[nodiscard]] wire::Response rest_result(int code, std::string_view data);

/// A parameter that must be there; it may be blank. `type` is Java's.
[[nodiscard]] AuthRead<std::string> auth_param(const wire::Request& request, WallTime now,
                                               std::string_view name);
/// `pageNo` and `pageSize`, both of which must be there.
[[nodiscard]] AuthRead<domain::PageRequest> auth_page(const wire::Request& request, WallTime now);
/// `search`: blur, or anything else for accurate.
[[nodiscard]] domain::Search auth_search(const wire::Request& request);
/// The parameter, empty when it is absent.
[[nodiscard]] std::string auth_text(const wire::Request& request, std::string_view name);

/// {"totalCount","pageNumber","pagesAvailable","pageItems"}; `write(json::Writer&, item)` writes one item.
template <class T, class Write>
std::string auth_page_json(const domain::AccessPage<T>& page, Write write) {
  std::string text;
  json::Writer out(text);
  out.begin_object()
      .member("totalCount", static_cast<std::int64_t>(page.total))
      .member("pageNumber", static_cast<std::int64_t>(page.number))
      .member("pagesAvailable", static_cast<std::int64_t>(page.available))
      .key("pageItems")
      .begin_array();
  for (const T& item : page.items) write(out, item);
  out.end_array().end_object();
  return text;
}

}  // namespace batata::nacos
