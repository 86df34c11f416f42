#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "async/task.h"
#include "cluster/context.h"
#include "wire/http.h"
#include "wire/priority.h"
#include "wire/right.h"

namespace batata::wire {

/// A parameter of an endpoint, for its document and its tests.
struct Param {
  std::string_view name;
  bool required = false;
  std::string_view help;
};

/// One HTTP endpoint: the row that is code, document and test. Exactly one of `answer` and `handle` is set.
template <class Face>
struct Endpoint {
  Method method;
  std::string_view path;  ///< "/nacos/v1/cs/configs"; "{name}" captures one segment, "{name...}" the rest
  /// Answers from published snapshots, on the I/O thread that parsed the request. Must not wait.
  Response (Face::*answer)(const Request&) const = nullptr;
  /// Answers on the loop; may wait.
  Task<Response> (Face::*handle)(Request, cluster::Context) = nullptr;
  /// What the face's gate asks for: "<kind>:r" or "<kind>:w" ("config:r": a right to the config that the
  /// request names; "config/*:r" and "*:config/*:r": to any of its group, of its namespace), each with a
  /// function that says which; "<literal>:r|w" ("console/users:r": a right to just that); "identity" (anybody
  /// who has signed in); kAdministrators; or "" for a public row, whose `summary` says why.
  Right permission = {};
  std::string_view summary;
  std::span<const Param> params;
  std::string_view source;  ///< the upstream page or file this row answers to
  /// "name" or "name=value": the row is for requests with that parameter, and goes before the row of the same
  /// method and path that has no selector. Empty: for all other requests.
  std::string_view selector = {};
  /// Its task only waits for something to tell: it is cancelled when the client goes. Others are carried out
  /// to their end, as what they write was asked for.
  bool ends_with_client = false;
  /// When it is served while there is too much to do; kDefault: as the face's priorities say (Router::add).
  Priority priority = Priority::kDefault;
};

/// A row without what answers it: for documents and for their checks. Views of the row's own texts.
struct RowInfo {
  Method method;
  std::string_view path, selector, permission, summary, source;
  std::span<const Param> params;
  Right::Resources resources;  ///< of the permission; null for a literal one
};

}  // namespace batata::wire
