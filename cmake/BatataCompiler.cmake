# The compiler and its flags. g++ 12 destroys temporaries inside co_await expressions twice, so only a compiler that
# passes the coroutine probe may build batata.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "batata is built with clang 19 or newer; found ${CMAKE_CXX_COMPILER_ID} "
                      "${CMAKE_CXX_COMPILER_VERSION}. Run ./x setup, then ./x build.")
endif()

add_compile_options(-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Werror -fno-omit-frame-pointer
                    "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>")
add_link_options(-fuse-ld=lld)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g1")
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_link_options(-Wl,--gc-sections -Wl,--as-needed -Wl,--icf=safe)  # equal functions once: 1 MB of memory less
  add_compile_options(-ffunction-sections -fdata-sections)
endif()

if(BATATA_SANITIZE)
  add_compile_options(-fsanitize=${BATATA_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BATATA_SANITIZE})
endif()
if(BATATA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# The 18 forms of co_await in cmake/coroutine_probe.cc: each must destroy what it used exactly once. One program tries
# them all, because a try_run for each would hold up every fresh build folder.
if(NOT DEFINED BATATA_COROUTINES_SOUND)
  try_run(run_result compile_ok "${CMAKE_BINARY_DIR}/probe" "${CMAKE_SOURCE_DIR}/cmake/coroutine_probe.cc"
          COMPILE_OUTPUT_VARIABLE compile_output RUN_OUTPUT_VARIABLE run_output
          CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
  if(NOT compile_ok)
    message(FATAL_ERROR "this compiler stops at a form of co_await (cmake/coroutine_probe.cc):\n${compile_output}")
  elseif(NOT run_result EQUAL 0)
    message(FATAL_ERROR "this compiler miscompiles co_await (cmake/coroutine_probe.cc, exit ${run_result}):\n${run_output}")
  endif()
  set(BATATA_COROUTINES_SOUND TRUE CACHE INTERNAL "every form of the coroutine probe passed")
endif()
