#include "faces/batata/log_http.h"

#include <fmt/format.h>

#include <source_location>
#include <utility>

#include "base/json.h"
#include "base/log_filter.h"
#include "faces/batata/errors.h"

namespace batata::own {
namespace {

constexpr std::uint8_t kModules = log::kModuleNames.size();

constexpr log::Module kHere = log::Module::of(std::source_location::current()).value();

wire::Response described(const log::Levels& lowest) {
  wire::Response response;
  response.content_type = "application/json";
  json::Writer out(response.body);
  out.begin_object().member("level", log::filter_text(lowest)).member("keptOverRestart", false);
  out.key("modules").begin_object();
  for (std::uint8_t i = 0; i < kModules; ++i)
    out.member(log::kModuleNames[i], log::name_of(lowest.of(log::Module{i})));
  out.end_object().end_object();
  return response;
}

// A word that names nothing is most likely a level that is mistyped, here as in the settings.
Result<log::Filter> read_filter(std::string_view text) {
  auto filter = log::parse_filter(text);
  if (!filter) return filter;
  if (!filter->unknown_word.empty())
    return fail(Errc::kInvalidArgument,
                "'" + filter->unknown_word + "' is neither a level nor a module of batata");
  if (!filter->concerns_us) return fail(Errc::kInvalidArgument, "the filter names no level for batata");
  return filter;
}

}  // namespace

std::span<const wire::Endpoint<LogHttp>> LogHttp::rows() {
  static constexpr std::string_view kSource = "batata's own";
  static constexpr std::string_view kShow =
      "What this node logs: `{\"level\",\"keptOverRestart\":false,\"modules\":{…}}`, the filter that comes "
      "to it and "
      "the lowest level of each module.";
  static constexpr std::string_view kChange =
      "Changes what this node logs, at once and until it ends: the next start has what the settings say. "
      "Answers as "
      "GET does.";
  static constexpr wire::Param kLevel[] = {{"level", true,
                                            "As `batata.log.level`: `debug`, or `info,batata::net=trace`; "
                                            "modules that it does not name have `info`"}};
  static const wire::Endpoint<LogHttp> kRows[] = {
      {.method = wire::Method::kGet,
       .path = "/batata/v1/log/level",
       .handle = &LogHttp::show,
       .permission = wire::kAdministrators,
       .summary = kShow,
       .params = {},
       .source = kSource},
      {.method = wire::Method::kPut,
       .path = "/batata/v1/log/level",
       .handle = &LogHttp::change,
       .permission = wire::kAdministrators,
       .summary = kChange,
       .params = kLevel,
       .source = kSource},
  };
  return kRows;
}

void LogHttp::add_http(wire::Router& router) {
  router.add(*this, rows(), &gate_);
}

Task<wire::Response> LogHttp::show(wire::Request, cluster::Context) {
  co_return described(log::lowest());
}

Task<wire::Response> LogHttp::change(wire::Request request, cluster::Context context) {
  const auto level = request.param("level");
  if (!level) co_return refused({Errc::kInvalidArgument, "the parameter level is missing"});
  const auto filter = read_filter(*level);
  if (!filter) co_return refused(filter.error());
  const log::Levels before = log::set_lowest(filter->lowest);
  // Whatever the new levels are: who reads the log later should see why it changed, and by whom.
  log::write({log::Level::kInfo, kHere,
              fmt::format("log levels changed before={} now={} user={} client={}", log::filter_text(before),
                          log::filter_text(filter->lowest),
                          context.principal.empty() ? "-" : context.principal, request.peer_address)});
  co_return described(filter->lowest);
}

}  // namespace batata::own
