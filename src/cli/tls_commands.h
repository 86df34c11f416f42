#pragma once
#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// `tls ca create` and `tls cert create`: a certificate and its key in two new files, the key readable by its
/// owner only, and their paths. Files that are there stay as they are.
/// Errors: kConflict when one is there; kNotFound for an authority's file that is not; kInvalidArgument for a
/// name, time or authority that is none; kInternal when the system fails. Nothing stays behind after one.
[[nodiscard]] Result<Printed> run_tls_command(const Invocation& wanted);

/// What a person can do about an error of one of them; empty when there is nothing to say.
[[nodiscard]] std::string_view next_step_of_tls_command(const Error& error);

}  // namespace batata::cli
