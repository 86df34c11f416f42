#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "store/command.h"

namespace batata::domain {

/// The namespace that is always there and has no record. Ids in this folder are canonical: never blank.
constexpr std::string_view kPublicNamespace = "public";

/// A namespace that somebody has made. Plain data.
struct Namespace {
  std::string id;
  std::string name;                        ///< as people see it; may be empty
  std::optional<std::string> description;  ///< none and empty are told apart, as upstream does
  WallTime created, modified;
  bool operator==(const Namespace&) const = default;
};

/// The key of a namespace in the store: "namespace/" id. Ids need no escapes: they are all that follows.
[[nodiscard]] std::string namespace_key(std::string_view id);
/// All namespaces, in the order of their ids.
[[nodiscard]] store::KeyRange all_namespaces();

/// The stored value. Format version 1: u8 version | string name | u8 1 and string description, or u8 0 |
/// i64 created | i64 modified.
[[nodiscard]] std::string encode_namespace(const Namespace& one);
/// The namespace of a stored key and its value.
/// Errors: kInternal for a key or bytes that were not made here.
[[nodiscard]] Result<Namespace> decode_namespace(std::string_view key, std::string_view value);

}  // namespace batata::domain
