#pragma once
#include "base/json.h"
#include "base/result.h"
#include "wire/http.h"

namespace batata::nacos {

/// The JSON that a request's body is, for endpoints that read nothing else. Dead after the next parse on this
/// thread.
/// Errors: kUnsupported for a body that says to be something else; kInvalidArgument for none and for one that
/// cannot be read. The texts are those of upstream's framework as far as they do not name its classes.
[[nodiscard]] Result<json::Value> json_body(const wire::Request& request);

/// How v3 says so.
[[nodiscard]] wire::Response refused_body(const Error& error);

}  // namespace batata::nacos
