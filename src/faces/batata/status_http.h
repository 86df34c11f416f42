#pragma once
#include <functional>
#include <span>
#include <string>

#include "wire/endpoint.h"
#include "wire/router.h"

namespace batata::own {

/// What a server says of itself that no imitated product has a word for: whether it takes writes.
class StatusHttp {
 public:
  /// Why writes are refused now, for people who may be anybody; empty: they are taken. Called on the loop.
  using Refusal = std::function<std::string()>;
  explicit StatusHttp(Refusal refusal) : refusal_(std::move(refusal)) {}

  [[nodiscard]] static std::span<const wire::Endpoint<StatusHttp>> rows();
  /// This outlives the router.
  void add_http(wire::Router& router);

 private:
  Task<wire::Response> status(wire::Request request, cluster::Context context);

  const Refusal refusal_;
};

}  // namespace batata::own
