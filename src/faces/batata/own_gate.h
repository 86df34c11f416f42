#pragma once
#include "wire/gate.h"

namespace batata::own {

/// Another face's access control, whose refusals are said in the words of batata's own addresses. It outlives
/// this.
class OwnGate final : public wire::Gate {
 public:
  explicit OwnGate(wire::Gate& gate) : gate_(gate) {}

  [[nodiscard]] bool guards(std::string_view path, std::string_view permission) const override {
    return gate_.guards(path, permission);
  }
  [[nodiscard]] wire::Verdict check(const wire::Request& request, const wire::Right& right) const override;
  [[nodiscard]] Task<wire::Verdict> decide(const wire::Request& request, const wire::Right& right) override;

 private:
  wire::Gate& gate_;
};

}  // namespace batata::own
