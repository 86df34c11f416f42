# batata_module(NAME <folder with / as _> LINKS <targets>...): one folder of src/ is one static library,
# batata_<name>, and, where *_test.cc files stand beside the sources, one test program <name>_test.
#
# What a module may link is what layers.toml allows it to include; tools/check_layers.py compares the two.
include(GoogleTest)

function(batata_module name)
  cmake_parse_arguments(ARG "" "" "LINKS;TEST_LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc *.c)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  list(REMOVE_ITEM sources ${tests} "")
  if(sources)
    add_library(batata_${name} STATIC ${sources})
    target_include_directories(batata_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(batata_${name} PUBLIC ${ARG_LINKS})
  else()
    add_library(batata_${name} INTERFACE)
    target_include_directories(batata_${name} INTERFACE "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(batata_${name} INTERFACE ${ARG_LINKS})
  endif()
  if(tests)
    batata_test(${name}_test SOURCES ${tests} LINKS batata_${name} ${ARG_TEST_LINKS})
  endif()
endfunction()

# Every test program: what a sanitizer flavour builds beside the server.
add_custom_target(batata_tests)

# batata_test(NAME SOURCES <files>... LINKS <targets>...): a GoogleTest program whose every case is a ctest of its own.
function(batata_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;LABELS" ${ARGN})
  # Where there is one thread TSan finds nothing: layers.toml allows others to these modules alone ("threads").
  if(BATATA_SANITIZE STREQUAL "thread" AND NOT name MATCHES "^(net|net_.*|app|cli|cli_.*|platform|platform_.*)_test$")
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  # What is tested is in the libraries. Optimising the tests themselves would take half of their compile time, which is
  # a third of all.
  target_compile_options(${name} PRIVATE -O0)
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gtest GTest::gtest_main)
  add_dependencies(batata_tests ${name})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 300)
endfunction()

# Every fuzz program.
add_custom_target(batata_fuzzers)

# batata_fuzz(NAME SOURCES <files>... LINKS <targets>...): a libFuzzer program, built by the fuzz preset only.
function(batata_fuzz name)
  if(NOT BATATA_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  add_dependencies(batata_fuzzers ${name})
endfunction()
