#pragma once
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// Metrics by their names, with labels as they stand there: `x_total{method="GET"}`.
using Samples = std::map<std::string, double, std::less<>>;

/// Reads the text format of Prometheus; lines that are none are passed over, and times behind values. Pure.
/// Source: Prometheus, exposition formats, version 0.0.4.
[[nodiscard]] Samples parse_metrics(std::string_view text);

/// `top`: what a server does, from its metrics, each second anew on a terminal until it is told to stop; else
/// once, over a second. Errors: as of Client; kInternal for a server without these metrics.
[[nodiscard]] Result<Printed> show_top(const Invocation& wanted, const Outside& outside);

}  // namespace batata::cli
