#include "platform/runtime/process_metrics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <ctime>
#include <memory>

// Of mimalloc, which takes the place of malloc where the program is linked with it (src/app/CMakeLists.txt);
// tests and builds with sanitizers are not.
extern "C" void mi_process_info(std::size_t* elapsed_ms, std::size_t* user_ms, std::size_t* system_ms,
                                std::size_t* resident, std::size_t* most_resident, std::size_t* committed,
                                std::size_t* most_committed, std::size_t* faults) noexcept
    __attribute__((weak));

namespace batata::platform {
namespace {

using metrics::Kind;
using metrics::Metric;

constexpr Metric kCpu{"process_cpu_seconds_total", Kind::kCounter, "",
                      "Processor time used, by user and system."};
constexpr Metric kOpen{
    "process_open_fds", Kind::kGauge, "",
    "Open descriptors; counted up to 65536 where the kernel does not tell their number (before 6.2)."};
constexpr Metric kOpenMax{"process_max_fds", Kind::kGauge, "", "How many there may be."};
constexpr Metric kResident{"process_resident_memory_bytes", Kind::kGauge, "", "Memory in use."};
constexpr Metric kAllocated{
    "batata_allocator_committed_bytes", Kind::kGauge, "",
    "Memory that the allocator (mimalloc) holds, used or kept for later; no sample where "
    "the program was linked without it."};
constexpr Metric kRows[] = {kCpu, kOpen, kOpenMax, kResident, kAllocated};

constexpr std::uint64_t kCountedMax = 65'536;  // a directory is read on the loop

std::uint64_t open_descriptors() {
  struct stat told{};
  if (::stat("/proc/self/fd", &told) == 0 && told.st_size > 0)
    return static_cast<std::uint64_t>(told.st_size);
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/fd"), &::closedir);
  if (folder == nullptr) return 0;
  std::uint64_t count = 0;
  while (count < kCountedMax + 3 && ::readdir(folder.get()) != nullptr) ++count;
  return count < 3 ? 0 : count - 3;  // ".", ".." and the folder's own
}

std::uint64_t resident_bytes() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "re"),
                                                             &std::fclose);
  unsigned long all = 0, resident = 0;
  if (file == nullptr || std::fscanf(file.get(), "%lu %lu", &all, &resident) != 2) return 0;
  return std::uint64_t{resident} * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  timespec used{};
  if (::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

}  // namespace

std::span<const Metric> process_metric_rows() {
  return kRows;
}

void write_process_metrics(metrics::Writer& out) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  out.begin(kCpu);
  out.sample(cpu_seconds());
  out.begin(kOpen);
  out.sample(open_descriptors());
  out.begin(kOpenMax);
  out.sample(std::uint64_t{limit.rlim_cur});
  out.begin(kResident);
  out.sample(resident_bytes());
  out.begin(kAllocated);
  if (mi_process_info == nullptr) return;
  std::size_t committed = 0;
  mi_process_info(nullptr, nullptr, nullptr, nullptr, nullptr, &committed, nullptr, nullptr);
  out.sample(std::uint64_t{committed});
}

}  // namespace batata::platform
