#pragma once
#include "async/executor.h"

namespace batata::replica {

/// Where the node's disk work runs: replica/ keeps one or two jobs in flight on each.
using Executor = batata::Executor;

}  // namespace batata::replica
