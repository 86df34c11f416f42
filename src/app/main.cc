#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "app/server.h"
#include "cli/run.h"
#include "platform/settings/load.h"

namespace {

using batata::Errc;
using batata::fail;
using batata::Result;

void write_all(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

/// The content for `config set`. A byte more than a server takes is enough for it to say no.
Result<std::string> read_content(const std::string& file) {
  constexpr std::size_t kMaxBytes = 16u << 20;
  const bool is_input = file == "-";
  std::FILE* stream = is_input ? stdin : std::fopen(file.c_str(), "rb");
  if (stream == nullptr) return fail(Errc::kInvalidArgument, file + ": " + std::strerror(errno));
  std::string content(kMaxBytes + 1, '\0');
  content.resize(std::fread(content.data(), 1, content.size(), stream));
  const bool failed = std::ferror(stream) != 0;
  if (!is_input) std::fclose(stream);
  if (failed) return fail(Errc::kInvalidArgument, file + ": cannot be read");
  if (content.size() > kMaxBytes) return fail(Errc::kInvalidArgument, file + ": more than 16 MiB");
  return content;
}

}  // namespace

int main(int argc, char** argv) {
  return batata::cli::run({
      .words = {argv, argv + argc},
      .environment = batata::platform::process_environment(),
      .program_folder = batata::platform::program_folder(),
      .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
      .out = [](std::string_view text) { write_all(stdout, text); },
      .error = [](std::string_view text) { write_all(stderr, text); },
      .read_content = read_content,
      .start_server = &batata::app::run_server,
  });
}
