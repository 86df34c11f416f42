#pragma once
#include <span>
#include <string>
#include <string_view>

#include "wire/endpoint.h"

namespace batata::own {

/// The rows as an OpenAPI document, in JSON. Rows of one method and path, which differ by their selector, are
/// one operation there, whose description says what each selector does. Pure.
/// Source: spec.openapis.org/oas/v3.1.0
[[nodiscard]] std::string openapi_document(std::span<const wire::RowInfo> rows, std::string_view version);

}  // namespace batata::own
