#pragma once
#include "base/result.h"

namespace batata::platform {

/// A shared library of the system that is loaded when it is needed first. For those that most servers never
/// call: loading them with the program would cost each start some milliseconds and its memory some megabytes,
/// for they bring libraries of their own. Stays loaded until the program ends. Any thread.
class SharedLibrary {
 public:
  /// `file`: a name that the system's loader finds. Errors: kUnavailable, in the loader's words.
  [[nodiscard]] static Result<SharedLibrary> open(const char* file);

  /// Sets `function` to what the library has under that name; false, and null, when it has nothing. The type
  /// is that of the library's own header: `decltype(&::name)`.
  template <class Function>
  [[nodiscard]] bool find(const char* name, Function*& function) const {
    function = reinterpret_cast<Function*>(address_of(name));
    return function != nullptr;
  }

 private:
  explicit SharedLibrary(void* handle) : handle_(handle) {}
  [[nodiscard]] void* address_of(const char* name) const;

  void* handle_;
};

}  // namespace batata::platform
