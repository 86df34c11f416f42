#pragma once
#include <string>
#include <string_view>

namespace batata::platform {

/// A text as a value in a search filter: `(uid=` value `)`. What would end the value or mean something there
/// is written as "\NN". Source: RFC 4515, section 3.
[[nodiscard]] std::string ldap_filter_value(std::string_view text);

/// A text as a value in a distinguished name: `cn=` value `,dc=example`. Everything but ASCII letters, digits
/// and some harmless characters is written as "\NN". Source: RFC 4514, section 2.4.
[[nodiscard]] std::string ldap_dn_value(std::string_view text);

/// `pattern` with `value`, escaped, in the place of every "{0}".
[[nodiscard]] std::string ldap_dn_of(std::string_view pattern, std::string_view value);

}  // namespace batata::platform
