#include "faces/nacos/config/config_group_key.h"

namespace batata::nacos {
namespace {

void append_escaped(std::string& key, std::string_view part) {
  for (const char c : part) {
    if (c == '+') {
      key += "%2B";
    } else if (c == '%') {
      key += "%25";
    } else {
      key += c;
    }
  }
}

}  // namespace

std::string config_group_key(std::string_view data_id, std::string_view group, std::string_view space) {
  std::string key;
  append_escaped(key, data_id);
  key += '+';
  append_escaped(key, group);
  if (space.empty()) return key;
  key += '+';
  append_escaped(key, space);
  return key;
}

}  // namespace batata::nacos
