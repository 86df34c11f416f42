# Third-party packages. Versions are Debian bookworm's; docs/dependencies.md has the reasons and the traps.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt 9.1 REQUIRED)
find_package(simdjson 3.0 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(GTest 1.12 REQUIRED)
if(NOT BATATA_SANITIZE)  # sanitizers bring an allocator of their own
  find_library(BATATA_MIMALLOC mimalloc REQUIRED)
endif()
pkg_check_modules(nghttp2 REQUIRED IMPORTED_TARGET libnghttp2>=1.52)
pkg_check_modules(yamlcpp REQUIRED IMPORTED_TARGET yaml-cpp>=0.7)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip>=1.7)
find_package(RocksDB 7.8 REQUIRED)
if(BATATA_SANITIZE)  # the archive's inline functions are not instrumented and would take the place of ours
  set(BATATA_ROCKSDB RocksDB::rocksdb-shared)
else()  # only what is used of it: some 4 MB and 3 ms less at start than the shared library
  set(BATATA_ROCKSDB RocksDB::rocksdb)
endif()
pkg_check_modules(libxcrypt REQUIRED IMPORTED_TARGET libxcrypt>=4.4)
pkg_check_modules(ldap REQUIRED IMPORTED_TARGET ldap>=2.5)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl>=7.88)
pkg_check_modules(mariadb REQUIRED IMPORTED_TARGET libmariadb>=3.3)

# libraft: 0.22.1 exactly (raft/raft_shim.c refuses others too), linked statically.
find_file(BATATA_RAFT_HEADER raft.h REQUIRED)
find_library(BATATA_RAFT_ARCHIVE libraft.a REQUIRED)
file(STRINGS "${BATATA_RAFT_HEADER}" raft_version REGEX "define RAFT_VERSION_(MAJOR|MINOR|RELEASE) ")
string(REGEX REPLACE "[^0-9;]" "" raft_version "${raft_version}")
if(NOT raft_version STREQUAL "0;22;1")
  message(FATAL_ERROR "libraft 0.22.1 from the bookworm-backports suite is needed; raft.h says '${raft_version}'. "
                      "Run ./x setup.")
endif()
