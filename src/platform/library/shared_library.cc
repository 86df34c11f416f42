#include "platform/library/shared_library.h"

#include <dlfcn.h>

#include <string>

namespace batata::platform {

Result<SharedLibrary> SharedLibrary::open(const char* file) {
  // All its functions at once: one that is missing is found here rather than in the middle of a call.
  void* const handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return fail(Errc::kUnavailable, std::string("cannot load a library: ") + dlerror());
  return SharedLibrary(handle);
}

void* SharedLibrary::address_of(const char* name) const {
  return dlsym(handle_, name);
}

}  // namespace batata::platform
