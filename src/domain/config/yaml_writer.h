#pragma once
#include <string>
#include <string_view>

namespace batata::domain {

/// Appends "<indent><key>: <value>\n". The value is plain where every reader of YAML 1.1 and 1.2 takes it for
/// the same text, else in quotes, as the library that upstream uses writes it; control characters are
/// escaped. `key` must be a plain word.
void append_yaml_member(std::string& out, std::string_view indent, std::string_view key,
                        std::string_view value);

}  // namespace batata::domain
