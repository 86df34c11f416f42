#include "faces/batata/own_gate.h"

#include <utility>

#include "faces/batata/errors.h"

namespace batata::own {
namespace {

wire::Verdict in_our_words(wire::Verdict verdict) {
  if (verdict.kind != wire::Verdict::Kind::kRefused) return verdict;
  switch (verdict.refusal.status) {
    case 403:
      return wire::Verdict::refused(
          refused({Errc::kPermissionDenied, "only administrators may do this: sign in as one"}));
    case 429:
      return wire::Verdict::refused(refused({Errc::kResourceExhausted, "too many failed sign-ins: wait"}));
    default:
      return verdict;
  }
}

}  // namespace

wire::Verdict OwnGate::check(const wire::Request& request, const wire::Right& right) const {
  return in_our_words(gate_.check(request, right));
}

Task<wire::Verdict> OwnGate::decide(const wire::Request& request, const wire::Right& right) {
  co_return in_our_words(co_await gate_.decide(request, right));
}

}  // namespace batata::own
