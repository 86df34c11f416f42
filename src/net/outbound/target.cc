#include "net/outbound/target.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace batata::net {
namespace {

constexpr unsigned kFlags = CURLU_DISALLOW_USER | CURLU_PATH_AS_IS;

tl::unexpected<Error> wrong(const std::string& url, const std::string& why) {
  return fail(Errc::kInvalidArgument, "'" + url + "' cannot be called: " + why);
}

// A part of `url`; empty where it has none.
std::string part(const Curl& curl, CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl.url_get(url, which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK || text == nullptr) return {};
  std::string copy(text);
  curl.free(text);
  return copy;
}

// Of names and addresses, as they travel. libcurl also takes others, and does not always understand its own
// spelling of them.
bool is_host(std::string_view place) {
  constexpr std::string_view kMarks = "-._[]:";
  return std::ranges::all_of(place,
                             [&](char c) { return is_letter_or_digit(c) || kMarks.find(c) != kMarks.npos; });
}

std::string place_of(const Curl& curl, CURLU* url) {
  return lower_case(part(curl, url, CURLUPART_HOST)) + ":" + part(curl, url, CURLUPART_PORT);
}

// Whether it is the same when it is read once more, as it will be. "%39" is a 9 the first time, and then
// 0.0.0.9.
bool is_settled(const Curl& curl, const Target& target) {
  const UrlPtr again(curl.url(), {&curl});
  return curl.url_set(again.get(), CURLUPART_URL, target.url.c_str(), kFlags) == CURLUE_OK &&
         place_of(curl, again.get()) == target.place;
}

Result<Target> take_apart(const Curl& curl, CURLU* url) {
  Target target;
  target.url = part(curl, url, CURLUPART_URL);
  const std::string scheme = part(curl, url, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return wrong(target.url, "it is neither http nor https");
  target.secure = scheme == "https";
  target.place = place_of(curl, url);
  target.origin = scheme + "://" + target.place;
  if (!is_host(target.place) || !is_settled(curl, target))
    return wrong(target.url, "its host is no name and no address");
  return target;
}

}  // namespace

Result<Target> parse_target(const Curl& curl, const std::string& url) {
  const UrlPtr parsed(curl.url(), {&curl});
  const CURLUcode code = curl.url_set(parsed.get(), CURLUPART_URL, url.c_str(), kFlags);
  if (url.find('\0') != std::string::npos) return wrong(url, "it has a zero byte");
  if (code != CURLUE_OK) return wrong(url, curl.url_strerror(code));
  return take_apart(curl, parsed.get());
}

Result<Target> parse_redirect(const Curl& curl, const Target& base, const std::string& location) {
  const UrlPtr parsed(curl.url(), {&curl});
  CURLUcode code = curl.url_set(parsed.get(), CURLUPART_URL, base.url.c_str(), kFlags);
  // Servers write what should be encoded as it is; so do browsers take it.
  if (code == CURLUE_OK)
    code = curl.url_set(parsed.get(), CURLUPART_URL, location.c_str(), kFlags | CURLU_URLENCODE);
  if (code != CURLUE_OK)
    return wrong(location, std::string(curl.url_strerror(code)) + " (a redirect of " + base.place + ")");
  return take_apart(curl, parsed.get());
}

}  // namespace batata::net
